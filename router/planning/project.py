"""The client's selections → the projection: which source key answers which response key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
    SchemaMetaFieldDef,
    TypeMetaFieldDef,
    get_named_type,
)

from ..operation import Field, Fragment, Selections
from ..query_graph import Budget, Position, QueryGraph
from .plan import DeferredSelection, ResponseField, ResponseSelection

Collected = dict[str, list[Field]]
Fields = tuple[ResponseField, ...]
Deferred = tuple[DeferredSelection, ...]

# Their values come from the introspection operation, complete.
META_TYPES = {"__schema": SchemaMetaFieldDef.type, "__type": TypeMetaFieldDef.type}

WITH_FIELDS = (GraphQLObjectType, GraphQLInterfaceType)


class Projector:
    """Builds projections of one supergraph."""

    def __init__(self, graph: QueryGraph, schema: GraphQLSchema) -> None:
        self._graph = graph
        self._schema = schema

    def project(
        self, selections: Selections, position: Position, root: str, budget: Budget
    ) -> ResponseSelection:
        """Build the projection of a response. Raises BudgetExceeded."""
        return _Projection(self._graph, self._schema, budget).object([selections], position, root)


class _Projection:
    """One response's projection.

    Objects that differ only in the runtime types above them share theirs: else a chain of type conditions
    would double it at each level.
    """

    def __init__(self, graph: QueryGraph, schema: GraphQLSchema, budget: Budget) -> None:
        self._graph = graph
        self._schema = schema
        self._types = graph.supergraph.types
        self._budget = budget
        self._made: dict[tuple[object, ...], ResponseSelection] = {}

    def object(self, sets: Sequence[Selections], position: Position, name: str) -> ResponseSelection:
        """Build the projection of an object (of declared type ``name``) at a position."""
        key = (position, name, *map(id, sets))
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._object(sets, position, name)
        return found

    def _object(self, sets: Sequence[Selections], position: Position, name: str) -> ResponseSelection:
        found = self._schema.type_map[name]
        if isinstance(found, GraphQLObjectType):
            members = [name]
        else:
            assert isinstance(found, GraphQLInterfaceType | GraphQLUnionType)
            members = [m.name for m in self._schema.get_possible_types(found)]
        possible = frozenset(members)
        deferred = self._deferred_in(sets, position, possible)
        if len(members) == 1:
            fields = self._fields(_collect(sets, members[0], self._graph), position, members[0])
            return ResponseSelection(fields, type_name=members[0], deferred=deferred)
        if self._is_plain(sets) or not position.is_typed:
            fields = self._fields(_collect(sets, None, self._graph), position, name)
            return ResponseSelection(fields, deferred=deferred)
        by_type = {m: self._fields(_collect(sets, m, self._graph), position, m) for m in members}
        if deferred and _are_alike(by_type.values()):  # the type may be known to a later part only
            return ResponseSelection(next(iter(by_type.values())), deferred=deferred)
        return ResponseSelection((), by_type, deferred=deferred)

    def _is_plain(self, sets: Sequence[Selections]) -> bool:
        return all(
            item.name == "__typename" or self._graph.is_uniform(item.parent, item.name)
            if isinstance(item, Field)
            else item.deferral is not None
            for selections in sets
            for item in selections
        )

    def _deferred_in(
        self, sets: Sequence[Selections], position: Position, possible: frozenset[str]
    ) -> Deferred:
        if all(isinstance(item, Field) for selections in sets for item in selections):
            return ()
        return tuple(self._deferred(sets, position, possible, possible))

    def _deferred(
        self, sets: Sequence[Selections], position: Position, types: frozenset[str], on: frozenset[str]
    ) -> Iterable[DeferredSelection]:
        """List what is deferred for objects of some of the possible ``types``, in document order."""
        for selections in sets:
            for item in selections:
                if not isinstance(item, Fragment):
                    continue
                inside = on & self._types[item.on].members
                if item.deferral is None:
                    yield from self._deferred([item.selections], position, types, inside)
                    continue
                below = self.object([item.selections], position, item.on)
                narrowed = None if inside == types else inside
                yield DeferredSelection(item.deferral.id, item.deferral.label, below, narrowed)

    def _fields(self, collected: Collected, position: Position, owner: str) -> Fields:
        return tuple(self._field(key, fields, position, owner) for key, fields in collected.items())

    def _field(self, key: str, fields: list[Field], position: Position, owner: str) -> ResponseField:
        self._budget.spend_path()
        first = fields[0]
        if first.name == "__typename":
            return ResponseField(key, "__typename", "__typename", GraphQLString)
        if first.name in META_TYPES:
            return ResponseField(key, key, first.name, META_TYPES[first.name])
        found = self._output_type(owner, first)
        shape_owner = owner if first.name in self._types[owner].fields else first.parent
        call = (
            first.name,
            first.call if first.marks else first.arguments,
            self._graph.shape(shape_owner, first.name),
        )
        source = position.source_for(key, call)
        if first.selections is None:
            return ResponseField(key, source, first.name, found)
        sets = [f.selections for f in fields if f.selections is not None]
        child = position.children.get(source) or Position(position, source, 0)
        return ResponseField(
            key, source, first.name, found, self.object(sets, child, get_named_type(found).name)
        )

    def _output_type(self, owner: str, field: Field) -> GraphQLOutputType:
        found = self._schema.type_map[owner]
        if not isinstance(found, WITH_FIELDS) or field.name not in found.fields:
            found = self._schema.type_map[field.parent]
        assert isinstance(found, WITH_FIELDS)
        output: GraphQLOutputType = found.fields[field.name].type
        return output


def _are_alike(all_fields: Iterable[Fields]) -> bool:
    """Whether objects are answered in the same way, whatever their type."""
    shapes = {
        tuple((each.key, each.source, each.name, str(each.type), id(each.selection)) for each in fields)
        for fields in all_fields
    }
    return len(shapes) == 1


def _collect(sets: Sequence[Selections], name: str | None, graph: QueryGraph) -> Collected:
    """Collect fields as GraphQL does (spec section 6.3.2) for one runtime type; None: for all alike."""
    collected: Collected = {}
    for selections in sets:
        _collect_into(collected, selections, name, graph)
    return collected


def _collect_into(collected: Collected, selections: Selections, name: str | None, graph: QueryGraph) -> None:
    for item in selections:
        if isinstance(item, Field):
            collected.setdefault(item.key, []).append(item)
        elif item.deferral is None and name is not None and name in graph.supergraph.types[item.on].members:
            _collect_into(collected, item.selections, name, graph)
