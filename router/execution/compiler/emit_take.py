"""A fetch → a generated function that walks its answer once: into the run's tables, into what waits for it.

def take(run, targets, entities):
    t0 = run.tables[0]
    for group, e in zip(targets, entities):
        if e is None: run.holes = True; continue
        for v2 in e.f0:                      the answer's objects
            v3 = v2.f1
            k0 = v3.f0 …                     one object per key, at every place
        for v in group: v.f3 = e.f0          the objects that wait
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

from graphql import GraphQLList, GraphQLNonNull, GraphQLOutputType

from ...planning.plan import Fetch, PathKey
from ..compiled_plan import TakeEntities, TakeRoot
from ..json_codec import encode
from ..program import MergeEntities
from .layout import Position
from .tables import Table, Walk
from .writer import Writer


def emit_take_root(walk: Walk) -> TakeRoot:
    """Generate the function of a root fetch that others wait for."""
    emitter = _Emitter()
    writer = emitter.writer
    with writer.block("def take(run, v):"):
        emitter.bind_tables(walk)
        emitter.steps("v", walk, None)
    take: TakeRoot = writer.load("take")
    return take


def emit_take_entities(
    fetch: Fetch, position: Position, walk: Walk | None, merge: MergeEntities | None
) -> TakeEntities:
    """Generate the function of an entity fetch; ``merge`` where copying its fields is not enough."""
    emitter = _Emitter()
    writer = emitter.writer
    own = {key: f"f{number}" for number, key in enumerate(fetch.shape)}
    with writer.block("def take(run, targets, entities):"):
        if walk is not None:
            emitter.bind_tables(walk)
        with writer.block("for group, e in zip(targets, entities):"):
            with writer.block("if e is None:"):
                writer.line("run.holes = True")
                writer.line("continue")
            if walk is not None:
                emitter.steps("e", walk, None if position.attributes is None else own)
            if merge is None:
                with writer.block("for v in group:"):
                    writer.line(_copied(position, own))
        if merge is not None:
            writer.names["merge"] = merge
            writer.line("merge(targets, entities)")
    take: TakeEntities = writer.load("take")
    return take


def _copied(position: Position, own: Mapping[str, str]) -> str:
    """The statement that gives an object what the entity has."""
    if position.attributes is None:
        return "v.update(e)"
    return "; ".join(f"v.{position.attributes[key]} = e.{name}" for key, name in own.items())


def _tables(walk: Walk) -> Iterator[Table]:
    if walk.table is not None:
        yield walk.table
    for below in walk.steps.values():
        yield from _tables(below)


class _Emitter:
    def __init__(self) -> None:
        self.writer = Writer()
        self.writer.names["encode"] = encode

    def bind_tables(self, walk: Walk) -> None:
        """Write the names of the tables that are filled."""
        for table in _tables(walk):
            self.writer.line(f"t{table.index} = run.tables[{table.index}]")

    def steps(self, variable: str, walk: Walk, own: Mapping[str, str] | None) -> None:
        """Write the way to everything below an object; ``own``: attributes of an entity that is a struct."""
        position = walk.position
        for step, below in walk.steps.items():
            if not position.may_be(step.types):
                continue
            with ExitStack() as blocks:
                if step.types is not None and position.attributes is None:
                    types = self.writer.constant("types", step.types)
                    blocks.enter_context(self.writer.block(f'if {variable}.get("__typename") in {types}:'))
                if own is not None:
                    place = f"{variable}.{own[step.name]}"
                else:
                    place = position.item(variable, step.name)
                self._value(blocks, position, step, variable, place, below)

    def _value(
        self, blocks: ExitStack, position: Position, step: PathKey, parent: str, place: str, below: Walk
    ) -> None:
        """Open the blocks down to each object under a key, and write what is done with it."""
        declared = position.type_of(step.name)
        assert declared is not None
        variable = self.writer.new("v")
        access = f"{parent}.get({step.name!r})" if position.is_abstract else place
        self.writer.line(f"{variable} = {access}")
        is_nullable = position.is_abstract or not isinstance(declared, GraphQLNonNull)
        while True:
            if is_nullable:
                blocks.enter_context(self.writer.block(f"if {variable} is not None:"))
            item_type = _item_type(declared)
            if item_type is None:
                break
            if _is_plain_list(below) and _item_type(item_type) is None:
                self._extend(below, variable, item_type)
                return
            items, variable = variable, self.writer.new("v")
            if below.table is not None and below.table.keys is not None and _item_type(item_type) is None:
                index = self.writer.new("i")
                blocks.enter_context(self.writer.block(f"for {index}, {variable} in enumerate({items}):"))
                place = f"{items}[{index}]"  # where another object may be put
            else:
                blocks.enter_context(self.writer.block(f"for {variable} in {items}:"))
            declared = item_type
            is_nullable = not isinstance(declared, GraphQLNonNull)
        self._object(variable, place, below)

    def _extend(self, walk: Walk, items: str, item_type: GraphQLOutputType) -> None:
        """List objects of which nothing more is needed."""
        assert walk.table is not None
        listed = items if isinstance(item_type, GraphQLNonNull) else f"[v for v in {items} if v is not None]"
        self.writer.line(f"t{walk.table.index}.extend({listed})")

    def _object(self, variable: str, place: str, walk: Walk) -> None:
        table = walk.table
        if table is not None and table.keys is None:
            self.writer.line(f"t{table.index}.append({variable})")
        elif table is not None:
            self._canonical(variable, place, walk.position, table)
        self.steps(variable, walk, None)

    def _canonical(self, variable: str, place: str, position: Position, table: Table) -> None:
        """Put the one object of this key in its place."""
        writer = self.writer
        assert table.keys is not None
        names = [f"k{number}" for number in range(len(table.keys))]
        for name, key in zip(names, table.keys, strict=True):
            writer.line(f"{name} = {position.item(variable, key)}")
            # 1, 1.0 and True are equal to Python, and lists have no hash: only strings are taken as they are.
            if not position.is_string(key):
                writer.line(f"if type({name}) is not str: {name} = encode({name})")
        key = names[0] if len(names) == 1 else f"({', '.join(names)},)"
        writer.line(f"c = t{table.index}.setdefault({key}, {variable})")
        writer.line(f"if c is not {variable}: {place} = c")


def _is_plain_list(walk: Walk) -> bool:
    """Whether objects are listed, and nothing more is done with them."""
    return walk.table is not None and walk.table.keys is None and not walk.steps


def _item_type(declared: GraphQLOutputType) -> GraphQLOutputType | None:
    """A list's item type; None for an object."""
    named = declared.of_type if isinstance(declared, GraphQLNonNull) else declared
    return named.of_type if isinstance(named, GraphQLList) else None
