"""The client's selections → the projection: which source key answers which response key."""

from __future__ import annotations

from collections.abc import Sequence

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
from ..query_graph import Position, QueryGraph
from .plan import ResponseField, ResponseSelection

Collected = dict[str, list[Field]]

# Their values come from the introspection operation, complete.
META_TYPES = {"__schema": SchemaMetaFieldDef.type, "__type": TypeMetaFieldDef.type}


class Projector:
    """Builds projections of one supergraph."""

    def __init__(self, graph: QueryGraph, schema: GraphQLSchema) -> None:
        self._graph = graph
        self._schema = schema
        self._types = graph.supergraph.types

    def project(self, sets: Sequence[Selections], position: Position, name: str) -> ResponseSelection:
        """Build the projection of an object (of declared type ``name``) at a position."""
        found = self._schema.type_map[name]
        if isinstance(found, GraphQLObjectType):
            fields = self._fields(_collect(sets, name, self._graph), position, name)
            return ResponseSelection(fields, type_name=name)
        assert isinstance(found, GraphQLInterfaceType | GraphQLUnionType)
        members = [m.name for m in self._schema.get_possible_types(found)]
        if len(members) == 1:
            fields = self._fields(_collect(sets, members[0], self._graph), position, members[0])
            return ResponseSelection(fields, type_name=members[0])
        if self._is_plain(sets):
            return ResponseSelection(self._fields(_collect(sets, None, self._graph), position, name))
        return ResponseSelection(
            (), {m: self._fields(_collect(sets, m, self._graph), position, m) for m in members}
        )

    def _is_plain(self, sets: Sequence[Selections]) -> bool:
        return all(
            isinstance(item, Field)
            and (item.name == "__typename" or self._graph.is_uniform(item.parent, item.name))
            for selections in sets
            for item in selections
        )

    def _fields(self, collected: Collected, position: Position, owner: str) -> tuple[ResponseField, ...]:
        return tuple(self._field(key, fields, position, owner) for key, fields in collected.items())

    def _field(self, key: str, fields: list[Field], position: Position, owner: str) -> ResponseField:
        first = fields[0]
        if first.name == "__typename":
            return ResponseField(key, "__typename", "__typename", GraphQLString)
        if first.name in META_TYPES:
            return ResponseField(key, key, first.name, META_TYPES[first.name])
        found = self._output_type(owner, first)
        shape_owner = owner if first.name in self._types[owner].fields else first.parent
        call = (first.name, first.arguments, self._graph.shape(shape_owner, first.name))
        source = position.source_for(key, call)
        if first.selections is None:
            return ResponseField(key, source, first.name, found)
        sets = [f.selections for f in fields if f.selections is not None]
        child = position.children.get(source) or Position(position, source, 0)
        return ResponseField(
            key, source, first.name, found, self.project(sets, child, get_named_type(found).name)
        )

    def _output_type(self, owner: str, field: Field) -> GraphQLOutputType:
        found = self._schema.type_map[owner]
        if not isinstance(found, GraphQLObjectType | GraphQLInterfaceType) or field.name not in found.fields:
            found = self._schema.type_map[field.parent]
        assert isinstance(found, GraphQLObjectType | GraphQLInterfaceType)
        output: GraphQLOutputType = found.fields[field.name].type
        return output


def _collect(sets: Sequence[Selections], name: str | None, graph: QueryGraph) -> Collected:
    """Collect fields as GraphQL does (spec section 6.3.2) for one runtime type; None: for all alike."""
    collected: Collected = {}
    for selections in sets:
        _collect_into(collected, selections, name, graph)
    return collected


def _collect_into(collected: Collected, selections: Selections, name: str | None, graph: QueryGraph) -> None:
    for item in selections:
        if isinstance(item, Fragment):
            if name is not None and name in graph.supergraph.types[item.on].members:
                _collect_into(collected, item.selections, name, graph)
        else:
            collected.setdefault(item.key, []).append(item)
