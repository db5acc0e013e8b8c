"""What composition has to say: errors and hints, each with a code, a place and, where known, a fix.

A rule *reports*; it never raises for a user's mistake. ``Report`` collects until the pipeline asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Location:
    """A place in one subgraph's SDL; line and column count from 1."""

    subgraph: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class CompositionError:
    """A mistake that keeps the subgraphs from composing.

    ``code`` is in codes.ERRORS. ``coordinate`` is a schema coordinate (``Type.field(argument:)``,
    ``@directive``). ``subgraph`` is None where several subgraphs disagree; ``locations`` then names them.
    """

    code: str
    message: str
    subgraph: str | None = None
    coordinate: str | None = None
    locations: tuple[Location, ...] = ()
    fix: str | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    """Something that composes, but is worth a look. ``code`` is in codes.HINTS."""

    code: str
    message: str
    coordinate: str | None = None
    locations: tuple[Location, ...] = ()


class Placed(Protocol):
    """Anything that knows where it stands in its subgraph's SDL."""

    @property
    def place(self) -> tuple[int, int] | None:
        """Line and column, or None for what composition added itself."""
        ...


Where = tuple[str, Placed | None]
"""A subgraph's name and the element in it that is meant."""


@dataclass(slots=True)
class Report:
    """Collects errors and hints in the order in which they are found, each once."""

    errors: list[CompositionError] = field(default_factory=list)
    hints: list[Hint] = field(default_factory=list)
    _seen: set[tuple[str, str, str | None]] = field(default_factory=set)

    def error(
        self,
        code: str,
        message: str,
        *,
        coordinate: str | None = None,
        where: Iterable[Where] = (),
        fix: str | None = None,
    ) -> None:
        """Add an error about the elements ``where``; one element alone names the subgraph."""
        places = tuple(where)
        names = {name for name, _ in places}
        subgraph = names.pop() if len(names) == 1 else None
        key = (code, message, subgraph)
        if key not in self._seen:
            self._seen.add(key)
            self.errors.append(CompositionError(code, message, subgraph, coordinate, locate(places), fix))

    def hint(
        self, code: str, message: str, *, coordinate: str | None = None, where: Iterable[Where] = ()
    ) -> None:
        """Add a hint."""
        self.hints.append(Hint(code, message, coordinate, locate(where)))


def locate(where: Iterable[Where]) -> tuple[Location, ...]:
    """Turn elements into lines and columns, leaving out those without any."""
    found = []
    for name, element in where:
        place = element.place if element is not None else None
        if place is not None:
            found.append(Location(name, *place))
    return tuple(found)
