"""Which contexts can be read at a place: those that a type above sets, if what is read can be had there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from ...query_graph import Node, context_value
from ...supergraph import ContextArgument, Supergraph
from .reach import Reach

ContextValues: TypeAlias = frozenset[tuple[str, str]]
"""Context and selection of each ``@fromContext`` that finds its value. The nearest type above decides."""


class ContextsSet:
    """Follows contexts down a path."""

    def __init__(self, supergraph: Supergraph, reach: Reach) -> None:
        self.supergraph, self.reach = supergraph, reach
        self._run_once = {name for kind, name in supergraph.roots.items() if kind != "query"}
        self.readers: dict[str, list[ContextArgument]] = {}
        for argument in _context_arguments(supergraph):
            self.readers.setdefault(argument.context, []).append(argument)

    def below(self, type_name: str, nodes: Sequence[Node], above: ContextValues) -> ContextValues:
        """Tell what can be read below a field of a type, an object of which is at ``nodes``."""
        if not self.readers:
            return above
        contexts = self._contexts_of(type_name)
        kept = {value for value in above if value[0] not in contexts}
        for context in contexts:
            for argument in self.readers.get(context, ()):
                if self._can_be_read(type_name, nodes, argument):
                    kept.add((context, argument.selection))
        return frozenset(kept)

    def _contexts_of(self, type_name: str) -> set[str]:
        """Contexts are set on the type, on an interface of its, or on a union that it is a member of."""
        types = self.supergraph.types
        own = types[type_name]
        names = {type_name} | own.interfaces
        names |= {t.name for t in types.values() if t.kind == "union" and type_name in t.members}
        return {context for name in names for context in types[name].contexts}

    def _can_be_read(self, type_name: str, nodes: Sequence[Node], argument: ContextArgument) -> bool:
        """Whether the value can be had; fields of a mutation are not run, nor events awaited, for a value."""
        if type_name in self._run_once:
            return False
        selections = context_value(type_name, argument, self.reach.graph)
        return any(self.reach.has(node, selections) for node in nodes)

    def can_read(self, arguments: Sequence[ContextArgument], values: ContextValues) -> bool:
        """Whether all of a field's context arguments find their value."""
        return all((a.context, a.selection) in values for a in arguments)


def _context_arguments(supergraph: Supergraph) -> Iterator[ContextArgument]:
    for types in supergraph.subgraph_types.values():
        for type_ in types.values():
            for field in type_.fields.values():
                yield from field.context_arguments
