"""Field sets, as ``@key``, ``@requires`` and ``@provides`` have them: read, and applied to what was sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from graphql import FieldNode, InlineFragmentNode, OperationDefinitionNode, SelectionSetNode, parse

from tests.router.differential.graph import Graph


@cache
def read_set(text: str) -> SelectionSetNode:
    """Parse a field set."""
    (definition,) = parse(f"{{ {text} }}", no_location=True).definitions
    assert isinstance(definition, OperationDefinitionNode)
    return definition.selection_set


def words(selections: SelectionSetNode) -> Iterator[str]:
    """List the names of all fields."""
    for node in selections.selections:
        if isinstance(node, FieldNode):
            yield node.name.value
        if isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set is not None:
            yield from words(node.selection_set)


def selected(graph: Graph, selections: SelectionSetNode, type_name: str) -> Iterator[FieldNode]:
    """List the fields that apply to an object."""
    for node in selections.selections:
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            assert node.type_condition is not None
            if graph.matches(type_name, node.type_condition.name.value):
                yield from selected(graph, node.selection_set, type_name)


def sent(graph: Graph, selections: SelectionSetNode, type_name: str, given: Mapping[str, Any]) -> Any:
    """Read what a field set asks for out of a representation. Raises KeyError where something is missing."""
    found: dict[str, Any] = {}
    for node in selected(graph, selections, type_name):
        value = given[node.name.value]
        below = node.selection_set
        found[node.name.value] = value if below is None else _below(graph, below, value)
    return found


def _below(graph: Graph, selections: SelectionSetNode, value: Any) -> Any:
    if isinstance(value, list):
        return [_below(graph, selections, item) for item in value]
    return value if value is None else sent(graph, selections, value.get("__typename", ""), value)


def has_key(key: str, given: Mapping[str, Any]) -> bool:
    """Whether a representation has all fields of a key."""
    return _has(read_set(key), given)


def _has(selections: SelectionSetNode, given: Any) -> bool:
    if isinstance(given, list):
        return all(_has(selections, item) for item in given)
    return isinstance(given, dict) and all(
        node.name.value in given
        and (node.selection_set is None or _has(node.selection_set, given[node.name.value]))
        for node in selections.selections
        if isinstance(node, FieldNode)
    )


def agrees(given: Any, known: Any) -> bool:
    """Whether what was sent is part of what is known."""
    if isinstance(given, dict) and isinstance(known, dict):
        return all(
            agrees(given[name], known[name]) for name in given if name in known and name != "__typename"
        )
    if isinstance(given, list) and isinstance(known, list):
        return len(given) == len(known) and all(map(agrees, given, known))
    return bool(given == known)
