"""What is done to the structs of a run, in place, before they are written out.

if run.holes:                   where an entity was missing: null, or irregular where null may not be
    for v in tables[1]:
        if v.f1 is UNSET: v.f1 = None
for v in tables[1]: v.f4 = UNSET     a key that the client did not ask for
"""

from __future__ import annotations

from graphql import GraphQLNonNull, GraphQLOutputType

from ...planning.plan import ResponseSelection
from .forms import tables_by_position
from .layout import Position
from .tables import Table, Tables
from .writer import Writer


class Finish:
    """Knows which objects are answered as they are, and writes what that takes."""

    def __init__(self, root: Position, tables: Tables) -> None:
        self._tables = tables_by_position(root, tables)
        self._positions = {id(position): position for position in _structs(root)}

    def is_ready(self, position: Position) -> bool:
        """Whether objects there are the client's, once this is done: its fields, in order, and no others."""
        if position.attributes is None or len(position.views) != 1:
            return False
        if self._hidden(position) and id(position) not in self._tables:
            return False
        return all(
            self._is_field_ready(position, field.key, field.source, field.selection)
            for field in position.views[0].fields
        )

    def _is_field_ready(
        self, position: Position, key: str, source: str, selection: ResponseSelection | None
    ) -> bool:
        assert position.attributes is not None
        if key != source or source not in position.attributes:
            return False
        return selection is None or self.is_ready(position.children[source])

    def _hidden(self, position: Position) -> list[str]:
        shown = {field.source for view in position.views for field in view.fields}
        return [key for key in position.attributes or () if key not in shown]

    def emit(self, writer: Writer) -> None:
        """Write the loops."""
        listed = [(self._positions[each], t) for each, t in self._tables.items() if each in self._positions]
        filled = [(table, self._fills(position)) for position, table in listed]
        if any(lines for _, lines in filled):
            with writer.block("if run.holes:"):
                for table, lines in filled:
                    _loop(writer, table, lines)
        for position, table in listed:
            if self.is_ready(position):
                hidden = [f"{position.item('v', key)} = UNSET" for key in self._hidden(position)]
                _loop(writer, table, hidden)

    def _fills(self, position: Position) -> list[str]:
        """What stands for fields that no entity gave."""
        lines = []
        for key in position.attributes or ():
            declared = position.type_of(key) if key in position.given and not position.is_own(key) else None
            if declared is not None:
                value = position.item("v", key)
                lines.append(f"if {value} is UNSET: {value} = {_absent(declared)}")
        return lines


def _absent(declared: GraphQLOutputType) -> str:
    return "fail()" if isinstance(declared, GraphQLNonNull) else "None"


def _loop(writer: Writer, table: Table, lines: list[str]) -> None:
    if lines:
        with writer.block(f"for v in {table.objects}:"):
            for line in lines:
                writer.line(line)


def _structs(position: Position) -> list[Position]:
    found = [] if position.attributes is None else [position]
    for child in position.children.values():
        found += _structs(child)
    return found
