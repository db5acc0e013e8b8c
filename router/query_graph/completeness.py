"""Whether a subgraph resolves selections all by itself, and whether that is all there is to know."""

from __future__ import annotations

from collections.abc import Iterator

from ..operation import Field, Fragment, Selections
from .graph import Node, QueryGraph


class Completeness:
    """Answers for one plan, as ``@override`` labels decide which fields there are."""

    def __init__(self, graph: QueryGraph, labels: frozenset[str]) -> None:
        self._graph = graph
        self._labels = labels
        self._complete: dict[tuple[int, int], bool] = {}
        self._differs: dict[int, bool] = {}

    def complete(self, node: Node, selections: Selections) -> bool:
        """Whether a node's subgraph resolves a selection set all by itself."""
        key = (id(node), id(selections))
        found = self._complete.get(key)
        if found is None:
            found = self._complete[key] = all(self._has(node, item) for item in selections)
        return found

    def differs(self, field: Field) -> bool:
        """Whether what is asked below a field depends on all the ways to it.

        That is so where a type is asked for which some subgraph's objects cannot be of (docs/adr/0013): then
        the other ways matter although the first gives everything.
        """
        if not self._graph.differing or field.selections is None:
            return False
        key = id(field)
        found = self._differs.get(key)
        if found is None:
            found = self._differs[key] = self._is_differing(field, field.selections)
        return found

    def _is_differing(self, field: Field, selections: Selections) -> bool:
        if (field.parent, field.name) in self._graph.differing and _has_fragment(selections):
            return True
        return any(self.differs(each) for each in _fields(selections))

    def _has(self, node: Node, item: Field | Fragment) -> bool:
        if isinstance(item, Fragment):
            members = self._graph.supergraph.types[item.on].members
            if node.is_interface_object:
                return False
            below = (self._graph.down(node, m) for m in node.members if m in members)
            return all(n is not None and self.complete(n, item.selections) for n in below)
        if item.name == "__typename":
            return not node.is_interface_object
        if node.is_abstract and not self._together_here(node, item):
            below = (self._graph.down(node, m) for m in node.members)
            return all(n is not None and self._has(n, item) for n in below)
        edge = node.edges.get(item.name)
        if (
            edge is None
            or not edge.open_for(self._labels)
            or edge.requires is not None
            or edge.field.context_arguments
        ):
            return False
        if item.selections is None:
            return True
        return edge.target is not None and self.complete(edge.target, item.selections)

    def _together_here(self, node: Node, field: Field) -> bool:
        return field.name in node.edges and self._graph.is_uniform(field.parent, field.name)


def _has_fragment(selections: Selections) -> bool:
    return any(isinstance(item, Fragment) for item in selections)


def _fields(selections: Selections) -> Iterator[Field]:
    for item in selections:
        if isinstance(item, Field):
            yield item
        else:
            yield from _fields(item.selections)
