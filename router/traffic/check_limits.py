"""A parsed document → refused, if it is larger than the limits allow.

Counts are taken with fragments expanded at every spread, but each fragment is measured once: a document
whose expansion would be exponential is counted in linear time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

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


class Measure(NamedTuple):
    """The size of a selection set. ``fields`` counts its own level only (the root fields)."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    fields: int = 0


NOTHING = Measure()


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

    def selection_set(self, node: SelectionSetNode) -> Measure:
        depth = aliases = directives = fields = 0
        for selection in node.selections:
            directives += len(selection.directives)
            if isinstance(selection, FieldNode):
                fields += 1
                aliases += selection.alias is not None
                below = self.selection_set(selection.selection_set) if selection.selection_set else NOTHING
                depth = max(depth, below.depth + 1)
            else:
                below = self._fragment(selection)
                fields += below.fields
                depth = max(depth, below.depth)
            aliases += below.aliases
            directives += below.directives
        return Measure(depth, min(aliases, CEILING), min(directives, CEILING), min(fields, CEILING))

    def _fragment(self, node: SelectionNode) -> Measure:
        if isinstance(node, InlineFragmentNode):
            return self.selection_set(node.selection_set)
        return self._spread(node.name.value) if isinstance(node, FragmentSpreadNode) else NOTHING

    def _spread(self, name: str) -> Measure:
        if name not in self._measured:
            self._measured[name] = NOTHING  # a cycle ends here; validation refuses it
            fragment = self._fragments.get(name)
            if fragment is not None:
                self._measured[name] = self.selection_set(fragment.selection_set)
        return self._measured[name]
