"""Where an element of a schema stands in its SDL."""

from __future__ import annotations

from typing import Any

from graphql import Node, get_location

from .changes import Place


def place_of(element: Any) -> Place | None:
    """Give line and column of a type, field, argument, value or directive; None where nobody knows."""
    node: Node | None = element.ast_node
    if node is None or node.loc is None:
        return None
    at = get_location(node.loc.source, _start(node))
    return at.line, at.column


def _start(node: Node) -> int:
    """Skip the description, which a definition begins with."""
    name: Node | None = getattr(node, "name", None)
    assert node.loc is not None
    return name.loc.start if name is not None and name.loc is not None else node.loc.start
