"""Where in a response a value belongs: needed only for `info.path`, for errors, and to put late values in
place.

A position is a chain of plain tuples `(parent position, spot or index, container)`, cheap enough to make for
every object: `container[spot.key]` or `container[index]` is the value's place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_argument_values,
)
from graphql.pyutils import Path

Position = tuple[Any, Any, Any]
Complete = Callable[[Any, Position, Any], Any]


class Spot:
    """A field of the operation at run time: what errors, infos and graphql-core need to know of it."""

    __slots__ = (
        "attribute",
        "complete",
        "constant",
        "definition",
        "field",
        "key",
        "left_to_core",
        "name",
        "nodes",
        "nullable",
        "parent",
        "types",
    )

    def __init__(
        self,
        key: str,
        nodes: list[FieldNode],
        parent: GraphQLObjectType,
        definition: GraphQLField,
        field: Any,
    ) -> None:
        self.key, self.nodes, self.parent, self.definition, self.field = key, nodes, parent, definition, field
        self.name = nodes[0].name.value
        self.types = _types_by_depth(definition.type)
        self.nullable = tuple(not isinstance(type_, GraphQLNonNull) for type_ in self.types)
        # Why graphql-core resolves the field, if it does.
        self.left_to_core: str | None = None
        # How plain fields are read and completed one by one.
        self.constant: str | None = None
        self.attribute: tuple[Callable[[Any, str], Any], str] | None = None
        self.complete: Complete | None = None

    def arguments(self, variables: dict[str, Any]) -> dict[str, Any]:
        """The field's arguments, as graphql-core gives them to a resolver."""
        return get_argument_values(self.definition, self.nodes[0], variables)

    def plain_value(self, source: Any, position: Position, execution: Any) -> Any:
        """Read and complete a plain field."""
        if self.attribute is None or self.complete is None:
            return self.constant
        read, name = self.attribute
        return self.complete(read(source, name), position, execution)


def _types_by_depth(type_: Any) -> tuple[Any, ...]:
    """`[[Int]!]` → (`[[Int]!]`, `[Int]!`, `Int`): the type of the field, of its items, of their items."""
    types = [type_]
    while True:
        inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if not isinstance(inner, GraphQLList):
            return tuple(types)
        type_ = inner.of_type
        types.append(type_)


def spot_of(position: Position) -> tuple[Position, int]:
    """The position of the field that a (list item's) position belongs to, and how deep in lists it is."""
    depth = 0
    while type(position[1]) is int:
        position = position[0]
        depth += 1
    return position, depth


def is_nullable(position: Position) -> bool:
    """Whether null may stand there."""
    field, depth = spot_of(position)
    return bool(field[1].nullable[depth])


def nearest_nullable(position: Position | None) -> Position | None:
    """The position that becomes null when this one fails; None for the whole response."""
    while position is not None and not is_nullable(position):
        position = position[0]
    return position


def put(position: Position, value: Any) -> None:
    """Set the value at a position."""
    key = position[1]
    position[2][key if type(key) is int else key.key] = value


def path_of(position: Position | None) -> Path | None:
    """The position as graphql-core's path."""
    if position is None:
        return None
    step = position[1]
    parent = path_of(position[0])
    return Path(parent, step, None) if type(step) is int else Path(parent, step.key, step.parent.name)
