"""What planning hands to code generation: the operation as a tree of objects, fields and the shape of their
values.

An occurrence of a field in the operation has its own node here, fragments merged and conditions decided, so
generated code never asks what was selected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLScalarType,
)

from .arguments import Arguments


@dataclass(frozen=True, slots=True)
class TypeName:
    """`__typename`: a constant, as plans are made for each concrete type."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """Plain data: `source.name`, or what the schema's own `default_resolver` reads."""

    name: str
    default_resolver: Any


@dataclass(frozen=True, slots=True)
class Call:
    """A resolver without extensions: its function is called directly."""

    function: Any
    arguments: Arguments
    takes_self: bool
    parent_names: tuple[str, ...]
    info_name: str | None
    is_async: bool


@dataclass(frozen=True, slots=True)
class Resolve:
    """A resolver with permissions, field extensions or exception handlers: Strawberry's chain is called."""

    function: Any


@dataclass(frozen=True, slots=True)
class Core:
    """Left to graphql-core, with everything below it."""

    reason: str


Source = TypeName | Attribute | Call | Resolve | Core


@dataclass(frozen=True, slots=True)
class LeafShape:
    """A scalar or an enum."""

    nullable: bool
    type: GraphQLScalarType | GraphQLEnumType
    pure = True


@dataclass(frozen=True, slots=True)
class ListShape:
    """A list of anything."""

    nullable: bool
    item: Shape

    @property
    def pure(self) -> bool:
        """Whether plain attributes are all that is read below."""
        return self.item.pure


@dataclass(frozen=True, slots=True)
class ObjectShape:
    """An object of a known type."""

    nullable: bool
    plan: ObjectPlan

    @property
    def pure(self) -> bool:
        """Whether plain attributes are all that is read below."""
        return self.plan.pure


@dataclass(frozen=True, slots=True)
class AbstractShape:
    """An interface or a union: one plan for each type that it can be."""

    nullable: bool
    type: GraphQLAbstractType
    plans: tuple[ObjectPlan, ...]
    pure: bool


Shape = LeafShape | ListShape | ObjectShape | AbstractShape


@dataclass(frozen=True, slots=True, eq=False)
class FieldPlan:
    """One field of one concrete type; `shape` is absent where graphql-core takes over."""

    key: str
    nodes: list[FieldNode]
    parent: GraphQLObjectType
    definition: GraphQLField
    strawberry_field: Any
    source: Source
    shape: Shape | None

    @property
    def pure(self) -> bool:
        """Whether it can be read again without anyone noticing: plain data all the way down."""
        if isinstance(self.source, TypeName):
            return True
        return isinstance(self.source, Attribute) and self.shape is not None and self.shape.pure


@dataclass(frozen=True, slots=True, eq=False)
class ObjectPlan:
    """A selection on one concrete type, in response order."""

    type: GraphQLObjectType
    fields: tuple[FieldPlan, ...]
    pure: bool

    @property
    def weight(self) -> int:
        """How many values one such object brings: its fields and those of plain objects in them.

        Lists count their items themselves, and so do objects that resolvers give.
        """
        return sum(
            1 + (weight_of(field.shape) if field.pure and field.shape is not None else 0)
            for field in self.fields
        )

    @property
    def has_lists(self) -> bool:
        """Whether a plain object of this plan brings lists, whose length nobody knows before."""
        return any(field.shape is not None and _has_lists(field.shape) for field in self.fields)


def weight_of(shape: Shape) -> int:
    """How many values a plain value of this shape brings besides itself."""
    match shape:
        case ObjectShape():
            return shape.plan.weight
        case AbstractShape():
            return max((plan.weight for plan in shape.plans), default=0)
        case LeafShape() | ListShape():
            return 0


def _has_lists(shape: Shape) -> bool:
    match shape:
        case ObjectShape():
            return shape.plan.has_lists
        case AbstractShape():
            return any(plan.has_lists for plan in shape.plans)
        case LeafShape() | ListShape():
            return isinstance(shape, ListShape)
