"""Scalars and enums: an expression for the usual Python type of each, and a reader for all other values.

A reader takes a value and gives what the response shows, or raises `Unusual`: then graphql-core completes
that value and finds the right words. An expression is the same with the commonest case inline: `v if type(v
:= s.name) is str else read_String(v)`.
"""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLScalarType,
    GraphQLString,
    Undefined,
)
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema_converter import CustomGraphQLEnumType
from strawberry.schema.types.base_scalars import isoformat

Read = Callable[[Any], Any]

# Python type and condition under which a built-in scalar shows a value as it is (graphql/type/scalars.py).
_AS_IT_IS = {
    GraphQLString: "type({v}) is str",
    GraphQLID: "type({v}) is str",
    GraphQLBoolean: "type({v}) is bool",
    GraphQLInt: "type({v}) is int and -2147483648 <= {w} <= 2147483647",
    GraphQLFloat: "type({v}) is float and {w} - {w} == 0.0",
}
_SHOWN_BY_STR = (uuid.UUID, decimal.Decimal)
_SHOWN_BY_ISOFORMAT = (datetime.datetime, datetime.date, datetime.time)


class Unusual(Exception):
    """A value that compiled code leaves to graphql-core."""


def make_reader(type_: GraphQLScalarType | GraphQLEnumType, nullable: bool) -> Read:
    """The reader of a leaf type."""
    serialize = type_.serialize

    def read(value: Any) -> Any:
        if value is None and nullable:
            return None
        if value is None or value is Undefined or isinstance(value, Exception):
            raise Unusual
        if optimized_is_awaitable(value):
            raise Unusual
        shown = serialize(value)
        if shown is None or shown is Undefined:
            raise Unusual
        return shown

    return read


def leaf_expression(
    type_: GraphQLScalarType | GraphQLEnumType,
    nullable: bool,
    value: str,
    reader: str,
    bind: Callable[[Any], str],
) -> str:
    """Python for a leaf; `value` is evaluated once, `reader` names its reader, `bind` names a constant."""
    name = value if value.isidentifier() else "v"
    first = name if name == value else f"({name} := {value})"
    if nullable:
        return f"None if {first} is None else {_inline(type_, name, name, reader, bind)}"
    return _inline(type_, first, name, reader, bind)


def _inline(
    type_: GraphQLScalarType | GraphQLEnumType, first: str, name: str, reader: str, bind: Callable[[Any], str]
) -> str:
    if condition := _AS_IT_IS.get(type_):  # type: ignore[arg-type]
        return f"{name} if {condition.format(v=first, w=name)} else {reader}({name})"
    if isinstance(type_, CustomGraphQLEnumType):
        names = _enum_names(type_)
        usual = f"type({first}) is {bind(type_.wrapped_cls)} and {name}._name_ in {bind(names)}"
        return f"{bind(names)}[{name}._name_] if {usual} else {reader}({name})"
    origin = _origin(type_)
    if origin in _SHOWN_BY_STR and type_.serialize is str:
        return f"str({name}) if type({first}) is {bind(origin)} else {reader}({name})"
    if origin in _SHOWN_BY_ISOFORMAT and type_.serialize is isoformat:
        return f"{name}.isoformat() if type({first}) is {bind(origin)} else {reader}({name})"
    return f"{reader}({first})"


def _enum_names(type_: CustomGraphQLEnumType) -> dict[str, str]:
    """Member name → GraphQL name, as `serialize` finds it."""
    names = {}
    for member in list[Any](type_.wrapped_cls):
        try:
            names[member._name_] = type_.serialize(member)
        except Exception:
            continue
    return names


def _origin(type_: GraphQLScalarType | GraphQLEnumType) -> Any:
    return getattr(type_.extensions.get("strawberry-definition"), "origin", None)
