"""The kinds of changes of an API schema, and how much each matters to clients."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias


class Severity(IntEnum):
    """How bad a change is for clients that exist: the higher, the worse."""

    safe = 0
    dangerous = 1
    """Valid operations stay valid, but answers may hold what a client didn't expect."""
    breaking = 2


Place: TypeAlias = tuple[int, int]
"""Line and column in the SDL, counted from 1."""

_TABLE = """
breaking TYPE_REMOVED TYPE_KIND_CHANGED ROOT_TYPE_REMOVED FIELD_REMOVED FIELD_TYPE_CHANGED
breaking ARGUMENT_REMOVED REQUIRED_ARGUMENT_ADDED ARGUMENT_TYPE_CHANGED ARGUMENT_BECAME_REQUIRED
breaking INPUT_FIELD_REMOVED REQUIRED_INPUT_FIELD_ADDED INPUT_FIELD_TYPE_CHANGED INPUT_FIELD_BECAME_REQUIRED
breaking ENUM_VALUE_REMOVED UNION_MEMBER_REMOVED INTERFACE_REMOVED ONE_OF_ADDED
breaking DIRECTIVE_REMOVED DIRECTIVE_LOCATION_REMOVED DIRECTIVE_REPEATABLE_REMOVED ACCESS_STRICTER
dangerous ROOT_TYPE_RENAMED OPTIONAL_ARGUMENT_ADDED OPTIONAL_INPUT_FIELD_ADDED
dangerous ARGUMENT_DEFAULT_CHANGED INPUT_FIELD_DEFAULT_CHANGED
dangerous ENUM_VALUE_ADDED UNION_MEMBER_ADDED INTERFACE_ADDED SCALAR_SPECIFICATION_CHANGED ACCESS_LOOSER
dangerous COST_RAISED LIST_SIZE_CHANGED SLICING_ARGUMENT_REQUIRED
safe TYPE_ADDED ROOT_TYPE_ADDED FIELD_ADDED FIELD_TYPE_NARROWED ARGUMENT_TYPE_WIDENED INPUT_FIELD_TYPE_WIDENED
safe INPUT_ENUM_VALUE_ADDED ONE_OF_REMOVED DIRECTIVE_ADDED DIRECTIVE_LOCATION_ADDED DIRECTIVE_REPEATABLE_ADDED
safe COST_LOWERED
safe DEPRECATED UNDEPRECATED DEPRECATION_REASON_CHANGED DESCRIPTION_CHANGED
"""

SEVERITIES: dict[str, Severity] = {
    kind: Severity[line.split()[0]] for line in _TABLE.strip().splitlines() for kind in line.split()[1:]
}
"""Every kind of change with its severity."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    ``coordinate`` is the changed element's. An operation is touched when it uses one of ``touches``:
    coordinates of the old schema. ``place`` is where the element (or what it is gone from) stands in the
    new SDL, where that is a file's.
    """

    kind: str
    coordinate: str
    message: str
    touches: tuple[str, ...]
    place: Place | None = None

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return SEVERITIES[self.kind]


def change(
    kind: str, coordinate: str, message: str, touches: Iterable[str] = (), place: Place | None = None
) -> Change:
    """Make a change; without ``touches`` it touches users of the coordinate itself."""
    return Change(kind, coordinate, message, tuple(touches) or (coordinate,), place)
