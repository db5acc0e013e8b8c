"""A value in a document, where a type is wanted → the variables it uses; or a doubt."""

from __future__ import annotations

from typing import Any, NamedTuple

from graphql import (
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    Undefined,
    ValueNode,
    VariableNode,
)

from .doubt import Doubt
from .schema_facts import is_one_of, is_required

# Of the built-in scalars; other literals of them, and those of other scalars, are a doubt.
LITERALS: dict[str, tuple[type[ValueNode], ...]] = {
    "Int": (IntValueNode,),
    "Float": (IntValueNode, FloatValueNode),
    "String": (StringValueNode,),
    "Boolean": (BooleanValueNode,),
    "ID": (StringValueNode, IntValueNode),
}
# Ints of more digits may not fit 32 bits, floats of more may not be finite.
MAX_DIGITS = 9


class VariableUse(NamedTuple):
    """A variable where ``type`` is wanted, or ``default`` taken if nothing is given."""

    name: str
    type: GraphQLInputType
    default: Any


def check_value(node: ValueNode, type_: GraphQLInputType, default: Any, uses: list[VariableUse]) -> None:
    """Check a value; add the variables in it to ``uses``. Raises Doubt."""
    if isinstance(node, VariableNode):
        uses.append(VariableUse(node.name.value, type_, default))
        return
    if isinstance(type_, GraphQLNonNull):
        if isinstance(node, NullValueNode):
            raise Doubt
        type_ = type_.of_type
    if isinstance(node, NullValueNode):
        return
    if isinstance(type_, GraphQLList):
        for item in node.values if isinstance(node, ListValueNode) else (node,):
            check_value(item, type_.of_type, Undefined, uses)
    elif isinstance(type_, GraphQLInputObjectType):
        _check_object(node, type_, uses)
    else:
        _check_leaf(node, type_)


def _check_object(node: ValueNode, type_: GraphQLInputObjectType, uses: list[VariableUse]) -> None:
    if not isinstance(node, ObjectValueNode) or is_one_of(type_):
        raise Doubt
    given = set[str]()
    for item in node.fields:
        name = item.name.value
        declared = type_.fields.get(name)
        if declared is None or name in given:
            raise Doubt
        given.add(name)
        check_value(item.value, declared.type, declared.default_value, uses)
    if any(name not in given and is_required(declared) for name, declared in type_.fields.items()):
        raise Doubt


def _check_leaf(node: ValueNode, type_: GraphQLInputType) -> None:
    if isinstance(type_, GraphQLEnumType):
        if not isinstance(node, EnumValueNode) or node.value not in type_.values:
            raise Doubt
        return
    assert isinstance(type_, GraphQLScalarType)
    if not isinstance(node, LITERALS.get(type_.name, ())):
        raise Doubt
    if isinstance(node, IntValueNode | FloatValueNode) and len(node.value) > MAX_DIGITS:
        raise Doubt
