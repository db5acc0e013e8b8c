"""An entity fetch → a generated function that collects its representations.

def gather(run):
    for v in run.tables[0]:     the objects at its path; without a table: for v2 in run.data["users"]: …
        k = v.f0; one list of objects per distinct key
"""

from __future__ import annotations

from contextlib import ExitStack

import orjson
from graphql import GraphQLList, GraphQLNonNull, GraphQLOutputType
from msgspec import UNSET

from ...planning.plan import Fetch, PathKey, Representation, RepresentationField
from ..compiled_plan import Gather
from ..interpreter.gather import representation_json
from ..json_codec import encode
from .forms import has_leaves_only
from .known_entities import Known
from .layout import CannotCompile, Position, position_at
from .tables import Table
from .writer import Writer

MAX_LOOPS = 15
"""Python allows 20 statically nested blocks."""

EXACT = frozenset({"ID", "Int", "String", "Boolean"})
"""Types of whose values equal ones are the same JSON."""


def emit_gather(fetch: Fetch, root: Position, table: Table | None, known: Known | None = None) -> Gather:
    """Generate the function; what is ``known`` it fills in instead of asking for it."""
    writer = Writer()
    writer.names.update(encode=encode, dumps=orjson.dumps, represent=representation_json, UNSET=UNSET)
    position = position_at(root, fetch.path)
    with writer.block("def gather(run):"):
        writer.line("representations = []; targets = []; seen = {}; tables = run.tables")
        if known is not None:
            _emit_known(writer, known)
        with ExitStack() as blocks:
            if table is None:
                target = _walk(writer, blocks, fetch, root)
            else:
                target = "v"
                blocks.enter_context(writer.block(f"for v in {table.objects}:"))
            _TargetEmitter(writer, fetch, target, position, table, known).emit()
        writer.line("return representations, targets")
    generated: Gather = writer.load("gather")
    return generated


def can_be_known(fetch: Fetch) -> bool:
    """Whether what is known can be filled in: there is one key, and one type."""
    return len(fetch.requires) == 1 and _is_single_key(fetch.requires[0])


def _emit_known(writer: Writer, known: Known) -> None:
    writer.line("known = {}")
    for source in known.sources:
        with writer.block(f"for e in {source.table.objects}:"):
            key = source.position.item("e", source.key)
            values = ", ".join(source.position.item("e", name) for name in known.names)
            writer.line(f"if type(k := {key}) is str: known[k] = ({values},)")


def _walk(writer: Writer, blocks: ExitStack, fetch: Fetch, position: Position) -> str:
    """Open a block for each list and each null on the way; gives the variable of the objects."""
    variable, loops = "run.data", 0
    for step in fetch.path:
        if not isinstance(step, PathKey):
            continue  # the declared type says where the lists are
        if not position.may_be(step.types):
            raise CannotCompile("the path leads to other types")
        if step.types is not None and position.attributes is None:
            types = writer.constant("types", step.types)
            blocks.enter_context(writer.block(f'if {variable}.get("__typename") in {types}:'))
        declared = position.type_of(step.name)
        if declared is None:
            raise CannotCompile(f"{step.name} is hidden")
        variable, depth = _open_value(writer, blocks, declared, _access(position, variable, step.name))
        loops += depth
        if loops > MAX_LOOPS:
            raise CannotCompile("too many lists")
        position = position.children[step.name]
    return variable


def _open_value(writer: Writer, blocks: ExitStack, type_: GraphQLOutputType, value: str) -> tuple[str, int]:
    loops = 0
    while True:
        variable = writer.new("v")
        if loops:
            blocks.enter_context(writer.block(f"for {variable} in {value}:"))
        else:
            writer.line(f"{variable} = {value}")
        # Non-null values can still be absent where their fetch had nothing to ask for.
        blocks.enter_context(writer.block(f"if {variable} is not None and {variable} is not UNSET:"))
        named = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if not isinstance(named, GraphQLList):
            return variable, loops
        type_, value, loops = named.of_type, variable, loops + 1


def _access(position: Position, variable: str, key: str) -> str:
    return position.item(variable, key) if position.is_sure(key) else position.value(variable, key)


class _TargetEmitter:
    """Writes what is done with each object."""

    def __init__(
        self,
        writer: Writer,
        fetch: Fetch,
        target: str,
        position: Position,
        table: Table | None,
        known: Known | None,
    ) -> None:
        self._writer = writer
        self._fetch = fetch
        self._target = target
        self._position = position
        self._known = known
        self._distinct = table is not None and is_distinct(table, fetch)

    def emit(self) -> None:
        """Write the object's representation, if it has a usable one, and whom it is for."""
        writer, requires = self._writer, self._fetch.requires
        if len(requires) > 1 or not has_leaves_only(requires[0]):
            writer.line(f"k = represent({writer.constant('choices', requires)}, {self._target})")
            with writer.block("if k is not None:"):
                self._group("k")
        elif not self._position.may_be(requires[0].on):
            writer.line("run.holes = True")
            return
        elif _is_single_key(requires[0]):
            self._single_key(requires[0])
            return
        else:
            self._leaves(requires[0])
        with writer.block("else:"):
            writer.line("run.holes = True")

    def _single_key(self, choice: Representation) -> None:
        writer, key = self._writer, choice.fields[0]
        writer.line(f"k = {_access(self._position, self._target, key.source)}")
        conditions = ["k is not None", *self._absent("k", key), *self._fits(choice)]
        is_string = self._position.is_string(key.source)
        with writer.block(f"if {' and '.join(conditions)}:"):
            # Equal keys of different types (1 and 1.0) must stay apart: only strings are compared as they are
            if not is_string:
                writer.line("if type(k) is not str: k = encode(k)")
            head = writer.constant(
                "head", b'{"__typename":%s,%s:' % (encode(choice.typename), encode(key.name))
            )
            value = "dumps(k)" if is_string else "(dumps(k) if type(k) is str else k)"
            representation = f'{head} + {value} + b"}}"'
            if self._known is None:
                self._group(representation)
            else:
                with writer.block("if (e := known.get(k)) is not None:"):
                    names = [self._position.item(self._target, name) for name in self._known.names]
                    writer.line(f"{', '.join(names)}, = e")
                with writer.block("else:"):
                    self._group(representation)
        with writer.block("else:"):
            writer.line("run.holes = True")

    def _leaves(self, choice: Representation) -> None:
        """Several leaves, all of which must be there (null only where it may be)."""
        writer = self._writer
        names = [f"k{number}" for number in range(len(choice.fields))]
        conditions = self._fits(choice)
        for name, field in zip(names, choice.fields, strict=True):
            writer.line(f"{name} = {self._value(field)}")
            conditions += self._absent(name, field)
            if not field.nullable:
                conditions.append(f"{name} is not None")
        members = ", ".join(f"{f.name!r}: {name}" for name, f in zip(names, choice.fields, strict=True))
        representation = f'encode({{"__typename": {choice.typename!r}, {members}}})'
        with writer.block(f"if {' and '.join(conditions) or 'True'}:"):
            if names and all(self._is_exact(field) for field in choice.fields):
                if not self._distinct:
                    writer.line(f"k = ({', '.join(names)},)")
                self._group(representation)
            else:
                writer.line(f"k = {representation}")
                self._group("k")

    def _value(self, field: RepresentationField) -> str:
        if self._position.attributes is not None or self._position.is_sure(field.source):
            return self._position.item(self._target, field.source)
        return f"{self._target}.get({field.source!r}, UNSET)"

    def _absent(self, name: str, field: RepresentationField) -> list[str]:
        """The condition that a value which another fetch gives is there."""
        return [] if self._position.is_sure(field.source) else [f"{name} is not UNSET"]

    def _is_exact(self, field: RepresentationField) -> bool:
        return self._position.leaf_name(field.source) in EXACT

    def _fits(self, choice: Representation) -> list[str]:
        """The condition on the object's type, if there is one."""
        if choice.on is None or self._position.attributes is not None:
            return []
        return [f'{self._target}.get("__typename") in {self._writer.constant("types", choice.on)}']

    def _group(self, representation: str) -> None:
        """Put the object to those of the same key ``k``."""
        writer = self._writer
        if self._distinct:
            writer.line(f"targets.append([{self._target}]); representations.append({representation})")
            return
        writer.line("group = seen.get(k)")
        with writer.block("if group is None:"):
            writer.line(f"seen[k] = group = [{self._target}]; targets.append(group)")
            writer.line(f"representations.append({representation})")
        with writer.block("else:"):
            writer.line(f"group.append({self._target})")


def is_distinct(table: Table, fetch: Fetch) -> bool:
    """Whether no two objects of a table have the same representation."""
    if table.keys is None or len(fetch.requires) != 1:
        return False
    return {field.source for field in fetch.requires[0].fields}.issuperset(table.keys)


def _is_single_key(choice: Representation) -> bool:
    if choice.typename is None or not choice.with_typename or len(choice.fields) != 1:
        return False
    return choice.fields[0].selections is None and not choice.fields[0].nullable
