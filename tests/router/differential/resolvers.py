"""Resolvers over a random graph's data: of one schema that holds everything, and of each subgraph.

A subgraph refuses what a router must not ask of it: fields that it does not resolve there, requirements that
were not sent, entities without a key. All of that shows as a difference.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    SelectionSetNode,
)
from graphql.execution.values import get_argument_values

from tests.router.differential.field_sets import read_set, selected, sent
from tests.router.differential.graph import Field, Graph
from tests.router.differential.store import Source, Store

Resolver = Callable[..., Any]


class Whole:
    """Resolves in a schema that knows all; ``schema`` has hidden fields too."""

    def __init__(self, graph: Graph, store: Store, schema: GraphQLSchema) -> None:
        self._graph = graph
        self._store = store
        self._schema = schema

    def resolver(self, type_name: str, name: str) -> Resolver:
        """Resolve a field; objects remember the ones above them, for contexts."""
        field = self._graph.field(type_name, name)
        declared = self._declared(type_name, name)

        def resolve(source: Source | None, _info: Any, **arguments: Any) -> Any:
            here = source or {"__typename": type_name, "number": 0}
            if type_name == "Mutation":
                here = self._store.next_moment()
            value = self._value(here, field, declared.type, arguments)
            return with_member(value, "above", here)

        return resolve

    def _declared(self, type_name: str, name: str) -> GraphQLField:
        owner = self._schema.type_map[type_name]
        assert isinstance(owner, GraphQLObjectType)
        declared: GraphQLField = owner.fields[name]
        return declared

    def _value(
        self, source: Source, field: Field, type_: GraphQLOutputType, arguments: dict[str, Any]
    ) -> Any:
        if field.requires:
            return f"needs {json.dumps(self.needed(source, read_set(field.requires)))}"
        if field.context:
            return told(self._above(source, field), arguments)
        return self._store.value(_as_interface(self._graph, source, field), field, type_, arguments)

    def needed(self, source: Source, selections: SelectionSetNode) -> dict[str, Any]:
        """Give what a subgraph gets of a field set; what fails is null."""
        found: dict[str, Any] = {}
        for node in selected(self._graph, selections, source["__typename"]):
            value = self._quietly(source, node)
            found[node.name.value] = self._below(value, node)
        return found

    def _quietly(self, source: Source, node: FieldNode) -> Any:
        type_name, name = source["__typename"], node.name.value
        declared = self._declared(type_name, name)
        try:
            arguments = get_argument_values(declared, node)
            return self._value(source, self._graph.field(type_name, name), declared.type, arguments)
        except GraphQLError:
            return None

    def _below(self, value: Any, node: FieldNode) -> Any:
        if isinstance(value, list):
            return [self._below(item, node) for item in value]
        if value is None or node.selection_set is None:
            return value
        return self.needed(value, node.selection_set)

    def _above(self, source: Source, field: Field) -> Any:
        at = source
        while at["__typename"] not in field.context:
            at = at["above"]
        (node,) = read_set(field.context[at["__typename"]]).selections
        assert isinstance(node, FieldNode)
        return self._quietly(at, node)


class Share:
    """Resolves in one subgraph."""

    def __init__(self, graph: Graph, store: Store, whole: Whole, subgraph: str) -> None:
        self._graph = graph
        self._store = store
        self._whole = whole
        self._subgraph = subgraph

    def entity(self, representation: dict[str, Any]) -> Source | GraphQLError:
        """Look an entity up."""
        try:
            return self._found(representation)
        except GraphQLError as error:
            return error

    def _found(self, representation: dict[str, Any]) -> Source:
        name = representation["__typename"]
        interface = self._graph.abstracts.get(name)
        if interface is None:
            keys = self._graph.types[name].keys[self._subgraph]
            return self._store.find(name, keys, representation)
        real = str(representation.get("id")).partition("-")[0]
        if real not in interface.all_members:
            raise GraphQLError(f"no {name} has the id {representation.get('id')}")
        found = self._store.find(real, ["id"], representation)
        if interface.as_object and self._subgraph in interface.as_object.known:
            found["__typename"] = name
        return found

    def resolver(self, type_name: str, name: str, declared: GraphQLField) -> Resolver:
        """Resolve a field, or refuse to."""
        field = self._graph.field(type_name, name)

        def resolve(source: Source | None, _info: Any, **arguments: Any) -> Any:
            here = source or {"__typename": type_name, "number": 0}
            if type_name == "Mutation":
                here = self._store.next_moment()
            self._check(here, field)
            value = self._value(here, field, declared, arguments)
            return with_member(value, "provided", self._provided_below(here, field))

        return resolve

    def _value(self, source: Source, field: Field, declared: GraphQLField, arguments: dict[str, Any]) -> Any:
        if field.requires:
            return f"needs {json.dumps(self._required(source, field))}"
        if field.context:
            return told(arguments.pop("given", None), arguments)
        return self._store.value(_as_interface(self._graph, source, field), field, declared.type, arguments)

    def _check(self, source: Source, field: Field) -> None:
        """Refuse what this subgraph does not resolve, or not for this object, or not any more."""
        if self._subgraph in field.owners:
            refused = field.label is not None and self._is_on(field.label) is False
            if not refused or self._subgraph != field.owners[0]:
                return
        elif field.overrides == self._subgraph:
            if field.label is not None and self._is_on(field.label) is not True:
                return
        elif any(node.name.value == field.name for node in self._provided(source)):
            return
        raise GraphQLError(f"{self._subgraph} does not resolve {source['__typename']}.{field.name} here")

    def _is_on(self, label: str) -> bool | None:
        return None if label.startswith("percent") else label in self._graph.overriding

    def _provided(self, source: Source) -> list[FieldNode]:
        """List the fields that a ``@provides`` above opens here."""
        return [
            node
            for selections in source.get("provided", ())
            for node in selected(self._graph, selections, source["__typename"])
        ]

    def _provided_below(self, source: Source, field: Field) -> list[SelectionSetNode]:
        below = [node.selection_set for node in self._provided(source) if node.name.value == field.name]
        own = [read_set(field.provides)] if field.provides else []
        return [*own, *(each for each in below if each is not None)]

    def _required(self, source: Source, field: Field) -> Any:
        assert field.requires is not None
        selections = read_set(field.requires)
        if field.overrides == self._subgraph:  # where it was before, it needs nothing to be sent
            return self._whole.needed(source, selections)
        type_name = source["__typename"]
        try:
            return sent(self._graph, selections, type_name, source.get("representation", {}))
        except KeyError as error:
            provided = {node.name.value for node in self._provided(source)}
            wanted = {
                node.name.value
                for node in selected(self._graph, selections, type_name)
                if self._subgraph not in self._graph.field(type_name, node.name.value).owners
            }
            if wanted <= provided:
                return self._whole.needed(source, selections)
            raise GraphQLError(f"{error} was not sent for {field.name}") from error


def with_member(value: Any, name: str, member: Any) -> Any:
    """Put something into each object of a value."""
    if isinstance(value, list):
        return [with_member(item, name, member) for item in value]
    return {**value, name: member} if isinstance(value, dict) and "number" in value else value


def told(given: Any, arguments: dict[str, Any]) -> str:
    """Say what a context gave."""
    return f"told {json.dumps(given)} {json.dumps(arguments, sort_keys=True)}"


def _as_interface(graph: Graph, source: Source, field: Field) -> Source:
    """See an object as a subgraph does that knows its interface alone, if one of these has the field."""
    for interface in graph.interfaces_of(source["__typename"]):
        if interface.as_object is not None and field is interface.as_object.fields.get(field.name):
            return {**source, "__typename": interface.name, "number": source["id"]}
    return source
