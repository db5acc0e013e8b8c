"""Default values that would never end: ``input A { b: B = {} }  input B { a: A = {} }``.

GraphQL forbade them late, and composers let them through. graphql-core builds no schema with them, so they
are left out of the API schema; the subgraphs, which got along with them, still apply them.
"""

from __future__ import annotations

from graphql import (
    DocumentNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    NamedTypeNode,
    ObjectValueNode,
)

Edges = dict[str, set[str]]


def drop_cyclic_defaults(document: DocumentNode) -> bool:
    """Remove, in place, object defaults that lead back to their own type; tell whether there were any."""
    inputs = [d for d in document.definitions if isinstance(d, InputObjectTypeDefinitionNode)]
    edges = {d.name.value: {_type_name(f) for f in d.fields if _is_object(f)} for d in inputs}
    cyclic = [
        field
        for definition in inputs
        for field in definition.fields
        if _is_object(field) and definition.name.value in _reached(_type_name(field), edges)
    ]
    for field in cyclic:
        field.default_value = None
    return bool(cyclic)


def _is_object(field: InputValueDefinitionNode) -> bool:
    return isinstance(field.default_value, ObjectValueNode)


def _type_name(field: InputValueDefinitionNode) -> str:
    inner = field.type
    while not isinstance(inner, NamedTypeNode):
        inner = inner.type  # type: ignore[attr-defined]
    return inner.name.value


def _reached(name: str, edges: Edges) -> set[str]:
    found, waiting = {name}, [name]
    while waiting:
        new = edges.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found
