"""``@defer`` in an operation must be usable: its labels tell the parts apart.

GraphQL's incremental delivery, §Defer And Stream Directive Labels Are Unique. Where a fragment can't be
deferred (root fields of mutations, subscriptions) the directive is ignored, as a server may.
"""

from __future__ import annotations

from typing import Any

from graphql import DirectiveNode, GraphQLError, StringValueNode, ValidationContext, ValidationRule


class DeferLabelsRule(ValidationRule):
    """Labels are written out (no variables), and each stands once in a document."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._known: dict[str, DirectiveNode] = {}

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        """Check one directive."""
        if node.name.value != "defer":
            return
        for argument in node.arguments:
            if argument.name.value != "label":
                continue
            if not isinstance(argument.value, StringValueNode):
                self.report_error(GraphQLError("The label of @defer must be a string, not a variable.", node))
            elif argument.value.value in self._known:
                self.report_error(GraphQLError("Labels of @defer must be unique.", node))
            else:
                self._known[argument.value.value] = node
