"""Inputs of a step → representations: what is sent for which objects, read from where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce

from ..operation import Field, Fragment, Selections
from ..query_graph import Path, Position, QueryGraph
from .fetch_graph import FetchStep, Input
from .plan import Representation, RepresentationField


def is_mixed(position: Position, graph: QueryGraph) -> bool:
    """Whether objects at a position may be of several types."""
    types = graph.supergraph.types
    return len(position.types) > 1 or any(types[t].kind != "object" for t in position.types)


def sends_own_type(base: Path, graph: QueryGraph) -> bool:
    """Whether representations from here depend on the object's ``__typename`` in the data."""
    return not base.at.is_interface_object and is_mixed(base.position, graph)


class Representer:
    """Builds the representations of steps."""

    def __init__(self, graph: QueryGraph) -> None:
        self._graph = graph
        self._types = graph.supergraph.types

    def represent(self, step: FetchStep) -> tuple[Representation, ...]:
        """Build a step's representations, at most one for each sort of object."""
        sorts: dict[tuple[frozenset[str] | None, str | None], list[Input]] = {}
        for item in step.inputs:
            sorts.setdefault(self._sort(item), []).append(item)
        return tuple(
            Representation(frozenset({owner}) if owner else on, typename, self._merged(items, step, owner))
            for (on, typename), items in self._disjoint(sorts).items()
            for owner in self._owners(items, on)
        )

    def _owners(self, items: Iterable[Input], on: frozenset[str] | None) -> Iterable[str | None]:
        """List the types whose fields are under source keys of their own; None: all have the same."""
        for item in items:
            name = item.base.at.name
            if not _is_uniform(item.fields, name, self._graph):
                return sorted(on or self._types[name].members)
        return (None,)

    def _sort(self, item: Input) -> tuple[frozenset[str] | None, str | None]:
        base, target = item.base.at, item.target.at
        on = frozenset(base.members) if sends_own_type(item.base, self._graph) else None
        if target.is_interface_object or base.is_interface_object:
            return on, target.name
        return on, None if base.is_abstract else base.name

    def _disjoint(
        self, sorts: dict[tuple[frozenset[str] | None, str | None], list[Input]]
    ) -> dict[tuple[frozenset[str] | None, str | None], list[Input]]:
        """Split overlapping sets of types, so that each object has one representation."""
        if len(sorts) < 2:
            return sorts
        of_all = [item for (on, _), items in sorts.items() if on is None for item in items]
        if of_all:  # of an interface object's objects some are also reached by their own types
            return {(on, name): items + of_all if on else items for (on, name), items in sorts.items()}
        by_type: dict[str, list[Input]] = {}
        named: dict[str, str | None] = {}
        for (on, typename), items in sorts.items():
            for name in sorted(on or ()):
                by_type.setdefault(name, []).extend(items)
                named[name] = typename if typename != name else None
        merged: dict[tuple[str | None, tuple[int, ...]], list[str]] = {}
        for name, items in by_type.items():
            merged.setdefault((named[name], tuple(map(id, items))), []).append(name)
        return {
            (frozenset(names), typename or (names[0] if len(names) == 1 else None)): by_type[names[0]]
            for (typename, _), names in merged.items()
        }

    def _merged(
        self, items: Iterable[Input], step: FetchStep, owner: str | None
    ) -> tuple[RepresentationField, ...]:
        fields: dict[str, RepresentationField] = {}
        for item in items:
            key = item.target.key or ()
            for part in self._fields(item.base, owner or item.base.at.name, item.fields, step, key):
                known = fields.get(part.name)
                fields[part.name] = part if known is None else _union(known, part)
        return tuple(fields.values())

    def _fields(
        self, base: Path, name: str, selections: Selections, step: FetchStep, key: Selections
    ) -> Iterable[RepresentationField]:
        single = len(key) == 1 and isinstance(key[0], Field) and key[0].selections is None
        for item in _narrowed(selections, name, self._graph):
            field = self._field(base.position, name, item, step)
            if single and item is key[0]:
                field = RepresentationField(field.name, field.source, field.selections, nullable=False)
            yield field

    def _field(self, position: Position, owner: str, item: Field, step: FetchStep) -> RepresentationField:
        call = (item.name, item.arguments, self._graph.shape(owner, item.name))
        source = position.source_for(None, call)
        nullable = self._is_nullable(step.subgraph, owner, item)
        if item.selections is None:
            return RepresentationField(item.name, source, None, nullable)
        below = self._types[owner].fields[item.name].type.name
        child = position.child(source, 0, below)
        return RepresentationField(
            item.name, source, self._shares(child, below, item.selections, step), nullable
        )

    def _is_nullable(self, subgraph: str, owner: str, item: Field) -> bool:
        types = self._graph.supergraph.subgraph_types[subgraph]
        for name in (owner, item.parent):
            if name in types and item.name in types[name].fields:
                return types[name].fields[item.name].type.nullable
        return True

    def _shares(
        self, position: Position, name: str, selections: Selections, step: FetchStep
    ) -> tuple[Representation, ...]:
        declared = self._types[name]
        if declared.kind == "object":
            return (self._share(position, name, selections, step, None, with_typename=False),)
        position.needs_typename = True
        if not _is_uniform(selections, name, self._graph):
            return tuple(self._share_of(position, m, selections, step) for m in sorted(declared.members))
        named = self._graph.supergraph.subgraphs[step.subgraph].own_names
        own = (self._share_of(position, m, selections, step) for m in sorted(declared.members & named.keys()))
        return (*own, self._share(position, name, selections, step, None, with_typename=True))

    def _share_of(
        self, position: Position, member: str, selections: Selections, step: FetchStep
    ) -> Representation:
        """What is sent of objects of one type, under the name that it has where it is sent."""
        share = self._share(position, member, selections, step, frozenset([member]), with_typename=True)
        name = self._graph.supergraph.subgraphs[step.subgraph].own_names.get(member)
        return replace(share, typename=name)

    def _share(
        self,
        position: Position,
        name: str,
        selections: Selections,
        step: FetchStep,
        on: frozenset[str] | None,
        *,
        with_typename: bool,
    ) -> Representation:
        items = _narrowed(selections, name, self._graph)
        fields = (self._field(position, name, item, step) for item in items)
        return Representation(on, None, tuple(fields), with_typename)


def _is_uniform(selections: Selections, name: str, graph: QueryGraph) -> bool:
    """Whether the same fields are read under the same source keys, whatever type an object has."""
    return graph.supergraph.types[name].kind == "object" or not any(
        isinstance(item, Fragment) or not (item.name == "__typename" or graph.is_uniform(name, item.name))
        for item in selections
    )


def _narrowed(selections: Selections, name: str, graph: QueryGraph) -> Iterable[Field]:
    """List the fields that apply to a type."""
    for item in selections:
        if isinstance(item, Field):
            if item.name != "__typename":
                yield item
        elif name in graph.supergraph.types[item.on].members:
            yield from _narrowed(item.selections, name, graph)


def _union(one: RepresentationField, other: RepresentationField) -> RepresentationField:
    if one.selections is None or other.selections is None:
        return RepresentationField(one.name, one.source, None, one.nullable and other.nullable)
    shares = tuple(_unite(one.selections, other.selections))
    return RepresentationField(one.name, one.source, shares, one.nullable and other.nullable)


def _unite(one: tuple[Representation, ...], other: tuple[Representation, ...]) -> Iterable[Representation]:
    """Merge what is sent for each type: ``{ a }`` and ``{ ... on T { b } }`` send a T's ``a`` and ``b``.

    The share for every type (``on`` is None) comes last, as the first that matches is sent.
    """
    ons = dict.fromkeys(share.on for share in (*one, *other))
    for on in sorted(ons, key=lambda on: on is None):
        found = [share for shares in (one, other) for share in shares if share.on == on]
        if on is not None and len(found) == 1:
            found += [share for share in (*one, *other) if share.on is None]
        yield reduce(_union_shares, found[1:], found[0])


def _union_shares(one: Representation, other: Representation) -> Representation:
    """Merge two shares; the type is the first one's."""
    fields = {field.name: field for field in one.fields}
    for field in other.fields:
        known = fields.get(field.name)
        fields[field.name] = field if known is None else _union(known, field)
    return Representation(one.on, one.typename, tuple(fields.values()), one.with_typename)
