"""An operation may try to log in once: aliases would make a thousand guesses of one request."""

from __future__ import annotations

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
)

from subgraphs.common.errors import CodedError, ErrorCode

from ..resources import Info

# Each of them looks at a secret.
_TRIES = frozenset({"register", "login", "refresh"})


def check_alone(info: Info) -> None:
    """TOO_MANY_ATTEMPTS, of every such field, if the operation has several; nothing of it is tried."""
    raw = info._raw_info
    if len(_keys(raw.operation.selection_set, raw.fragments, set())) > 1:
        message = "One of register, login and refresh may stand in an operation, and once."
        raise CodedError(ErrorCode.TOO_MANY_ATTEMPTS, message)


def _keys(
    selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode], seen: set[str]
) -> set[str]:
    """Response keys of such root fields; a fragment has the same wherever it is spread."""
    keys: set[str] = set()
    for node in selections.selections:
        if isinstance(node, FieldNode):
            if node.name.value in _TRIES:
                keys.add((node.alias or node.name).value)
        elif isinstance(node, InlineFragmentNode):
            keys |= _keys(node.selection_set, fragments, seen)
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
            seen.add(node.name.value)
            keys |= _keys(fragments[node.name.value].selection_set, fragments, seen)
    return keys
