"""A schema → what the quick look asks of it, remembered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationType,
    TypeNode,
    Undefined,
    get_named_type,
    is_input_type,
    is_non_null_type,
    is_type_sub_type_of,
    print_ast,
    type_from_ast,
)
from graphql.utilities import do_types_overlap

from .doubt import Doubt

Composite: TypeAlias = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType


@dataclass(frozen=True, slots=True)
class FieldFact:
    """A field: its ``type`` as text, the composite type ``below`` (None: a leaf), its arguments."""

    type: str
    below: Composite | None
    arguments: dict[str, GraphQLArgument]
    required: frozenset[str]


class SchemaFacts:
    """Answers about one schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self._fields: dict[tuple[str, str], FieldFact] = {}
        self._overlaps: dict[tuple[str, str], bool] = {}
        self._input_types: dict[str, GraphQLInputType] = {}
        self._fits: dict[tuple[str, str], bool] = {}

    def root(self, kind: OperationType) -> GraphQLObjectType:
        """Find the root type of an operation that can be checked here."""
        root = self.schema.get_root_type(kind)
        if root is None or kind is OperationType.SUBSCRIPTION:
            raise Doubt
        return root

    def composite(self, name: str) -> Composite:
        """Find a type that has selections."""
        found = self.schema.type_map.get(name)
        if not isinstance(found, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
            raise Doubt
        return found

    def field(self, parent: Composite, name: str) -> FieldFact:
        """Find a field, ``__typename`` and introspection excluded."""
        key = (parent.name, name)
        found = self._fields.get(key)
        if found is None:
            if isinstance(parent, GraphQLUnionType) or name not in parent.fields:
                raise Doubt
            found = self._fields[key] = _field_fact(parent.fields[name])
        return found

    def overlap(self, one: Composite, other: Composite) -> bool:
        """Whether an object can be of both types."""
        if one is other:
            return True
        key = (one.name, other.name)
        found = self._overlaps.get(key)
        if found is None:
            found = self._overlaps[key] = do_types_overlap(self.schema, one, other)
        return found

    def input_type(self, node: TypeNode) -> GraphQLInputType:
        """Find the type that a variable is declared with."""
        text = print_ast(node)
        found = self._input_types.get(text)
        if found is None:
            made = type_from_ast(self.schema, node)
            if made is None or not is_input_type(made):
                raise Doubt
            found = self._input_types[text] = made  # type: ignore[assignment]
        assert found is not None
        return found

    def fits(self, given: GraphQLInputType, wanted: GraphQLInputType) -> bool:
        """Whether a variable of one type may stand where another is wanted."""
        key = (str(given), str(wanted))
        found = self._fits.get(key)
        if found is None:
            found = self._fits[key] = is_type_sub_type_of(self.schema, given, wanted)
        return found


def _field_fact(field: GraphQLField) -> FieldFact:
    named = get_named_type(field.type)
    composite = isinstance(named, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType)
    return FieldFact(
        str(field.type),
        named if composite else None,  # type: ignore[arg-type]
        field.args,
        frozenset(name for name, argument in field.args.items() if is_required(argument)),
    )


def is_required(value: GraphQLArgument | GraphQLInputField) -> bool:
    """Whether an argument or input field must be given."""
    return is_non_null_type(value.type) and value.default_value is Undefined


def is_one_of(type_: GraphQLInputObjectType) -> bool:
    """Whether exactly one field of an input object must be given."""
    return bool(getattr(type_, "is_one_of", False))
