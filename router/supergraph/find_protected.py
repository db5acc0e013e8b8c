"""A supergraph document → what its access directives protect (@authenticated, @requiresScopes, @policy).

They mean something in a document if a link of their specifications brings them, under whatever name, or if
they stand there by their own names and no link says what those are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from graphql import DocumentNode, FieldDefinitionNode, TypeDefinitionNode, TypeExtensionNode

from .read_links import linked_directives

ACCESS = frozenset({"authenticated", "requiresScopes", "policy"})
Element: TypeAlias = TypeDefinitionNode | TypeExtensionNode | FieldDefinitionNode
SPECIFICATIONS = "https://specs.apollo.dev/"


def find_protected(document: DocumentNode) -> dict[str, list[str]]:
    """Give the directives' own names, with an @, by the coordinate of each element that bears any."""
    names = _names(document)
    found = (
        (coordinate, [f"@{names[d.name.value]}" for d in node.directives if d.name.value in names])
        for definition in document.definitions
        if isinstance(definition, TypeDefinitionNode | TypeExtensionNode)
        for coordinate, node in _elements(definition)
    )
    return {coordinate: directives for coordinate, directives in found if directives}


def _names(document: DocumentNode) -> Mapping[str, str]:
    """The access directives' own names by those that they have in the document."""
    linked = list(linked_directives(document))
    ours = {local: own for local, own, url in linked if own in ACCESS and url.startswith(SPECIFICATIONS)}
    taken = {local for local, _, _ in linked} | set(ours.values())
    return ours | {name: name for name in ACCESS - taken}


def _elements(node: TypeDefinitionNode | TypeExtensionNode) -> Iterator[tuple[str, Element]]:
    yield node.name.value, node
    for field in getattr(node, "fields", ()):
        yield f"{node.name.value}.{field.name.value}", field
