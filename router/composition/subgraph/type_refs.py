"""Type references as text: ``[User!]!``. Comparing, wrapping and unwrapping them is string work."""

from __future__ import annotations

from typing import TypeAlias

from graphql import ListTypeNode, NamedTypeNode, NonNullTypeNode, TypeNode

TypeRef: TypeAlias = str


def type_text(node: TypeNode) -> TypeRef:
    """Print a type reference."""
    if isinstance(node, NonNullTypeNode):
        return type_text(node.type) + "!"
    if isinstance(node, ListTypeNode):
        return f"[{type_text(node.type)}]"
    assert isinstance(node, NamedTypeNode)
    return node.name.value


def named(ref: TypeRef) -> str:
    """Give the name inside all wrappers."""
    return ref.strip("[]!")


def is_required(ref: TypeRef) -> bool:
    """Whether null is excluded."""
    return ref.endswith("!")


def nullable(ref: TypeRef) -> TypeRef:
    """Drop the outermost ``!``."""
    return ref[:-1] if ref.endswith("!") else ref


def is_list(ref: TypeRef) -> bool:
    """Whether it is a list, required or not."""
    return ref.startswith("[")


def item(ref: TypeRef) -> TypeRef:
    """Give a list's item type."""
    return nullable(ref)[1:-1]
