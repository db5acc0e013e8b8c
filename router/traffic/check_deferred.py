"""``@defer`` in a document must be usable: the validation rules of GraphQL's incremental delivery.

Whether a client takes parts at all does not matter: a document is valid or not. What a variable decides
(``@defer(if: $later)`` in a subscription) is told when the operation is planned. ``@stream`` is not offered,
so it is an unknown directive.
"""

from __future__ import annotations

from typing import Any, TypeGuard

from graphql import (
    ArgumentNode,
    BooleanValueNode,
    DefinitionNode,
    DirectiveNode,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLNamedType,
    NullValueNode,
    OperationDefinitionNode,
    OperationType,
    StringValueNode,
    ValidationContext,
    ValidationRule,
    VariableNode,
)


class DeferLabelsRule(ValidationRule):
    """§Defer And Stream Directive Labels Are Unique: written out, and each once in a document."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._known: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        """Check one directive."""
        label = _argument(node, "label")
        if node.name.value != "defer" or label is None or isinstance(label.value, NullValueNode):
            return
        if not isinstance(label.value, StringValueNode):
            self.report_error(GraphQLError("The label of @defer must be a string, not a variable.", node))
        elif label.value.value in self._known:
            self.report_error(GraphQLError("Labels of @defer must be unique.", node))
        else:
            self._known.add(label.value.value)


class DeferOnRootFieldsRule(ValidationRule):
    """§Defer And Stream Directives Are Used On Valid Root Field: not on those of mutations, subscriptions."""

    context: ValidationContext

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        """Check one directive, by the type that its fragment stands on."""
        parent = self.context.get_parent_type()
        if node.name.value == "defer" and parent is not None:
            kind = self._root_kind(parent)
            if kind is not None:
                message = f"@defer can't be used on root fields of a {kind}, as on type {parent.name!r}."
                self.report_error(GraphQLError(message, node))

    def _root_kind(self, parent: GraphQLNamedType) -> str | None:
        schema = self.context.schema
        if parent is schema.mutation_type:
            return "mutation"
        return "subscription" if parent is schema.subscription_type else None


class DeferInSubscriptionsRule(ValidationRule):
    """§Defer And Stream Directives Are Used On Valid Operations: in a subscription they must be off."""

    context: ValidationContext

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._within = False
        self._subscribed: set[str] = set()

    def enter_document(self, node: DocumentNode, *_: Any) -> None:
        """Find the fragments that subscriptions use."""
        for definition in node.definitions:
            if _is_subscription(definition):
                spread = self.context.get_recursively_referenced_fragments(definition)
                self._subscribed.update(fragment.name.value for fragment in spread)

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        """Go into an operation."""
        self._within = _is_subscription(node)

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_: Any) -> None:
        """Go into a fragment."""
        self._within = node.name.value in self._subscribed

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        """Check one directive."""
        if self._within and node.name.value == "defer" and not _may_be_off(node):
            message = "@defer can't be used in a subscription, unless its argument `if` is false."
            self.report_error(GraphQLError(message, node))


DEFER_RULES = (DeferLabelsRule, DeferOnRootFieldsRule, DeferInSubscriptionsRule)


def _argument(node: DirectiveNode, name: str) -> ArgumentNode | None:
    return next((argument for argument in node.arguments if argument.name.value == name), None)


def _may_be_off(node: DirectiveNode) -> bool:
    condition = _argument(node, "if")
    match None if condition is None else condition.value:
        case VariableNode() | BooleanValueNode(value=False):
            return True
    return False


def _is_subscription(node: DefinitionNode) -> TypeGuard[OperationDefinitionNode]:
    return isinstance(node, OperationDefinitionNode) and node.operation is OperationType.SUBSCRIPTION
