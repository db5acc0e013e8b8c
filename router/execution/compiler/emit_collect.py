"""A fetch → a generated function that walks its answer once and fills the run's tables.

def collect(objects, tables):
    t0 = tables[0]
    for v1 in objects:
        for v2 in v1["reviews"]:
            v3 = v2["product"]
            k = v3["upc"] …  one object per key, at every place
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

from graphql import GraphQLList, GraphQLNonNull, GraphQLOutputType

from ...planning.plan import PathKey
from ..json_codec import encode
from ..program import Collect
from .layout import Position
from .tables import Table, Walk
from .writer import Writer


def emit_collect(walk: Walk) -> Collect:
    """Generate the function."""
    emitter = _Emitter()
    writer = emitter.writer
    writer.names["encode"] = encode
    with writer.block("def collect(objects, tables):"):
        for table in _tables(walk):
            writer.line(f"t{table.index} = tables[{table.index}]")
        with writer.block("for v in objects:"), writer.block("if v is not None:"):
            emitter.steps("v", walk)
    collect: Collect = writer.load("collect")
    return collect


def _tables(walk: Walk) -> Iterator[Table]:
    if walk.table is not None:
        yield walk.table
    for below in walk.steps.values():
        yield from _tables(below)


class _Emitter:
    def __init__(self) -> None:
        self.writer = Writer()

    def steps(self, variable: str, walk: Walk) -> None:
        """Write the way to everything below an object."""
        for step, below in walk.steps.items():
            with ExitStack() as blocks:
                if step.types is not None:
                    types = self.writer.constant("types", step.types)
                    blocks.enter_context(self.writer.block(f'if {variable}.get("__typename") in {types}:'))
                self._value(blocks, walk.position, step, variable, below)

    def _value(self, blocks: ExitStack, position: Position, step: PathKey, parent: str, below: Walk) -> None:
        """Open the blocks down to each object under a key, and write what is done with it."""
        declared = position.type_of(step.name)
        assert declared is not None
        variable = self.writer.new("v")
        access = f".get({step.name!r})" if position.is_abstract else f"[{step.name!r}]"
        self.writer.line(f"{variable} = {parent}{access}")
        place = f"{parent}[{step.name!r}]"
        is_nullable = position.is_abstract or not isinstance(declared, GraphQLNonNull)
        while True:
            if is_nullable:
                blocks.enter_context(self.writer.block(f"if {variable} is not None:"))
            item_type = _item_type(declared)
            if item_type is None:
                break
            if _is_plain_list(below) and _item_type(item_type) is None:
                self.writer.line(f"{_name(below)}.extend([v for v in {variable} if v is not None])")
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

    def _object(self, variable: str, place: str, walk: Walk) -> None:
        table = walk.table
        if table is not None and table.keys is None:
            self.writer.line(f"t{table.index}.append({variable})")
        elif table is not None:
            self._canonical(variable, place, table)
        self.steps(variable, walk)

    def _canonical(self, variable: str, place: str, table: Table) -> None:
        """Put the one object of this key in its place."""
        writer = self.writer
        assert table.keys is not None
        names = [f"k{number}" for number in range(len(table.keys))]
        for name, key in zip(names, table.keys, strict=True):
            writer.line(f"{name} = {variable}[{key!r}]")
            # 1, 1.0 and True are equal to Python, and lists have no hash: only strings are taken as they are.
            writer.line(f"if type({name}) is not str: {name} = encode({name})")
        key = names[0] if len(names) == 1 else f"({', '.join(names)},)"
        writer.line(f"c = t{table.index}.setdefault({key}, {variable})")
        writer.line(f"if c is not {variable}: {place} = c")


def _is_plain_list(walk: Walk) -> bool:
    """Whether objects are listed, and nothing more is done with them."""
    return walk.table is not None and walk.table.keys is None and not walk.steps


def _name(walk: Walk) -> str:
    assert walk.table is not None
    return f"t{walk.table.index}"


def _item_type(declared: GraphQLOutputType) -> GraphQLOutputType | None:
    """A list's item type; None for an object."""
    named = declared.of_type if isinstance(declared, GraphQLNonNull) else declared
    return named.of_type if isinstance(named, GraphQLList) else None
