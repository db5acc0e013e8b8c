"""Selections inside a fragment → without what the selections around it ask for anyway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..operation import Field, Fragment, Selection, Selections


def plain_fields(selections: Selections) -> dict[str, Field]:
    """The fields that are asked for whatever type the object has, by response key."""
    return {item.key: item for item in selections if isinstance(item, Field)}


def leave_out(selections: Selections, around: Mapping[str, Field]) -> Selections:
    """Leave out fields that ``around`` has with all their selections: ``{ a ... on T { a b } }`` needs ``b``.

    Fragments stay, even empty: they say that the type matters. Nothing left out gives the same tuple.
    """
    kept: list[Selection] = []
    for item in selections:
        rest = _rest(item, around)
        if rest is not None:
            kept.append(rest)
    same = len(kept) == len(selections) and all(a is b for a, b in zip(kept, selections, strict=True))
    return selections if same else tuple(kept)


def _rest(item: Selection, around: Mapping[str, Field]) -> Selection | None:
    if isinstance(item, Fragment):
        below = leave_out(item.selections, around)
        return item if below is item.selections else replace(item, selections=below)
    outer = around.get(item.key)
    if outer is None or outer.marks != item.marks:
        return item
    if item.selections is None or outer.selections is None:
        return None
    below = leave_out(item.selections, plain_fields(outer.selections))
    if not below:
        return None
    return item if below is item.selections else replace(item, selections=below)
