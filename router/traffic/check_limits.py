"""A parsed document → refused, if it is larger than the limits allow.

Counts are taken with fragments expanded at every spread, but each fragment is measured once: a document
whose expansion would be exponential is counted in linear time. Nothing here recurs from fragment to fragment,
as what comes after does (validation, planning): this is what keeps it from recurring too far.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    """The size of a selection set.

    ``depth`` counts fields inside one another; ``nesting`` fields and fragments, but for fragments on the
    very type that they stand in, which vanish when they are expanded; ``spread`` these too. ``fields`` are
    those of its own level (the root fields).
    """

    depth: int = 0
    nesting: int = 0
    spread: int = 0
    aliases: int = 0
    directives: int = 0
    fields: int = 0


NOTHING = Measure()


def check_limits(document: DocumentNode, limits: OperationLimits) -> int:
    """Raise Rejection with every limit that an operation of the document breaks.

    Gives the deepest nesting of all definitions, every fragment counted.
    """
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    measurer = _Measurer(fragments)
    deepest = 0
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            measured = measurer.operation(node.selection_set)
            problems = _broken(measured, len(node.directives), limits)
            if problems:
                raise Rejection(problems)
            deepest = max(deepest, measured.spread)
    return max([deepest, *(measurer.fragment(name).spread for name in fragments)])


def check_validatable(levels: int, limits: OperationLimits) -> None:
    """Raise Rejection where graphql-core's rules, which follow each spread by a call, would go too deep."""
    if limits.nesting and levels > limits.nesting:
        message = f"The document has {levels} levels of selections; {limits.nesting} can be validated."
        raise Rejection([Problem(message, ErrorCode.TOO_DEEP)])


def _broken(measured: Measure, own_directives: int, limits: OperationLimits) -> list[Problem]:
    directives = measured.directives + own_directives
    checks = (
        (measured.depth, limits.depth, ErrorCode.TOO_DEEP, "levels of fields"),
        (measured.nesting, limits.nesting, ErrorCode.TOO_DEEP, "levels of selections"),
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


PARENTS = (FieldNode, InlineFragmentNode)


class _Measurer:
    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._measured: dict[str, Measure] = {}

    def operation(self, node: SelectionSetNode) -> Measure:
        """Measure an operation, after the fragments that it spreads."""
        self._measure_fragments(_spreads(node))
        return self._selection_set(node, None)

    def fragment(self, name: str) -> Measure:
        """Measure a fragment."""
        self._measure_fragments(iter((name,)))
        return self._measured[name]

    def _measure_fragments(self, names: Iterator[str]) -> None:
        """Measure fragments, each after those that it spreads itself."""
        pending: list[tuple[str | None, Iterator[str]]] = [(None, names)]
        while pending:
            of, spread = pending[-1]
            name = next((each for each in spread if each not in self._measured), None)
            if name is not None:
                self._measured[name] = NOTHING  # a cycle ends here; validation refuses it
                fragment = self._fragments.get(name)
                if fragment is not None:
                    pending.append((name, _spreads(fragment.selection_set)))
                continue
            pending.pop()
            if of is not None:
                node = self._fragments[of]
                self._measured[of] = self._selection_set(node.selection_set, node.type_condition.name.value)

    def _selection_set(self, node: SelectionSetNode, on: str | None) -> Measure:
        """Measure a selection set in its definition; ``on``: the type it is on, where that is written."""
        depth = nesting = spread = aliases = directives = fields = 0
        for selection in node.selections:
            directives += len(selection.directives)
            if isinstance(selection, FieldNode):
                fields += 1
                aliases += selection.alias is not None
                inner = selection.selection_set
                below, own = self._selection_set(inner, None) if inner else NOTHING, 1
                if below.depth >= depth:
                    depth = below.depth + 1
            else:
                below, own = self._fragment(selection, on)
                fields += below.fields
                depth = max(depth, below.depth)
            # Compared by hand, as every selection of every new operation comes by here.
            if below.nesting + own > nesting:
                nesting = below.nesting + own
            if below.spread >= spread:
                spread = below.spread + 1
            aliases += below.aliases
            directives += below.directives
        return Measure(
            depth, nesting, spread, min(aliases, CEILING), min(directives, CEILING), min(fields, CEILING)
        )

    def _fragment(self, node: SelectionNode, on: str | None) -> tuple[Measure, int]:
        """Measure what a fragment selects, and say whether it stands for a level of its own."""
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition.name.value if node.type_condition else on
            return self._selection_set(node.selection_set, condition), int(condition != on)
        assert isinstance(node, FragmentSpreadNode)
        fragment = self._fragments.get(node.name.value)
        if fragment is None:  # validation refuses it
            return NOTHING, 0
        return self._measured[node.name.value], int(fragment.type_condition.name.value != on)


def _spreads(node: SelectionSetNode) -> Iterator[str]:
    """Name the fragments that a definition's selections spread."""
    pending = [node]
    while pending:
        for selection in pending.pop().selections:
            if isinstance(selection, FragmentSpreadNode):
                yield selection.name.value
            elif isinstance(selection, PARENTS) and selection.selection_set:
                pending.append(selection.selection_set)
