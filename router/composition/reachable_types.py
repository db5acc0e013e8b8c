"""The types that an operation can come upon: as a field's type, a possible type of it, or an input."""

from __future__ import annotations

from collections.abc import Iterator

from .merge.merged import Merged, MergedElement, MergedInput, MergedType
from .subgraph.type_refs import named


def reachable_types(merged: Merged) -> frozenset[str]:
    """Walk from the root types and the executable directives through all that is not inaccessible."""
    walk = [name for name in merged.roots.values() if _is_seen(merged.types[name])]
    for directive in merged.directives.values():
        if directive.executable:
            walk += _inputs(directive.arguments)
    reached: set[str] = set()
    while walk:
        name = walk.pop()
        type_ = merged.types.get(name)
        if type_ is not None and name not in reached and _is_seen(type_):
            reached.add(name)
            walk += _next(type_, merged)
    return frozenset(reached)


def _next(type_: MergedType, merged: Merged) -> Iterator[str]:
    yield from type_.interfaces
    yield from type_.members
    yield from merged.implementations.get(type_.name, ())
    yield from _inputs(type_.inputs)
    for field in filter(_is_seen, type_.fields.values()):
        yield named(field.type)
        yield from _inputs(field.arguments)


def _inputs(inputs: dict[str, MergedInput]) -> Iterator[str]:
    return (named(i.type) for i in inputs.values() if _is_seen(i))


def _is_seen(element: MergedElement) -> bool:
    return not element.has("inaccessible")
