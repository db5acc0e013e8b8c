"""A fetch → the type of its answer, which a decoder checks while it reads.

An answer that decodes has every value of the API schema's kind and no null where none may be; so nothing of
that is checked again. Keys that nobody asked for are dropped. Objects are what their positions' forms say
(forms.py); an entity that is copied into structs is a struct of its own fields alone.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypeAlias

import msgspec
from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLUnionType,
    is_leaf_type,
)
from msgspec import UNSET, UnsetType

from ...planning.plan import Fetch, Shape
from ..complete_leaf import MAX_INT, MIN_INT
from ..typed_answer import struct, typed_dict
from .layout import Position

NonNullJson: TypeAlias = bool | int | float | str | list[Any] | dict[str, Any]

_BUILT_IN: dict[str, Any] = {
    "Int": Annotated[int, msgspec.Meta(ge=MIN_INT, le=MAX_INT)],
    "Float": int | float,
    "String": str,
    "Boolean": bool,
    "ID": str,
}


class LayoutBuilder:
    """Makes the types of one plan's fetches."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._made: dict[object, Any] = {}

    def layout(self, fetch: Fetch, position: Position) -> Any:
        """The type of a root fetch's data, or of an entity fetch's entities."""
        if position.attributes is None:
            return self._object(position, fetch.shape)
        return self._struct({key: (self._field(position, key, b),) for key, b in fetch.shape.items()})

    def _typed_dict(self, fields: dict[str, Any]) -> Any:
        """Make a type, or find the one of the same layout."""
        layout = tuple(fields.items())
        if layout not in self._made:
            self._made[layout] = typed_dict(f"T{len(self._made)}", fields)
        return self._made[layout]

    def _struct(self, fields: dict[str, tuple[Any, ...]]) -> Any:
        layout = ("struct", *fields.items())
        if layout not in self._made:
            self._made[layout] = struct(f"S{len(self._made)}", fields)
        return self._made[layout]

    def _object(self, position: Position, shape: Shape) -> Any:
        if position.attributes is not None:
            return self._struct({key: self._member(position, key, shape) for key in position.attributes})
        fields = {key: self._field(position, key, below) for key, below in shape.items()}
        if position.is_abstract:  # another runtime type has other fields
            fields = {
                key: type_ if key == "__typename" else NotRequired[type_] for key, type_ in fields.items()
            }
        return self._typed_dict(fields)

    def _member(self, position: Position, key: str, shape: Shape) -> tuple[Any, ...]:
        """A struct's field: of the answer; of a later one, and not allowed in this; or the type's name."""
        if key == "__typename":
            assert position.declared is not None
            name = position.declared.name
            return (Literal[name],) if key in shape else (Literal[name], name)
        return (self._field(position, key, shape[key]),) if key in shape else (UnsetType, UNSET)

    def _field(self, position: Position, key: str, below: Shape | None) -> Any:
        if key == "__typename":
            return self._typename(position)
        declared = position.type_of(key)
        if declared is None:  # hidden: a key, or what the interpreter's functions read, which trust nothing
            built_in = _BUILT_IN.get(position.leaf_name(key) or "")
            return Any if built_in is None else built_in | None
        return self._value(declared, position, key, below)

    def _typename(self, position: Position) -> Any:
        """The names that the API schema allows here, unless another fetch tells the concrete one."""
        declared = position.declared
        if not isinstance(declared, GraphQLInterfaceType | GraphQLUnionType):
            return Any
        if len(position.given["__typename"]) > 1:
            return str
        return Literal[tuple(type_.name for type_ in self._schema.get_possible_types(declared))]

    def _value(self, type_: GraphQLOutputType, position: Position, key: str, below: Shape | None) -> Any:
        if isinstance(type_, GraphQLNonNull):
            return self._non_null(type_.of_type, position, key, below)
        return self._non_null(type_, position, key, below) | None

    def _non_null(self, type_: GraphQLOutputType, position: Position, key: str, below: Shape | None) -> Any:
        if isinstance(type_, GraphQLList):
            return list[self._value(type_.of_type, position, key, below)]  # type: ignore[misc]
        assert isinstance(type_, GraphQLNamedType)
        if is_leaf_type(type_):
            return leaf_type(type_)
        return self._object(position.children[key], below or {})


def leaf_type(type_: GraphQLNamedType) -> Any:
    """Give the Python type of a leaf's values, null excluded."""
    if isinstance(type_, GraphQLEnumType):
        return Literal[tuple(type_.values)]
    return _BUILT_IN.get(type_.name, NonNullJson)
