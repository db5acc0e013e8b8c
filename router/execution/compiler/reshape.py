"""Which of the merged data's objects are answered as they are, and which are brought into form in place.

An object that was answered as the client wants it (its fields, in its order, under its keys) needs no work,
nor does a list of such objects. An object in a table can be brought into form where it is, once for all the
places that hold it; then those above it may need no work either.

In place only where that loses nothing that the interpreter's projection would read, should the generated one
give up half-way: source keys are the response keys, and no type is decided by data.
"""

from __future__ import annotations

from collections.abc import Sequence

from graphql import GraphQLNonNull, GraphQLObjectType

from ...planning.plan import Path, PathItems, PathKey, QueryPlan, ResponseField, ResponseSelection
from .layout import Position, position_at
from .tables import Table, Tables


class Shapes:
    """Answers, for a position and a selection, what has to be done with its objects."""

    def __init__(self, root: Position, tables: Tables) -> None:
        self._tables: dict[int, Table] = {}
        for path, table in tables.by_path.items():
            if all(isinstance(step, PathItems) or step.types is None for step in path):
                self._tables.setdefault(id(position_at(root, path)), table)
        self._root = root

    def tabled(self, tables: Tables) -> list[tuple[Position, ResponseSelection, Table]]:
        """The positions whose objects are brought into form in place, inner ones first."""
        found = []
        for path, table in sorted(tables.by_path.items(), key=lambda item: -_depth(item[0])):
            position = position_at(self._root, path)
            if self._tables.get(id(position)) is table and self._can_reshape(position):
                found.append((position, position.views[0], table))
        return found

    def moves(self, position: Position, selection: ResponseSelection, variable: str) -> list[str] | None:
        """The statements that move keys to their place; None where building the object anew is better.

        One entity fetch's keys stand behind those that the object came with: ``{id, reviews, name}``. What
        follows where it belongs, and what nobody asked for, is taken out; the former is put back in order.
        """
        (creator,) = position.creators
        own = [key for key, fetches in position.given.items() if fetches == [creator]]
        later = {tuple(fetches) for key, fetches in position.given.items() if key not in own}
        if len(later) != 1 or len(next(iter(later))) != 1:
            return None
        fields = selection.fields
        if not all(self._is_field_ready(position, field) for field in fields):
            return None
        wanted = [field.source for field in fields]
        kept = [key for key in own if key in wanted]
        first = next((i for i, key in enumerate(wanted) if i >= len(kept) or kept[i] != key), len(wanted))
        hidden = [key for key in position.given if key not in wanted]
        if len(wanted) - first + len(hidden) >= len(wanted):
            return None
        order = own + [key for key in position.given if key not in own]
        stay = first + _in_order(wanted[first:], order)
        return [
            *(f"{variable}.pop({key!r}, None)" for key in hidden),
            *(_must_be_there(field, variable) for field in fields[first:stay] if field.source not in own),
            *(
                f"{variable}[{field.source!r}] = {variable}.pop({_with_default(field)})"
                for field in fields[stay:]
            ),
        ]

    def is_ready(self, position: Position, selection: ResponseSelection) -> bool:
        """Whether objects there can be answered as they are, at the end."""
        if id(position) in self._tables and self._can_reshape(position):
            return True
        return _is_plain(position, selection) and self._is_as_asked(position, selection)

    def passes(self, plan: QueryPlan) -> bool:
        """Whether the whole answer of the plan's one fetch is what the client asked for."""
        if len(plan.fetches) != 1 or plan.kind == "subscription":
            return False
        if plan.has_deferred or plan.introspection is not None:
            return False
        own_keys = all(field.key == field.source for field in plan.response.fields)
        return own_keys and self._is_as_asked(self._root, plan.response)

    def _can_reshape(self, position: Position) -> bool:
        return len(position.views) == 1 and _is_plain_below(position, position.views[0])

    def _is_as_asked(self, position: Position, selection: ResponseSelection) -> bool:
        """Whether the one answer that gives the objects gives just what is asked for."""
        if len(position.creators) != 1 or len(position.views) != 1:
            return False
        creators = list(position.creators)
        if any(fetches != creators for fetches in position.given.values()):
            return False
        if [field.source for field in selection.fields] != list(position.given):
            return False
        return all(self._is_field_ready(position, field) for field in selection.fields)

    def _is_field_ready(self, position: Position, field: ResponseField) -> bool:
        if field.selection is None:
            return field.name != "__typename"
        return self.is_ready(position.children[field.source], field.selection)


def _in_order(wanted: Sequence[str], order: Sequence[str]) -> int:
    """How many of the keys, from the first, stand in order already: the others are put behind them."""
    places = [order.index(key) for key in wanted]
    return next((n for n in range(1, len(places)) if places[n] < places[n - 1]), len(places))


def _must_be_there(field: ResponseField, variable: str) -> str:
    """What an entity fetch could not give becomes null; where it may not, the run is irregular."""
    if isinstance(field.type, GraphQLNonNull):
        return f"{variable}[{field.source!r}]"
    return f"{variable}.setdefault({field.source!r}, None)"


def _with_default(field: ResponseField) -> str:
    """What an entity fetch could not give is null, where null may be."""
    return repr(field.source) if isinstance(field.type, GraphQLNonNull) else f"{field.source!r}, None"


def _depth(path: Path) -> int:
    return sum(isinstance(step, PathKey) for step in path)


def _is_plain(position: Position, selection: ResponseSelection) -> bool:
    """Whether objects have one type, and the client's keys are the data's."""
    return (
        isinstance(position.declared, GraphQLObjectType)
        and not selection.by_type
        and all(field.key == field.source for field in selection.fields)
    )


def _is_plain_below(position: Position, selection: ResponseSelection) -> bool:
    return _is_plain(position, selection) and all(
        field.selection is None
        or (
            field.source in position.children
            and _is_plain_below(position.children[field.source], field.selection)
        )
        for field in selection.fields
    )
