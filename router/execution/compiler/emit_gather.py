"""An entity fetch → a generated function that collects its representations.

def gather(data, tables):
    for v in tables[0]:     the objects at its path, or where no table has them: for v2 in data["users"]: …
        k = v["id"]; one list of objects per distinct key
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from graphql import GraphQLList, GraphQLNonNull, GraphQLOutputType

from ...planning.plan import Fetch, PathKey, Representation
from ..interpreter.gather import gather_entities, representation_json
from ..json_codec import JsonObject, encode
from ..program import Batch, FastGather
from .known_entities import Known
from .layout import CannotCompile, Position, position_at
from .tables import Table
from .writer import Writer

MAX_LOOPS = 15
"""Python allows 20 statically nested blocks."""


def emit_gather(fetch: Fetch, root: Position, table: Table | None) -> FastGather:
    """Generate the function, or bind the interpreter's where the path leads through hidden data."""

    def generic(data: JsonObject, tables: Sequence[Any]) -> list[Batch]:
        return gather_entities(fetch, data)

    if fetch.context_variables or not fetch.requires:
        return generic
    try:
        return _generate(fetch, root, table, None)
    except CannotCompile:
        return generic


def emit_gather_unknown(
    fetch: Fetch, root: Position, table: Table | None, known: Known | None
) -> FastGather | None:
    """The same for what is not known yet: what is, it fills in; None where nothing can be known."""
    if known is None or len(fetch.requires) != 1 or not _is_single_key(fetch.requires[0]):
        return None
    try:
        return _generate(fetch, root, table, known)
    except CannotCompile:
        return None


def _generate(fetch: Fetch, root: Position, table: Table | None, known: Known | None) -> FastGather:
    writer = Writer()
    writer.names.update(encode=encode, Batch=Batch, represent=representation_json)
    with writer.block("def gather(data, tables):"):
        writer.line("representations = []; targets = []; seen = {}; known = {}")
        for source in () if known is None else known.sources:
            with writer.block(f"for e in {source.table.objects}:"):
                writer.line(f"if type(k := e[{source.key!r}]) is str: known[k] = e")
        with ExitStack() as blocks:
            if table is None:
                target = _walk(writer, blocks, fetch, root)
            else:
                target = "v"
                blocks.enter_context(writer.block(f"for v in {table.objects}:"))
            _emit_target(writer, fetch, target, position_at(root, fetch.path), known)
        writer.line("return [Batch(representations, targets)] if representations else []")
    generated: FastGather = writer.load("gather")
    return generated


def _walk(writer: Writer, blocks: ExitStack, fetch: Fetch, position: Position) -> str:
    """Open a block for each list and each null on the way; gives the variable of the objects."""
    variable, loops = "data", 0
    for step in fetch.path:
        if not isinstance(step, PathKey):
            continue  # the declared type says where the lists are
        if step.types is not None:
            types = writer.constant("types", step.types)
            blocks.enter_context(writer.block(f'if {variable}.get("__typename") in {types}:'))
        declared = position.type_of(step.name)
        if declared is None:
            raise CannotCompile(f"{step.name} is hidden")
        value = _access(variable, step.name, sure=position.is_sure(step.name))
        variable, depth = _open_value(writer, blocks, declared, value)
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
        blocks.enter_context(writer.block(f"if {variable} is not None:"))
        named = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if not isinstance(named, GraphQLList):
            return variable, loops
        type_, value, loops = named.of_type, variable, loops + 1


def _access(variable: str, key: str, *, sure: bool) -> str:
    return f"{variable}[{key!r}]" if sure else f"{variable}.get({key!r})"


def _emit_target(writer: Writer, fetch: Fetch, target: str, position: Position, known: Known | None) -> None:
    choice = fetch.requires[0]
    if len(fetch.requires) > 1 or not _is_single_key(choice):
        if len(fetch.requires) == 1 and _has_leaves_only(choice):
            _emit_leaves_target(writer, choice, target)
        else:
            _emit_generic_target(writer, fetch, target)
        return
    key = choice.fields[0]
    conditions = ["k is not None", *_fits(writer, choice, target)]
    writer.line(f"k = {_access(target, key.source, sure=position.is_sure(key.source))}")
    with writer.block(f"if {' and '.join(conditions)}:"):
        # Equal keys of different types (1 and 1.0) must stay apart: only strings are compared as they are.
        writer.line("if type(k) is not str: k = encode(k)")
        if known is None:
            _emit_single_key_group(writer, choice, target)
            return
        with writer.block("if (e := known.get(k)) is not None:"):
            for name in known.names:
                writer.line(f"{target}[{name!r}] = e[{name!r}]")
        with writer.block("else:"):
            _emit_single_key_group(writer, choice, target)


def _emit_single_key_group(writer: Writer, choice: Representation, target: str) -> None:
    writer.line("group = seen.get(k)")
    with writer.block("if group is None:"):
        writer.line(f"seen[k] = group = [{target}]; targets.append(group)")
        fixed = (encode(choice.typename), encode(choice.fields[0].name))
        head = writer.constant("head", b'{"__typename":%s,%s:' % fixed)
        writer.line(f'representations.append({head} + (encode(k) if type(k) is str else k) + b"}}")')
    with writer.block("else:"):
        writer.line(f"group.append({target})")


def _is_single_key(choice: Representation) -> bool:
    if choice.typename is None or not choice.with_typename or len(choice.fields) != 1:
        return False
    return choice.fields[0].selections is None and not choice.fields[0].nullable


def _fits(writer: Writer, choice: Representation, target: str) -> list[str]:
    """The condition on the object's type, if there is one."""
    if choice.on is None:
        return []
    return [f'{target}.get("__typename") in {writer.constant("types", choice.on)}']


def _has_leaves_only(choice: Representation) -> bool:
    return (
        bool(choice.typename) and choice.with_typename and all(not each.selections for each in choice.fields)
    )


def _emit_leaves_target(writer: Writer, choice: Representation, target: str) -> None:
    """Write a representation of several leaves, all of which must be there (null only where it may be)."""
    fields = [f"{field.name!r}: {target}[{field.source!r}]" for field in choice.fields]
    needed = [f"{target}[{field.source!r}] is not None" for field in choice.fields if not field.nullable]
    conditions = " and ".join([*_fits(writer, choice, target), *needed]) or "True"
    writer.line("k = None")
    with writer.block("try:"), writer.block(f"if {conditions}:"):
        writer.line(f'k = encode({{"__typename": {choice.typename!r}, {", ".join(fields)}}})')
    with writer.block("except KeyError:"):
        writer.line("pass")
    _emit_group(writer, target)


def _emit_generic_target(writer: Writer, fetch: Fetch, target: str) -> None:
    choices = writer.constant("choices", fetch.requires)
    writer.line(f"k = represent({choices}, {target})")
    _emit_group(writer, target)


def _emit_group(writer: Writer, target: str) -> None:
    """Put the object to those of the same representation ``k``."""
    with writer.block("if k is not None:"):
        writer.line("group = seen.get(k)")
        with writer.block("if group is None:"):
            writer.line(f"seen[k] = group = [{target}]; targets.append(group); representations.append(k)")
        with writer.block("else:"):
            writer.line(f"group.append({target})")
