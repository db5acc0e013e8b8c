"""Enums: all values where the enum is only read, common values where only written, equal where both."""

from __future__ import annotations

from collections.abc import Sequence

from ..subgraph.build import Checked
from ..subgraph.model import TypeDef
from .context import Merging, in_subgraphs
from .merge_elements import merge_element
from .merged import MergedElement, MergedType


def merge_enum(merging: Merging, type_: MergedType, sources: Sequence[tuple[Checked, TypeDef]]) -> None:
    """Merge the values; how the enum is used must be known by now."""
    read, written = merging.output_uses.get(type_.name), merging.input_uses.get(type_.name)
    if not read and not written:
        merging.report.hint(
            "UNUSED_ENUM_TYPE",
            f'"{type_.name}" is used nowhere; it keeps the values of all subgraphs',
            coordinate=type_.name,
        )
    for name in dict.fromkeys(v for _, s in sources for v in s.values):
        having = [(c, s.values[name]) for c, s in sources if name in s.values]
        value = MergedElement(name)
        merge_element(merging, value, having, f"{type_.name}.{name}")
        if len(having) < len(sources) and not _keep(merging, type_, value, sources):
            continue
        value.joins += [f"@join__enumValue(graph: {merging.graph(c)})" for c, _ in having]
        type_.values[name] = value
    if not type_.values:
        merging.report.error(
            "EMPTY_MERGED_ENUM_TYPE",
            f'"{type_.name}" is written only, so only common values stay, but the subgraphs have none',
            coordinate=type_.name,
            where=[(c.subgraph.name, s) for c, s in sources],
        )


def _keep(
    merging: Merging, type_: MergedType, value: MergedElement, sources: Sequence[tuple[Checked, TypeDef]]
) -> bool:
    """Decide on a value that some subgraphs lack."""
    read, written = merging.output_uses.get(type_.name), merging.input_uses.get(type_.name)
    coordinate = f"{type_.name}.{value.name}"
    lacking = [c.subgraph.name for c, s in sources if value.name not in s.values]
    if read and written:
        if not value.has("inaccessible"):
            _mismatch(merging, type_, coordinate, lacking, sources)
        return True
    if written:
        merging.report.hint(
            "INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM",
            f'"{coordinate}" is left out of the supergraph: {in_subgraphs(lacking)} would not accept it',
            coordinate=coordinate,
        )
        return False
    merging.report.hint(
        "INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM",
        f'"{coordinate}" is missing in {in_subgraphs(lacking)}',
        coordinate=coordinate,
    )
    return True


def _mismatch(
    merging: Merging,
    type_: MergedType,
    coordinate: str,
    lacking: list[str],
    sources: Sequence[tuple[Checked, TypeDef]],
) -> None:
    merging.report.error(
        "ENUM_VALUE_MISMATCH",
        f'"{coordinate}" is missing in {in_subgraphs(lacking)}, but "{type_.name}" is both read '
        f'("{merging.output_uses[type_.name]}") and written ("{merging.input_uses[type_.name]}")',
        coordinate=coordinate,
        where=[(c.subgraph.name, s) for c, s in sources if c.subgraph.name in lacking],
        fix="Give the enum the same values everywhere, or mark this one @inaccessible",
    )
