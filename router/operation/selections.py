"""Normalised selections: fields and inline fragments, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Deferral:
    """One ``@defer`` as written: ``id`` (1, 2, … in document order) tells two of the same label apart.

    ``narrows``: whether the fragment is for some of the object's possible types only.
    """

    id: int
    label: str | None
    narrows: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One field of a selection set.

    ``key`` is the response key, ``parent`` the type it was selected on, ``arguments`` the printed arguments
    ordered by name (``(first:5,of:$x)``), ``directives`` the custom ones, ``within`` those of the fragments
    that it stands in, outermost first. ``selections`` is None for leaves.
    """

    key: str
    name: str
    parent: str
    arguments: str = ""
    directives: str = ""
    variables: frozenset[str] = frozenset()
    selections: Selections | None = None
    within: tuple[str, ...] = ()
    marks: str = ""
    """All its directives as one text: they may change what it means, so fields that differ in it differ."""

    @property
    def call(self) -> str:
        """What tells two values of the field apart: arguments and, of a leaf, directives."""
        return (
            self.arguments if self.selections is not None or not self.marks else self.arguments + self.marks
        )


@dataclass(frozen=True, slots=True, eq=False)
class Fragment:
    """An inline fragment that narrows the type (or defers); ``on`` is its type condition."""

    on: str
    selections: Selections
    deferral: Deferral | None = None


Selection: TypeAlias = Field | Fragment
Selections: TypeAlias = tuple[Selection, ...]


def print_selections(selections: Selections) -> str:
    """Print selections as minimal GraphQL: ``{a b:c(x:1){d}}``; where nothing is left, ``{__typename}``."""
    return "{" + (" ".join(_printed(selections)) or "__typename") + "}"


def _printed(selections: Selections) -> Iterator[str]:
    for item in selections:
        if isinstance(item, Fragment):
            yield f"...on {item.on}{print_selections(item.selections)}"
        else:
            alias = "" if item.key == item.name else f"{item.key}:"
            below = print_selections(item.selections) if item.selections is not None else ""
            yield f"{alias}{item.name}{item.arguments}{item.directives}{below}"
