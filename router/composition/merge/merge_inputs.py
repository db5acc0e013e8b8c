"""Input objects: the fields that all subgraphs accept."""

from __future__ import annotations

from collections.abc import Sequence

from ..subgraph.build import Checked
from ..subgraph.model import InputDef, TypeDef
from .context import Merging, in_subgraphs
from .merge_elements import merge_element
from .merge_references import merge_default, merge_input, use_input
from .merged import JoinField, MergedInput, MergedType

InputSources = Sequence[tuple[Checked, InputDef]]


def merge_input_object(
    merging: Merging, type_: MergedType, sources: Sequence[tuple[Checked, TypeDef]]
) -> None:
    """Merge the fields."""
    for name in dict.fromkeys(i for _, s in sources for i in s.inputs):
        having = [(c, s.inputs[name]) for c, s in sources if name in s.inputs]
        field = _field(merging, type_, name, having)
        if len(having) == len(sources):
            type_.inputs[name] = field
        else:
            lacking = [(c.subgraph.name, s) for c, s in sources if name not in s.inputs]
            _left_out(merging, f"{type_.name}.{name}", having, lacking)
    if not type_.inputs:
        merging.report.error(
            "EMPTY_MERGED_INPUT_TYPE",
            f'"{type_.name}" keeps the fields that all subgraphs accept, but they have none in common',
            coordinate=type_.name,
            where=[(c.subgraph.name, s) for c, s in sources],
        )


def _field(merging: Merging, type_: MergedType, name: str, having: InputSources) -> MergedInput:
    coordinate = f"{type_.name}.{name}"
    field = MergedInput(name)
    merge_element(merging, field, having, coordinate)
    by_name = [(c.subgraph.name, i) for c, i in having]
    field.type = merge_input(merging, [(n, i.type) for n, i in by_name], coordinate, "FIELD_TYPE_MISMATCH")
    field.default = merge_default(merging, by_name, coordinate, "INPUT_FIELD_DEFAULT_MISMATCH")
    use_input(merging, field.type, coordinate)
    if any(i.type != field.type for _, i in having):
        field.join_fields = [JoinField(merging.graph(c), type=i.type) for c, i in having]
    return field


def _left_out(
    merging: Merging, coordinate: str, having: InputSources, lacking: Sequence[tuple[str, TypeDef]]
) -> None:
    required = [(c.subgraph.name, i) for c, i in having if i.required]
    without = in_subgraphs(name for name, _ in lacking)
    if required:
        merging.report.error(
            "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH",
            f'"{coordinate}" is required in {in_subgraphs(n for n, _ in required)}, but missing in {without}',
            coordinate=coordinate,
            where=[*required, *lacking],
            fix="Add the field everywhere, or make it nullable",
        )
        return
    merging.report.hint(
        "INCONSISTENT_INPUT_OBJECT_FIELD",
        f'"{coordinate}" is left out of the supergraph: {without} would not accept it',
        coordinate=coordinate,
        where=[(c.subgraph.name, i) for c, i in having],
    )
