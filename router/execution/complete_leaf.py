"""A leaf's JSON value as a subgraph sent it → as the API schema allows it.

Raises ``InvalidLeaf`` for a value of the wrong kind: it becomes null, with an error. Custom scalars pass as
they are. An enum's values are those of the API schema: unknown and inaccessible ones are invalid.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from graphql import GraphQLEnumType, GraphQLNamedType

MAX_INT = 2**31 - 1
MIN_INT = -(2**31)


class InvalidLeaf(Exception):
    """The value does not fit its type."""


CompleteLeaf: TypeAlias = Callable[[Any], Any]


def complete_int(value: Any) -> Any:
    """Accept 32-bit integers, also where JSON wrote them as ``1.0``."""
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is int and MIN_INT <= value <= MAX_INT:
        return value
    raise InvalidLeaf


def complete_float(value: Any) -> Any:
    """Accept numbers."""
    if type(value) is float or type(value) is int:
        return value
    raise InvalidLeaf


def complete_string(value: Any) -> Any:
    """Accept strings."""
    if type(value) is str:
        return value
    raise InvalidLeaf


def complete_boolean(value: Any) -> Any:
    """Accept true and false."""
    if type(value) is bool:
        return value
    raise InvalidLeaf


def complete_id(value: Any) -> Any:
    """Accept strings and integers; an ID is always answered as a string."""
    if type(value) is str:
        return value
    if type(value) is int:
        return str(value)
    raise InvalidLeaf


def complete_any(value: Any) -> Any:
    """Accept whatever a custom scalar is."""
    return value


_BUILT_IN: dict[str, CompleteLeaf] = {
    "Int": complete_int,
    "Float": complete_float,
    "String": complete_string,
    "Boolean": complete_boolean,
    "ID": complete_id,
}


def leaf_completer(type_: GraphQLNamedType) -> CompleteLeaf:
    """Choose the function for a leaf type of the API schema."""
    if isinstance(type_, GraphQLEnumType):
        names = frozenset(type_.values)

        def complete_enum(value: Any) -> Any:
            if type(value) is str and value in names:
                return value
            raise InvalidLeaf

        return complete_enum
    return _BUILT_IN.get(type_.name, complete_any)
