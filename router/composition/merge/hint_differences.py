"""Differences between the subgraphs' versions of a type that compose, but may not be meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..subgraph.build import Checked
from ..subgraph.model import ROOT_KINDS, TypeDef
from .context import Merging, in_subgraphs
from .merged import MergedType

_ROOTS = frozenset(kind.capitalize() for kind in ROOT_KINDS)


def hint_differences(merging: Merging, type_: MergedType, sources: Sequence[tuple[Checked, TypeDef]]) -> None:
    """Hint at fields, members and keys that only some subgraphs have."""
    if len(sources) < 2 or type_.name in _ROOTS:
        return
    if type_.kind == "UNION":
        _missing(merging, type_, sources, type_.members, "INCONSISTENT_UNION_MEMBER")
        return
    keyed = [c.subgraph.name for c, t in sources if t.keys]
    if type_.kind == "OBJECT" and keyed and len(keyed) < len(sources):
        _without_key(merging, type_, sources, keyed)
    elif type_.kind == "OBJECT" and not keyed:
        _missing(merging, type_, sources, type_.fields, "INCONSISTENT_OBJECT_VALUE_TYPE_FIELD")
    elif type_.kind == "INTERFACE" and not keyed:
        _missing(merging, type_, sources, type_.fields, "INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD")


def _without_key(
    merging: Merging, type_: MergedType, sources: Sequence[tuple[Checked, TypeDef]], keyed: list[str]
) -> None:
    lacking = [(c.subgraph.name, t) for c, t in sources if not t.keys]
    merging.report.hint(
        "INCONSISTENT_ENTITY",
        f'"{type_.name}" has a @key in {in_subgraphs(keyed)}, not in {in_subgraphs(n for n, _ in lacking)}',
        coordinate=type_.name,
        where=lacking,
    )


def _missing(
    merging: Merging,
    type_: MergedType,
    sources: Sequence[tuple[Checked, TypeDef]],
    names: Iterable[str],
    code: str,
) -> None:
    for name in names:
        lacking = [
            (c.subgraph.name, t)
            for c, t in sources
            if name not in t.fields and name not in t.members and not _names_only(t)
        ]
        if lacking:
            merging.report.hint(
                code,
                f'"{type_.name}.{name}" is missing in {in_subgraphs(n for n, _ in lacking)}'
                if type_.kind != "UNION"
                else f'"{name}" is no member of "{type_.name}" in {in_subgraphs(n for n, _ in lacking)}',
                coordinate=type_.name if type_.kind == "UNION" else f"{type_.name}.{name}",
                where=lacking,
            )


def _names_only(type_: TypeDef) -> bool:
    """Whether a subgraph only mentions the type: it resolves none of its fields."""
    return bool(type_.fields) and all(f.external for f in type_.fields.values())
