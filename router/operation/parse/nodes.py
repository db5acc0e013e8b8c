"""graphql-core's syntax nodes, made at once.

Their own constructor takes the names of all attributes for each node, and sets one after the other in Python:
4 µs for a field, of which an operation has dozens.
"""

from __future__ import annotations

from typing import Any, TypeVar

import graphql

N = TypeVar("N", bound=graphql.Node)


def made_at_once(node: type[N]) -> type[N]:
    """Set attributes without looking whether the node has been hashed before."""
    node.__setattr__ = object.__setattr__  # type: ignore[assignment, method-assign]
    return node


@made_at_once
class FieldNode(graphql.FieldNode):
    """A field."""

    __slots__ = ()

    def __init__(
        self,
        alias: graphql.NameNode | None,
        name: graphql.NameNode,
        arguments: tuple[graphql.ArgumentNode, ...],
        directives: tuple[graphql.DirectiveNode, ...],
        selection_set: graphql.SelectionSetNode | None,
    ) -> None:
        self.loc = None
        self.alias = alias
        self.name = name
        self.arguments = arguments
        self.directives = directives
        self.selection_set = selection_set


@made_at_once
class NameNode(graphql.NameNode):
    """A name."""

    __slots__ = ()

    def __init__(self, value: str) -> None:
        self.loc = None
        self.value = value


@made_at_once
class SelectionSetNode(graphql.SelectionSetNode):
    """A selection set."""

    __slots__ = ()

    def __init__(self, selections: tuple[graphql.SelectionNode, ...]) -> None:
        self.loc = None
        self.selections = selections


@made_at_once
class FragmentSpreadNode(graphql.FragmentSpreadNode):
    """A fragment spread."""

    __slots__ = ()

    def __init__(self, name: graphql.NameNode, directives: tuple[graphql.DirectiveNode, ...]) -> None:
        self.loc = None
        self.name = name
        self.directives = directives


@made_at_once
class ArgumentNode(graphql.ArgumentNode):
    """An argument."""

    __slots__ = ()

    def __init__(self, name: graphql.NameNode, value: Any) -> None:
        self.loc = None
        self.name = name
        self.value = value


@made_at_once
class VariableNode(graphql.VariableNode):
    """A variable."""

    __slots__ = ()

    def __init__(self, name: graphql.NameNode) -> None:
        self.loc = None
        self.name = name
