"""Directive applications, and where things stand in an SDL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import Node, ValueNode

from .values import python_value, value_text


@dataclass(slots=True)
class Located:
    """Has a syntax node, unless composition made it up."""

    node: Node | None

    @property
    def place(self) -> tuple[int, int] | None:
        """Line and column of the node."""
        loc = self.node.loc if self.node is not None else None
        return (loc.start_token.line, loc.start_token.column) if loc else None


@dataclass(slots=True)
class Applied(Located):
    """A directive application: ``@key(fields: "id")``.

    ``name`` is as written; ``known`` is the directive's own name in the specification it comes from
    (``key`` for ``@federation__key`` or ``@myKey``), "" for directives of no known specification.
    ``part`` numbers the definition or extension of the type in which it stands.
    """

    name: str
    known: str
    args: Mapping[str, ValueNode]
    part: int = 0

    @property
    def text(self) -> str:
        """Print it as SDL."""
        inner = ", ".join(f"{k}: {value_text(v)}" for k, v in self.args.items())
        return f"@{self.name}({inner})" if inner else f"@{self.name}"

    def value(self, argument: str) -> object:
        """Give an argument's Python value; None where it is absent."""
        node = self.args.get(argument)
        return None if node is None else python_value(node)
