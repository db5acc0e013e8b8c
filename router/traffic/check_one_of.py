"""A variable at a field of a ``@oneOf`` input object may not be null (GraphQL, September 2025, §5.8.5).

Exactly one field is given, and it is not null: "Variables used for OneOf Input Object fields must be
non-nullable". graphql-core's own rule sees that only where the input object itself may be null: a ``By!`` it
takes for no input object. Here stands the rest, in the same words.
"""

from __future__ import annotations

from typing import Any

from graphql import (
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLNonNull,
    NonNullTypeNode,
    ObjectFieldNode,
    OperationDefinitionNode,
    ValidationContext,
    ValidationRule,
    VariableDefinitionNode,
    VariableNode,
    print_ast,
)

from ..operation.accept.schema_facts import is_one_of

Use = tuple[VariableNode, str]
"""Where a variable stands, and the name of the input object."""


class OneOfVariablesRule(ValidationRule):
    """IsNonNullPosition, where the input object that the variable stands in must be given."""

    context: ValidationContext

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._uses: dict[object, list[Use]] = {}
        self._definition: object = None

    def enter_operation_definition(self, node: Any, *_: Any) -> None:
        """Go into an operation."""
        self._definition = node

    def enter_fragment_definition(self, node: Any, *_: Any) -> None:
        """Go into a fragment."""
        self._definition = node

    def enter_object_field(self, node: ObjectFieldNode, *_: Any) -> None:
        """Remember a variable, if it stands where one must be given."""
        parent = self.context.get_parent_input_type()
        if not isinstance(node.value, VariableNode) or not isinstance(parent, GraphQLNonNull):
            return
        holder = parent.of_type
        if isinstance(holder, GraphQLInputObjectType) and is_one_of(holder):
            self._uses.setdefault(self._definition, []).append((node.value, holder.name))

    def leave_document(self, *_: Any) -> None:
        """Look at each operation with the fragments that it spreads: fragments may stand behind it."""
        for operation in self.context.document.definitions:
            if self._uses and isinstance(operation, OperationDefinitionNode):
                self._check(operation)

    def _check(self, operation: OperationDefinitionNode) -> None:
        spread = self.context.get_recursively_referenced_fragments(operation)
        nullable = {
            node.variable.name.value: node
            for node in operation.variable_definitions
            if not isinstance(node.type, NonNullTypeNode)
        }
        for definition in (operation, *spread):
            for use, name in self._uses.get(definition, ()):
                declared = nullable.get(use.name.value)
                if declared is not None:
                    self.report_error(GraphQLError(_message(declared, name), [declared, use]))


def _message(node: VariableDefinitionNode, name: str) -> str:
    variable = node.variable.name.value
    return (
        f"Variable '${variable}' is of type '{print_ast(node.type)}' but must be non-nullable to be used for "
        f"OneOf Input Object '{name}'."
    )
