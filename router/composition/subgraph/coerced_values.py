"""Constant values → what a server makes of them: values that are written differently may be the same.

Of one type ``5`` and ``5.0`` (Float), ``1`` and ``"1"`` (ID), ``1`` and ``[1]`` (a list), ``{x: 1, y: 2}``
and ``{y: 2, x: 1}`` are equal after input coercion (GraphQL spec §3.5 to 3.12).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from graphql import (
    BooleanValueNode,
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
)

from .check_values import ValueType
from .type_refs import TypeRef, is_list, item, named, nullable
from .values import value_text

Types = Mapping[str, ValueType]
_UNTYPED = ""
"""What is inside a custom scalar has no type: it is compared by its form."""


def coerced(value: ValueNode | None, ref: TypeRef, types: Types) -> Hashable:
    """Give what is equal for equal values of the type ``ref``; None where there is no value.

    The value must be one that the type accepts (``ValueChecker``).
    """
    if value is None:
        return None
    if isinstance(value, NullValueNode):
        return ("null",)
    if is_list(ref):
        items = value.values if isinstance(value, ListValueNode) else (value,)
        return ("list", *(coerced(each, item(ref), types) for each in items))
    return _named(value, nullable(ref), types)


def same_value(one: ValueNode | None, other: ValueNode | None, ref: TypeRef, types: Types) -> bool:
    """Whether two values of one type, or their absence, are the same."""
    return coerced(one, ref, types) == coerced(other, ref, types)


def _named(value: ValueNode, name: str, types: Types) -> Hashable:
    match value:
        case ObjectValueNode(fields=fields):
            type_ = types.get(name)
            inputs = type_.inputs if type_ is not None else {}
            refs = {n: i.type for n, i in inputs.items()}
            parts = ((f.name.value, refs.get(f.name.value, _UNTYPED), f.value) for f in fields)
            return ("object", frozenset((n, coerced(v, ref, types)) for n, ref, v in parts))
        case ListValueNode(values=values):
            return ("list", *(coerced(each, _UNTYPED, types) for each in values))
        case IntValueNode(value=text) if named(name) == "ID":
            return ("text", text)
        case IntValueNode(value=text) | FloatValueNode(value=text):
            return _number(text)
        case BooleanValueNode(value=truth):
            return ("boolean", truth)
        case VariableNode():
            return ("variable", value_text(value))
    return ("text", value.value)  # type: ignore[attr-defined]


def _number(text: str) -> Hashable:
    """Numbers are equal as doubles; beyond those, if they are written alike."""
    number = float(text)
    return ("number", number if abs(number) != float("inf") else text)
