"""What generated code is joined with: completion of leaves, lists and abstract values.

`complete(value, position, execution)` gives what the response shows for a value, null where null may stand
after an error, or raises; awaitables it leaves with the execution and gives None for the time being.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from types import CoroutineType
from typing import Any

from graphql import GraphQLAbstractType
from graphql.pyutils import is_iterable

from .execution import Execution
from .leaves import Read, Unusual
from .limits import counted
from .position import Complete, Position, Spot
from .sources import SourceCheck, type_name_by_class

# Makes what the response shows of a value that has nothing but plain data, or raises.
Plain = Callable[[Any, Any], Any]


class ByClass(dict[type, Any]):
    """Class of a value → what completes it as its object type; filled as classes are seen."""

    def __init__(self, type_: GraphQLAbstractType, members: dict[str, Any]) -> None:
        self._type, self._members = type_, members

    def __missing__(self, kind: type) -> Any:
        name = type_name_by_class(self._type, kind)
        found = self._members.get(name) if name else None
        if found is None:
            raise Unusual
        self[kind] = found
        return found


def plain_object(plain: Callable[..., Any], check: SourceCheck, has_lists: bool) -> Plain:
    """The plain function for values whose class has not been seen."""

    def complete(value: Any, execution: Execution) -> Any:
        if type(value) in check.known or check.admit(value):
            return plain(value, execution) if has_lists else plain(value)
        raise Unusual

    return complete


def plain_list(plain: Plain) -> Plain:
    """The plain function for what is not exactly a list."""

    def complete(value: Any, execution: Execution) -> Any:
        if type(value) is tuple:
            return plain(value, execution)
        raise Unusual

    return complete


def complete_leaf(read: Read) -> Complete:
    """Completes a scalar or an enum."""

    def complete(value: Any, position: Position, execution: Execution) -> Any:
        try:
            return read(value)
        except Exception:
            return execution.unusual(value, position, complete)

    return complete


def complete_list(item: Complete, plain: Plain | None, nullable_items: bool) -> Complete:
    """Completes a list: by its plain function if it has one, item by item where that gives up.

    What can be iterated but once (a generator) is not read ahead: each item is completed before the next is
    asked for, as graphql-core does it.
    """

    def complete(value: Any, position: Position, execution: Execution) -> Any:
        if type(value) is not list:
            if not is_iterable(value):
                return execution.unusual(value, position, complete)
            if not isinstance(value, Collection):
                return each(counted(value, execution), position, execution)
            value = list(value)
        if plain is not None and not (value and type(value[0]) is CoroutineType):
            try:
                return plain(value, execution)
            except Exception:
                pass
        execution.spend(len(value))
        return each(value, position, execution)

    def each(values: Iterable[Any], position: Position, execution: Execution) -> list[Any]:
        shown: list[Any] = []
        mark = None
        for index, value in enumerate(values):
            place = (position, index, shown)
            if type(value) is CoroutineType:
                execution.pending.append((value, place, item))
                shown.append(None)
                continue
            if nullable_items:
                mark = len(execution.pending)
            try:
                shown.append(item(value, place, execution))
            except Exception as error:
                execution.failed(error, place, mark)
                shown.append(None)
        return shown

    return complete


def complete_abstract(type_: GraphQLAbstractType, members: dict[str, Complete]) -> Complete:
    """Completes a value of an interface or a union as the object it is."""
    by_class = ByClass(type_, members)

    def complete(value: Any, position: Position, execution: Execution) -> Any:
        try:
            as_object = by_class[type(value)]
        except Unusual:
            as_object = execution.member_of(type_, members, value, position)
            if as_object is None:
                return execution.unusual(value, position, complete)
        return as_object(value, position, execution)

    return complete


class ObjectSpots:
    """A plain object's fields, for when it has to be read one by one."""

    __slots__ = ("check", "spots")

    def __init__(self, check: SourceCheck, spots: tuple[Spot, ...]) -> None:
        self.check, self.spots = check, spots


def apart(
    value: Any, position: Position, execution: Execution, complete: Complete, fields: ObjectSpots
) -> Any:
    """Complete a plain object field by field."""
    if not fields.check.admit(value, execution, position):
        return execution.unusual(value, position, complete)
    shown: dict[str, Any] = {}
    execution.fields(value, position, shown, fields.spots)
    return shown
