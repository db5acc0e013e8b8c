"""Supergraph SDL → ``Supergraph``; the only assembler of this package."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from graphql import (
    DocumentNode,
    EnumTypeDefinitionNode,
    GraphQLError,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    OperationType,
    SchemaDefinitionNode,
    TypeDefinitionNode,
    UnionTypeDefinitionNode,
    parse,
)

from .complete_keys import complete_keys
from .errors import SupergraphError
from .model import RootKind, Subgraph, SubgraphType, Supergraph, SupergraphField, SupergraphType
from .own_names import read_own_names
from .read_directives import applied
from .read_links import Features, read_features
from .read_types import KINDS, Document, FieldsNode, read_type, type_ref

SubgraphTypes = dict[str, dict[str, SubgraphType]]


def read_supergraph(sdl: str) -> Supergraph:
    """Read supergraph SDL of any composer. Raises SupergraphError (code INVALID_SUPERGRAPH)."""
    document = _parse(sdl)
    features = read_features(document)
    subgraphs = _subgraphs(document)
    definitions = [
        d
        for d in document.definitions
        if isinstance(d, TypeDefinitionNode) and not features.owns_type(d.name.value)
    ]
    reading = Document(
        {s.graph: s.name for s in subgraphs}, features, frozenset(d.name.value for d in definitions)
    )
    by_graph: SubgraphTypes = {s.name: {} for s in subgraphs}
    for definition in definitions:
        for graph, found in read_type(definition, reading).items():
            by_graph[graph][found.name] = found
    for types in by_graph.values():
        _add_members(types)
    if reading.owned:
        complete_keys(by_graph)
    own_names = read_own_names(document, definitions, reading.names)
    return Supergraph(
        subgraphs={s.name: replace(s, own_names=own_names.get(s.graph, {})) for s in subgraphs},
        subgraph_types=by_graph,
        types=_merged(definitions, by_graph, features),
        roots=_roots(document, {d.name.value for d in definitions}, by_graph),
        labels=_labels(by_graph),
        document=document,
    )


def _parse(sdl: str) -> DocumentNode:
    try:
        return parse(sdl, no_location=True)
    except GraphQLError as error:
        raise SupergraphError(f"The supergraph is no GraphQL document: {error.message}") from error


def _subgraphs(document: DocumentNode) -> list[Subgraph]:
    for definition in document.definitions:
        if isinstance(definition, EnumTypeDefinitionNode) and definition.name.value == "join__Graph":
            return [
                Subgraph(join["name"], value.name.value, join.get("url", ""))
                for value in definition.values
                for join in applied(value, "join__graph")
            ]
    raise SupergraphError(
        "There is no enum join__Graph: this is not a supergraph. Compose subgraphs with `waybill compose`."
    )


def _add_members(types: dict[str, SubgraphType]) -> None:
    members: dict[str, list[str]] = {}
    for found in types.values():
        if found.kind == "object":
            for interface in found.interfaces:
                members.setdefault(interface, []).append(found.name)
    for name, found in types.items():
        if found.kind == "interface":
            types[name] = replace(found, members=tuple(members.get(name, ())))
        elif found.kind == "union":
            types[name] = replace(found, members=tuple(m for m in found.members if m in types))


def _merged(
    definitions: Iterable[TypeDefinitionNode], by_graph: SubgraphTypes, features: Features
) -> dict[str, SupergraphType]:
    nodes = [d for d in definitions if isinstance(d, FieldsNode | UnionTypeDefinitionNode)]
    members: dict[str, set[str]] = {}
    for node in nodes:
        if isinstance(node, ObjectTypeDefinitionNode):
            for interface in node.interfaces:
                members.setdefault(interface.name.value, set()).add(node.name.value)
    return {node.name.value: _merged_type(node, members, by_graph, features) for node in nodes}


def _merged_type(
    node: FieldsNode | UnionTypeDefinitionNode,
    members: dict[str, set[str]],
    by_graph: SubgraphTypes,
    features: Features,
) -> SupergraphType:
    name = node.name.value
    if isinstance(node, UnionTypeDefinitionNode):
        possible = {m.name.value for m in node.types}
    elif isinstance(node, InterfaceTypeDefinitionNode):
        possible = members.get(name, set())
    else:
        possible = {name}
    return SupergraphType(
        name,
        KINDS[node.kind],
        inaccessible=bool(applied(node, features.inaccessible)),
        interfaces=frozenset(
            () if isinstance(node, UnionTypeDefinitionNode) else (i.name.value for i in node.interfaces)
        ),
        members=frozenset(possible),
        fields=_merged_fields(node, by_graph, features),
        contexts=frozenset(str(c["name"]) for c in applied(node, features.context)),
    )


def _merged_fields(
    node: FieldsNode | UnionTypeDefinitionNode, by_graph: SubgraphTypes, features: Features
) -> dict[str, SupergraphField]:
    if isinstance(node, UnionTypeDefinitionNode):
        return {}
    fields = {}
    for f in node.fields:
        ref, shapes = type_ref(f.type), {type_ref(f.type).text}
        for types in by_graph.values():
            found = types.get(node.name.value)
            if found and f.name.value in found.fields:
                shapes.add(found.fields[f.name.value].type.text)
        fields[f.name.value] = SupergraphField(
            f.name.value, ref, bool(applied(f, features.inaccessible)), frozenset(shapes)
        )
    return fields


def _roots(document: DocumentNode, defined: set[str], by_graph: SubgraphTypes) -> dict[RootKind, str]:
    roots: dict[RootKind, str] = {}
    for definition in document.definitions:
        if isinstance(definition, SchemaDefinitionNode):
            for root in definition.operation_types:
                roots[OperationType(root.operation).value] = root.type.name.value
    if not roots:
        defaults: dict[RootKind, str] = {
            "query": "Query",
            "mutation": "Mutation",
            "subscription": "Subscription",
        }
        roots = {kind: name for kind, name in defaults.items() if name in defined}
    if "query" not in roots:
        raise SupergraphError("The supergraph has no query root type.")
    for kind, name in roots.items():
        if not any(name in types for types in by_graph.values()):
            raise SupergraphError(f"No subgraph has the {kind} type {name}: it bears no @join__type.")
    return roots


def _labels(by_graph: SubgraphTypes) -> frozenset[str]:
    return frozenset(
        f.label for types in by_graph.values() for t in types.values() for f in t.fields.values() if f.label
    )
