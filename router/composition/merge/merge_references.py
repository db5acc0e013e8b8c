"""Types and default values of one element that subgraphs may declare differently.

Output types become the most general, input types the most specific one (``Int`` and ``Int!``: ``Int`` and
``Int!`` respectively), provided that one fits the other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from graphql import EnumValueNode, IntValueNode, ListValueNode, StringValueNode, ValueNode

from ..subgraph.model import InputDef
from ..subgraph.type_refs import TypeRef, is_list, item, named
from .context import Merging, groups
from .merged import MergedType

_INTEGER = re.compile(r"-?(0|[1-9]\d*)\Z")

Said = Sequence[tuple[str, TypeRef]]
"""Subgraph name and the type it declares."""


def merge_output(merging: Merging, said: Said, coordinate: str, code: str) -> TypeRef:
    """Find the most general type; report if there is none."""
    return _merge(merging, said, coordinate, code, output=True)


def merge_input(merging: Merging, said: Said, coordinate: str, code: str) -> TypeRef:
    """Find the most specific type; report if there is none."""
    return _merge(merging, said, coordinate, code, output=False)


def _merge(merging: Merging, said: Said, coordinate: str, code: str, *, output: bool) -> TypeRef:
    result = said[0][1]
    for _, ref in said[1:]:
        if ref == result:
            continue
        if is_subtype(merging, ref, result):
            result = result if output else ref
        elif is_subtype(merging, result, ref):
            result = ref if output else result
        else:
            merging.report.error(
                code,
                f'"{coordinate}" has types that don\'t go together: {groups(said)}',
                coordinate=coordinate,
                fix="Declare the same type in all of them",
            )
            return result
    if any(ref != result for _, ref in said):
        kind = "ARGUMENT" if "ARGUMENT" in code else "FIELD"
        merging.report.hint(
            f"INCONSISTENT_BUT_COMPATIBLE_{kind}_TYPE",
            f'"{coordinate}" is {result} in the supergraph, but {groups(said)}',
            coordinate=coordinate,
        )
    return result


def is_subtype(merging: Merging, sub: TypeRef, base: TypeRef) -> bool:
    """Whether every value of ``sub`` is one of ``base``, by the supergraph's interfaces and unions."""
    if sub == base:
        return True
    if sub.endswith("!"):
        return is_subtype(merging, sub[:-1], base.removesuffix("!"))
    if base.endswith("!") or is_list(sub) != is_list(base):
        return False
    if is_list(sub):
        return is_subtype(merging, item(sub), item(base))
    if sub in merging.merged.implementations.get(base, ()):
        return True
    type_ = merging.merged.types.get(sub)
    return type_ is not None and base in type_.interfaces


def merge_default(
    merging: Merging, said: Sequence[tuple[str, InputDef]], coordinate: str, code: str
) -> ValueNode | None:
    """Keep a default value that all have; where only some have it, none; report two different ones.

    The same value may be written differently: frameworks print ``5`` or ``5.0`` for one Float.
    """
    values = {merging.coerced_default(name, element) for name, element in said}
    if len(values) == 1:
        default = said[0][1].default
        return None if default is None else canonical(default, said[0][1].type, merging.merged.types)
    given = values - {None}
    pairs = [(name, element.default_text or "none") for name, element in said]
    if len(given) == 1:
        merging.report.hint(
            "INCONSISTENT_DEFAULT_VALUE_PRESENCE",
            f'"{coordinate}" has its default value in some subgraphs only and gets none: {groups(pairs)}',
            coordinate=coordinate,
            where=said,
        )
        return None
    merging.report.error(
        code,
        f'"{coordinate}" has different default values: {groups(pairs)}',
        coordinate=coordinate,
        where=said,
        fix="Declare the same default value in all of them",
    )
    return None


def use_output(merging: Merging, ref: TypeRef, coordinate: str) -> None:
    """Remember that a type is read."""
    merging.output_uses.setdefault(named(ref), coordinate)


def use_input(merging: Merging, ref: TypeRef, coordinate: str) -> None:
    """Remember that a type is written."""
    merging.input_uses.setdefault(named(ref), coordinate)


def canonical(value: ValueNode, ref: TypeRef, types: Mapping[str, MergedType]) -> ValueNode:
    """Write a default value as GraphQL prints it: enum values without quotes, numeric ids as numbers."""
    if isinstance(value, ListValueNode) and is_list(ref):
        return ListValueNode(values=tuple(canonical(v, item(ref), types) for v in value.values))
    name = named(ref)
    type_ = types.get(name)
    if not isinstance(value, StringValueNode) or is_list(ref):
        return value
    if type_ is not None and type_.kind == "ENUM":
        return EnumValueNode(value=value.value)
    if name == "ID" and _INTEGER.match(value.value):
        return IntValueNode(value=value.value)
    return value
