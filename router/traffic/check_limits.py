"""A parsed document → refused, if it is larger than the limits allow.

Counts are taken with fragments expanded at every spread, but each fragment is measured once: a document
whose expansion would be exponential is counted in linear time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from ..execution.errors import ErrorCode, Problem
from .rejection import Rejection
from .settings import OperationLimits

CEILING = 10**9
"""Counts stop here: expanded, a hostile document's numbers have thousands of digits."""


@dataclass(frozen=True, slots=True)
class Measure:
    """The size of a selection set. ``fields`` counts its own level only (the root fields)."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    fields: int = 0


def check_limits(document: DocumentNode, limits: OperationLimits) -> None:
    """Raise Rejection with every limit that an operation of the document breaks."""
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    measurer = _Measurer(fragments)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            measured = measurer.selection_set(node.selection_set)
            problems = _broken(measured, len(node.directives), limits)
            if problems:
                raise Rejection(problems)


def _broken(measured: Measure, own_directives: int, limits: OperationLimits) -> list[Problem]:
    directives = measured.directives + own_directives
    checks = (
        (measured.depth, limits.depth, ErrorCode.TOO_DEEP, "levels of fields"),
        (measured.aliases, limits.aliases, ErrorCode.TOO_MANY_ALIASES, "aliases"),
        (measured.fields, limits.root_fields, ErrorCode.TOO_MANY_ROOT_FIELDS, "root fields"),
        (directives, limits.directives, ErrorCode.TOO_MANY_DIRECTIVES, "directives"),
    )
    return [
        Problem(f"The operation has {_shown(count)} {what}; {limit} are allowed.", code)
        for count, limit, code, what in checks
        if limit and count > limit
    ]


def _shown(count: int) -> str:
    return "very many" if count >= CEILING else str(count)


class _Measurer:
    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._measured: dict[str, Measure] = {}

    def selection_set(self, node: SelectionSetNode | None) -> Measure:
        if node is None:
            return Measure()
        parts = [self._selection(selection) for selection in node.selections]
        return Measure(
            max((part.depth for part in parts), default=0),
            _total(parts, lambda part: part.aliases),
            _total(parts, lambda part: part.directives),
            _total(parts, lambda part: part.fields),
        )

    def _selection(self, node: SelectionNode) -> Measure:
        own = len(node.directives)
        if isinstance(node, FieldNode):
            below = self.selection_set(node.selection_set)
            aliased = 1 if node.alias else 0
            return Measure(below.depth + 1, below.aliases + aliased, below.directives + own, 1)
        if isinstance(node, InlineFragmentNode):
            below = self.selection_set(node.selection_set)
        elif isinstance(node, FragmentSpreadNode):
            below = self._fragment(node.name.value)
        else:
            return Measure()
        return Measure(below.depth, below.aliases, below.directives + own, below.fields)

    def _fragment(self, name: str) -> Measure:
        if name not in self._measured:
            self._measured[name] = Measure()  # a cycle ends here; validation refuses it
            fragment = self._fragments.get(name)
            if fragment is not None:
                self._measured[name] = self.selection_set(fragment.selection_set)
        return self._measured[name]


def _total(parts: list[Measure], count: Callable[[Measure], int]) -> int:
    return min(sum(map(count, parts)), CEILING)
