"""Selections with deferred fragments → what is answered first, and each deferred part by itself.

::

    { me { id ... @defer(label: "more") { bio best { name ... @defer { age } } } } }

    first   { me { id } }
    part 1  { me { bio best { name } } }      label "more", path me
    part 2  { me { best { age } } }           inside part 1, path me.best
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from .selections import Deferral, Field, Fragment, Selection, Selections

Wrap: TypeAlias = Callable[[Selections], Selections]
"""Puts selections back where they stand: below the fields and fragments that lead there from the root."""


@dataclass(frozen=True, slots=True)
class DeferredSelections:
    """One deferred fragment: ``selections`` from the root down, ``own`` at the object it is for.

    ``path`` are the response keys that lead there; ``parent`` is the id of the part it stands in, 0 for
    what is answered first.
    """

    deferral: Deferral
    parent: int
    path: tuple[str, ...]
    own: Selections
    selections: Selections


def split_deferred(selections: Selections) -> tuple[Selections, list[DeferredSelections]]:
    """Take the deferred fragments out; each stands after the part that it stands in."""
    splitter = _Splitter()
    first = splitter.without_parts(selections, 0, (), lambda below: below)
    return first, sorted(splitter.parts, key=lambda part: part.deferral.id)


class _Splitter:
    def __init__(self) -> None:
        self.parts: list[DeferredSelections] = []

    def without_parts(
        self, selections: Selections, part: int, path: tuple[str, ...], wrap: Wrap
    ) -> Selections:
        kept: list[Selection] = []
        for item in selections:
            if isinstance(item, Field):
                kept.append(self._field(item, part, path, wrap))
            elif item.deferral is not None:
                self._part(item, item.deferral, part, path, wrap)
            else:
                below = self.without_parts(item.selections, part, path, _inside(item, wrap))
                kept += [replace(item, selections=below)] if below else []
        return tuple(kept)

    def _field(self, item: Field, part: int, path: tuple[str, ...], wrap: Wrap) -> Field:
        if item.selections is None:
            return item
        below = self.without_parts(item.selections, part, (*path, item.key), _inside(item, wrap))
        return replace(item, selections=below)

    def _part(
        self, item: Fragment, deferral: Deferral, parent: int, path: tuple[str, ...], wrap: Wrap
    ) -> None:
        if deferral.narrows:
            wrap = _inside(replace(item, deferral=None), wrap)
        own = self.without_parts(item.selections, deferral.id, path, wrap)
        self.parts.append(DeferredSelections(deferral, parent, path, own, wrap(own)))


def _inside(item: Field | Fragment, wrap: Wrap) -> Wrap:
    return lambda below: wrap((replace(item, selections=below),))
