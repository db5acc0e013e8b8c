"""Fields that share a response key are one field with one set of arguments and one type; or a doubt.

Spec section 5.3.2 allows more where the parent types differ; that is for the full validation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
)

from ..print_values import print_arguments
from .doubt import Doubt
from .schema_facts import Composite, SchemaFacts

Found: TypeAlias = tuple[FieldNode, Composite]
Sets: TypeAlias = list[tuple[SelectionSetNode, Composite]]

# Fields looked at; more than an honest document's come from fragments that double at each level.
MAX_FIELDS = 20_000


def check_overlaps(
    selection_set: SelectionSetNode,
    on: Composite,
    facts: SchemaFacts,
    fragments: Mapping[str, FragmentDefinitionNode],
) -> None:
    """Check an operation's selections as GraphQL would collect them. Raises Doubt."""
    _Overlaps(facts, fragments).check([(selection_set, on)])


class _Overlaps:
    def __init__(self, facts: SchemaFacts, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._facts = facts
        self._fragments = fragments
        self._seen = set[frozenset[int]]()
        self._left = MAX_FIELDS

    def check(self, sets: Sets) -> None:
        """Check selection sets that apply to one object."""
        key = frozenset(id(selection_set) for selection_set, _ in sets)
        if key in self._seen:
            return
        self._seen.add(key)
        collected: dict[str, list[Found]] = {}
        spread = set[str]()
        for selection_set, on in sets:
            self._collect(selection_set, on, collected, spread)
        for found in collected.values():
            self._check_key(found)

    def _collect(
        self,
        selection_set: SelectionSetNode,
        on: Composite,
        collected: dict[str, list[Found]],
        spread: set[str],
    ) -> None:
        pending: Sets = [(selection_set, on)]
        while pending:
            selection_set, on = pending.pop()
            for node in selection_set.selections:
                if isinstance(node, FieldNode):
                    self._left -= 1
                    if self._left < 0:
                        raise Doubt
                    key = node.alias.value if node.alias else node.name.value
                    collected.setdefault(key, []).append((node, on))
                elif isinstance(node, InlineFragmentNode):
                    condition = node.type_condition
                    below = self._facts.composite(condition.name.value) if condition else on
                    pending.append((node.selection_set, below))
                elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                    spread.add(node.name.value)
                    fragment = self._fragments[node.name.value]
                    below = self._facts.composite(fragment.type_condition.name.value)
                    pending.append((fragment.selection_set, below))

    def _check_key(self, found: list[Found]) -> None:
        first, parent = found[0]
        if len(found) > 1:
            self._check_same(first, parent, found[1:])
        if first.selection_set is not None:
            self.check(
                [(node.selection_set, self._below(node, on)) for node, on in found if node.selection_set]
            )

    def _below(self, node: FieldNode, on: Composite) -> Composite:
        below = self._facts.field(on, node.name.value).below
        assert below is not None
        return below

    def _check_same(self, first: FieldNode, parent: Composite, others: Iterable[Found]) -> None:
        name = first.name.value
        arguments = print_arguments(first.arguments, set())
        for node, on in others:
            if node.name.value != name:
                raise Doubt
            if (node.arguments or arguments) and print_arguments(node.arguments, set()) != arguments:
                raise Doubt
            if (
                on is not parent
                and name != "__typename"
                and self._type(node, on) != self._type(first, parent)
            ):
                raise Doubt

    def _type(self, node: FieldNode, on: Composite) -> str:
        return self._facts.field(on, node.name.value).type
