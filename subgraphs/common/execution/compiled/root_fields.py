"""What an operation asks for at its root, whatever `@skip` and `@include` make of it."""

from __future__ import annotations

from collections.abc import Mapping

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
)


def root_fields(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> dict[str, str]:
    """Response key → name of the field."""
    found: dict[str, str] = {}
    spread: set[str] = set()
    waiting = [operation.selection_set]
    while waiting:
        for node in waiting.pop().selections:
            if isinstance(node, FieldNode):
                found[(node.alias or node.name).value] = node.name.value
            elif isinstance(node, InlineFragmentNode):
                waiting.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                # Wherever it is spread, it has the same keys.
                spread.add(node.name.value)
                waiting.append(fragments[node.name.value].selection_set)
    return found
