"""A plan with deferred parts → generated functions for each part of the response, the first one included.

One projects the part, as emit_projection.py does for a whole response. The other finds what is deferred
within it, and where that stands in the response: it walks to those objects only.

    def find1(v, t, path, found):
        c0 = v.get("people")
        if c0 is not None:
            for i1, c1 in enumerate(c0):
                if c1 is not None:
                    find2(c1, "Person", (*path, "people", i1), found)

Several parts are answered from the same data, so nothing is brought into form in place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import partial

from graphql import (
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)

from ...planning.plan import DeferredSelection, QueryPlan, ResponseField, ResponseSelection
from ..parts import FastPart, PendingPart
from .emit_projection import ProjectionEmitter
from .layout import CannotCompile, Position
from .reshape import Shapes
from .tables import MAX_LOOPS, Tables


def emit_parts(plan: QueryPlan, root: Position, schema: GraphQLSchema) -> FastPart:
    """Generate the functions of all parts; gives the first one's, which leads to the others."""
    return _Emitter(root, schema).load(root, plan.response)


class _Emitter:
    """Functions are written one after another: what one calls is noted, and written later."""

    def __init__(self, root: Position, schema: GraphQLSchema) -> None:
        self._projection = ProjectionEmitter(schema, Shapes(root, Tables()))
        self._writer = self._projection.writer
        self._writer.names.update(FastPart=FastPart, PendingPart=PendingPart)
        self._schema = schema
        self._noted: dict[tuple[str, int, int], str] = {}
        self._unwritten: list[Callable[[], None]] = []
        self._parts: list[str] = []
        self._leading: dict[int, bool] = {}

    def load(self, root: Position, selection: ResponseSelection) -> FastPart:
        """Write all that the first part leads to."""
        first = self._note("part", root, selection, self._write_part)
        while self._unwritten:
            self._unwritten.pop()()
        for line in self._parts:
            self._writer.line(line)
        self._writer.load(first)
        part: FastPart = self._writer.names[first]
        return part

    def _note(
        self,
        kind: str,
        position: Position,
        selection: ResponseSelection,
        write: Callable[[str, Position, ResponseSelection], None],
    ) -> str:
        key = (kind, id(position), id(selection))
        if key not in self._noted:
            name = self._noted[key] = self._writer.new(kind)
            self._unwritten.append(partial(write, name, position, selection))
        return self._noted[key]

    def _write_part(self, name: str, position: Position, selection: ResponseSelection) -> None:
        project = self._projection.function_of_any_type(position, selection)
        find = self._note("find", position, selection, self._write_finder)
        self._parts.append(f"{name} = FastPart({project}, {find})")

    def _write_finder(self, name: str, position: Position, selection: ResponseSelection) -> None:
        with self._writer.block(f"def {name}(v, t, path, found):"):
            for deferred in selection.deferred:
                self._found(position, deferred)
            for names, fields in _by_fields(selection):
                with self._writer.block(f"if t in {self._writer.constant('types', names)}:"):
                    self._fields(position, fields)
                    self._writer.line("return")
            self._fields(position, selection.fields)
            self._writer.line("return")

    def _found(self, position: Position, deferred: DeferredSelection) -> None:
        part = self._note("part", position, deferred.selection, self._write_part)
        mark = self._writer.constant("deferred", deferred)
        with ExitStack() as blocks:
            if deferred.types is not None:
                types = self._writer.constant("types", deferred.types)
                blocks.enter_context(self._writer.block(f"if t is None or t in {types}:"))
            self._writer.line(f"found.append(PendingPart({mark}, v, t, path, {part}))")

    def _fields(self, position: Position, fields: Iterable[ResponseField]) -> None:
        for field in fields:
            child = position.children.get(field.source)
            if field.selection is not None and child is not None and self._leads(field.selection):
                self._field(child, field, field.selection)

    def _field(self, child: Position, field: ResponseField, selection: ResponseSelection) -> None:
        """Write the way to each object under a key, and call what looks there."""
        find = self._note("find", child, selection, self._write_finder)
        self._writer.line(f"c0 = v.get({field.source!r})")
        type_, loops = field.type, 0
        with ExitStack() as blocks:
            while True:
                blocks.enter_context(self._writer.block(f"if c{loops} is not None:"))
                type_ = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
                if not isinstance(type_, GraphQLList):
                    break
                type_, loops = type_.of_type, loops + 1
                head = f"for i{loops}, c{loops} in enumerate(c{loops - 1}):"
                blocks.enter_context(self._writer.block(head))
            if loops > MAX_LOOPS // 2:  # of them and of conditions
                raise CannotCompile("too many lists")
            place = "".join(f", i{number}" for number in range(1, loops + 1))
            path = f"(*path, {field.key!r}{place})"
            self._writer.line(f"{find}(c{loops}, {self._type(field, selection, f'c{loops}')}, {path}, found)")

    def _type(self, field: ResponseField, selection: ResponseSelection, variable: str) -> str:
        """Write the expression for the type of a field's object; none that it may have raises."""
        declared = get_named_type(field.type)
        if not isinstance(declared, GraphQLInterfaceType | GraphQLUnionType):
            return repr(declared.name)
        names: dict[str | None, str | None] = {None: selection.type_name}
        names.update((type_.name, type_.name) for type_ in self._schema.get_possible_types(declared))
        return f'{self._writer.constant("names", names)}[{variable}.get("__typename")]'

    def _leads(self, selection: ResponseSelection) -> bool:
        """Whether anything is deferred within a selection."""
        known = self._leading.get(id(selection))
        if known is None:
            everything = (selection.fields, *selection.by_type.values())
            below = (f.selection for fields in everything for f in fields if f.selection is not None)
            known = bool(selection.deferred) or any(self._leads(each) for each in below)
            self._leading[id(selection)] = known
        return known


def _by_fields(selection: ResponseSelection) -> list[tuple[frozenset[str], tuple[ResponseField, ...]]]:
    """The types that have fields of their own, those of the same fields together."""
    together: dict[tuple[int, ...], tuple[set[str], tuple[ResponseField, ...]]] = {}
    for name, fields in selection.by_type.items():
        together.setdefault(tuple(map(id, fields)), (set(), fields))[0].add(name)
    return [(frozenset(names), fields) for names, fields in together.values()]
