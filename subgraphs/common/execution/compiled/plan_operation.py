"""A validated operation and the values of its conditions in, the tree of `plan.py` out.

`@skip` and `@include` are decided here: each combination of their variables' values has a plan of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
)
from graphql.execution.collect_fields import collect_fields, collect_sub_fields
from graphql.execution.execute import get_field_def

from .classify_field import classify_field
from .plan import (
    AbstractShape,
    Core,
    FieldPlan,
    LeafShape,
    ListShape,
    ObjectPlan,
    ObjectShape,
    Shape,
    TypeName,
)


@dataclass(slots=True)
class Planner:
    """What a plan is made from; `budget` counts down the fields that it may still have."""

    schema: GraphQLSchema
    strawberry_schema: Any
    fragments: dict[str, FragmentDefinitionNode]
    conditions: dict[str, bool]
    budget: int

    def plan(self, operation: OperationDefinitionNode) -> ObjectPlan | None:
        """The plan of an operation; None if its root type is missing. May raise graphql-core's errors."""
        root = self.schema.get_root_type(operation.operation)
        if root is None:
            return None
        fields = collect_fields(self.schema, self.fragments, self.conditions, root, operation.selection_set)
        return self._object(root, fields)

    def _object(self, type_: GraphQLObjectType, fields: dict[str, list[FieldNode]]) -> ObjectPlan:
        plans = tuple(
            plan for key, nodes in fields.items() if (plan := self._field(type_, key, nodes)) is not None
        )
        return ObjectPlan(type_, plans, all(plan.pure for plan in plans))

    def _field(self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> FieldPlan | None:
        definition = get_field_def(self.schema, parent, nodes[0])
        if definition is None:
            return None
        self.budget -= 1
        field = definition.extensions.get("strawberry-definition")
        source = classify_field(self.strawberry_schema, definition, field, nodes[0])
        shape = None
        if self.budget < 0:
            source = Core("size")
        elif not isinstance(source, TypeName | Core):
            shape = self._shape(definition, definition.type, nodes)
        return FieldPlan(key, nodes, parent, definition, field, source, shape)

    def _shape(self, field: GraphQLField, type_: Any, nodes: list[FieldNode]) -> Shape:
        nullable = not isinstance(type_, GraphQLNonNull)
        inner = type_ if nullable else type_.of_type
        match inner:
            case GraphQLScalarType() | GraphQLEnumType():
                return LeafShape(nullable, inner)
            case GraphQLList():
                return ListShape(nullable, self._shape(field, inner.of_type, nodes))
            case GraphQLObjectType():
                return ObjectShape(nullable, self._selection(inner, nodes))
            case _:
                return self._abstract(nullable, inner, nodes)

    def _abstract(self, nullable: bool, type_: GraphQLAbstractType, nodes: list[FieldNode]) -> Shape:
        plans = tuple(self._selection(each, nodes) for each in self.schema.get_possible_types(type_))
        return AbstractShape(nullable, type_, plans, all(plan.pure for plan in plans))

    def _selection(self, type_: GraphQLObjectType, nodes: list[FieldNode]) -> ObjectPlan:
        return self._object(
            type_, collect_sub_fields(self.schema, self.fragments, self.conditions, type_, nodes)
        )
