"""Type definitions with join directives → each subgraph's view of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from graphql import (
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    GraphQLError,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    TypeDefinitionNode,
    TypeNode,
    UnionTypeDefinitionNode,
    parse_type,
    print_ast,
    specified_scalar_types,
)

from .errors import SupergraphError
from .model import ContextArgument, Key, SubgraphField, SubgraphType, TypeKind, TypeRef
from .read_directives import Arguments, applied, context_arguments
from .read_links import Features

KINDS: Mapping[str, TypeKind] = {
    "object_type_definition": "object",
    "interface_type_definition": "interface",
    "union_type_definition": "union",
    "scalar_type_definition": "scalar",
    "enum_type_definition": "enum",
    "input_object_type_definition": "input",
}

NAME = re.compile("[_A-Za-z][_0-9A-Za-z]*")

FieldsNode: TypeAlias = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode
Names: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Document:
    """What every type is read with: ``names`` maps join__Graph values to subgraph names."""

    names: Names
    features: Features
    defined: frozenset[str]

    @property
    def owned(self) -> bool:
        """Whether types have owners and value types are everywhere (join spec v0.1)."""
        return self.features.join_version == "v0.1"


def type_ref(node: TypeNode) -> TypeRef:
    """Take a type apart."""
    lists, inner = 0, node
    while not isinstance(inner, NamedTypeNode):
        lists += isinstance(inner, ListTypeNode)
        assert isinstance(inner, ListTypeNode | NonNullTypeNode)
        inner = inner.type
    return TypeRef(print_ast(node), inner.name.value, lists)


def read_type(node: TypeDefinitionNode, document: Document) -> dict[str, SubgraphType]:
    """Read one type definition: subgraph name → the type there, without ``members`` of interfaces."""
    joins = _joins(node, document)
    return {graph: _in_graph(node, graph, joins[graph], document) for graph in joins}


def _joins(node: TypeDefinitionNode, document: Document) -> dict[str, list[Arguments]]:
    joins: dict[str, list[Arguments]] = {}
    for join in applied(node, "join__type"):
        joins.setdefault(_graph(join, document, node.name.value), []).append(join)
    if not joins and (document.owned or not _has_join_types(document)):
        return {graph: [] for graph in document.names.values()}
    return joins


def _has_join_types(document: Document) -> bool:
    return document.features.join_version not in ("v0.1", "")


def _graph(join: Arguments, document: Document, where: str) -> str:
    try:
        return document.names[join["graph"]]
    except KeyError:
        raise SupergraphError(
            f"{where}: a join directive names the graph {join.get('graph')}, which join__Graph lacks."
        ) from None


def _in_graph(
    node: TypeDefinitionNode, graph: str, joins: list[Arguments], document: Document
) -> SubgraphType:
    kind = KINDS[node.kind]
    is_interface_object = any(join.get("isInterfaceObject") for join in joins)
    return SubgraphType(
        node.name.value,
        "object" if is_interface_object else kind,
        keys=tuple(Key(j["key"], j.get("resolvable") is not False) for j in joins if j.get("key")),
        is_interface_object=is_interface_object,
        interfaces=_interfaces(node, graph, document),
        members=_members(node, graph, document, is_object=kind == "object" or is_interface_object),
        fields=_fields(node, graph, document),
        values=_values(node, graph, document),
    )


def _interfaces(node: TypeDefinitionNode, graph: str, document: Document) -> frozenset[str]:
    if not isinstance(node, FieldsNode):
        return frozenset()
    joins = applied(node, "join__implements")
    if joins:
        return frozenset(j["interface"] for j in joins if document.names.get(j["graph"]) == graph)
    return frozenset(i.name.value for i in node.interfaces) if document.owned else frozenset()


def _members(node: TypeDefinitionNode, graph: str, document: Document, *, is_object: bool) -> tuple[str, ...]:
    if is_object:
        return (node.name.value,)
    if not isinstance(node, UnionTypeDefinitionNode):
        return ()
    joins = applied(node, "join__unionMember")
    if joins:
        return tuple(j["member"] for j in joins if document.names.get(j["graph"]) == graph)
    return tuple(member.name.value for member in node.types)


def _values(node: TypeDefinitionNode, graph: str, document: Document) -> tuple[str, ...]:
    if not isinstance(node, EnumTypeDefinitionNode):
        return ()
    found = []
    for value in node.values:
        joins = applied(value, "join__enumValue")
        if not joins or any(document.names.get(j["graph"]) == graph for j in joins):
            found.append(value.name.value)
    return tuple(found)


def _fields(node: TypeDefinitionNode, graph: str, document: Document) -> dict[str, SubgraphField]:
    if not isinstance(node, FieldsNode | InputObjectTypeDefinitionNode):
        return {}
    owner = next((document.names.get(o["graph"]) for o in applied(node, "join__owner")), None)
    fields = (_field(f, graph, owner, document) for f in node.fields)
    return {f.name: f for f in fields if f is not None}


def _field(
    node: FieldDefinitionNode | InputValueDefinitionNode, graph: str, owner: str | None, document: Document
) -> SubgraphField | None:
    joins = applied(node, "join__field")
    base = SubgraphField(node.name.value, type_ref(node.type))
    if not joins:
        return base if owner in (None, graph) else None
    for join in joins:
        if join.get("graph") and _graph(join, document, node.name.value) == graph:
            return _joined(base, join, joins, document)
    return None


def _joined(
    base: SubgraphField, join: Arguments, joins: list[Arguments], document: Document
) -> SubgraphField:
    label = join.get("overrideLabel")
    return replace(
        base,
        type=_written_type(join["type"], base.name, document) if join.get("type") else base.type,
        external=bool(join.get("external") or join.get("usedOverridden")) and not label,
        requires=join.get("requires"),
        provides=join.get("provides"),
        label=label,
        label_value=label is None or bool(join.get("override")),
        context_arguments=tuple(_context_argument(c, base.name, document) for c in context_arguments(join)),
    )


def _context_argument(given: Arguments, field: str, document: Document) -> ContextArgument:
    if not NAME.fullmatch(given["name"]):
        raise SupergraphError(f"{field}: a context argument has the name {given['name']!r}.")
    type_ = _written_type(given["type"], field, document)
    return ContextArgument(given["name"], type_.text, given["context"], given["selection"])


def _written_type(text: str, field: str, document: Document) -> TypeRef:
    """Read the type that a subgraph gives a field, a string in ``@join__field``."""
    try:
        found = type_ref(parse_type(text, no_location=True))
    except GraphQLError:
        found = None
    if found is None or found.name not in document.defined | specified_scalar_types.keys():
        raise SupergraphError(f"{field}: a join directive gives it the type {text}, which doesn't exist.")
    return found
