"""``extend type Query`` with nothing to extend, as Federation 1 subgraphs say it, is a definition."""

from __future__ import annotations

from graphql import (
    DefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumTypeExtensionNode,
    InputObjectTypeDefinitionNode,
    InputObjectTypeExtensionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    ScalarTypeDefinitionNode,
    ScalarTypeExtensionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    UnionTypeDefinitionNode,
    UnionTypeExtensionNode,
)

_DEFINITIONS: dict[type[TypeExtensionNode], type[TypeDefinitionNode]] = {
    ObjectTypeExtensionNode: ObjectTypeDefinitionNode,
    InterfaceTypeExtensionNode: InterfaceTypeDefinitionNode,
    UnionTypeExtensionNode: UnionTypeDefinitionNode,
    EnumTypeExtensionNode: EnumTypeDefinitionNode,
    InputObjectTypeExtensionNode: InputObjectTypeDefinitionNode,
    ScalarTypeExtensionNode: ScalarTypeDefinitionNode,
}


def adopt_extensions(document: DocumentNode) -> DocumentNode:
    """Take the first extension of each type that isn't defined for its definition."""
    defined = {d.name.value for d in document.definitions if isinstance(d, TypeDefinitionNode)}
    definitions: list[DefinitionNode] = []
    for node in document.definitions:
        if isinstance(node, TypeExtensionNode) and node.name.value not in defined:
            defined.add(node.name.value)
            definitions.append(_definition(node))
        else:
            definitions.append(node)
    return DocumentNode(definitions=tuple(definitions), loc=document.loc)


def _definition(node: TypeExtensionNode) -> TypeDefinitionNode:
    members = {key: getattr(node, key) for key in node.keys if hasattr(node, key)}
    return _DEFINITIONS[type(node)](**members)
