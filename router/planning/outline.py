"""Deferred parts and their fetches → how a deferred plan is shown to people and other tools."""

from __future__ import annotations

from collections.abc import Sequence

from ..operation import DeferredSelections, Selections, print_selections
from .build_tree import build_tree
from .plan import Fetch, Outline, PartOutline


def outline(asked: Selections, parts: Sequence[DeferredSelections], fetches: Sequence[Fetch]) -> Outline:
    """Outline a plan; a fetch that several parts share is shown with the first."""
    shown = {fetch.id: min(fetch.parts) for fetch in fetches}
    return Outline(print_selections(asked), tuple(_part(part, fetches, shown) for part in parts))


def _part(part: DeferredSelections, fetches: Sequence[Fetch], shown: dict[int, int]) -> PartOutline:
    number = part.deferral.id
    own = [fetch for fetch in fetches if shown[fetch.id] == number]
    needs = {other for fetch in own for other in fetch.depends_on if shown[other] != number}
    return PartOutline(
        number,
        part.deferral.label,
        part.parent,
        part.path,
        print_selections(part.own),
        tuple(sorted(needs)),
        build_tree(own),
    )
