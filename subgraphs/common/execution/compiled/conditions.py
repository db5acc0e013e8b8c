"""The variables that decide what an operation selects."""

from __future__ import annotations

from typing import Any

from graphql import DirectiveNode, DocumentNode, VariableNode, Visitor, visit


def condition_variables(document: DocumentNode) -> tuple[str, ...]:
    """Names of the variables in a document's `@skip` and `@include`, each once, in order."""
    found: dict[str, None] = {}

    class Conditions(Visitor):
        def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
            if node.name.value in ("skip", "include"):
                for argument in node.arguments:
                    if isinstance(argument.value, VariableNode):
                        found[argument.value.name.value] = None

    visit(document, Conditions())
    return tuple(found)
