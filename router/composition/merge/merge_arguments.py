"""Arguments of a field: only those that all its subgraphs have survive."""

from __future__ import annotations

from collections.abc import Sequence

from ..subgraph.build import Checked
from ..subgraph.model import Element, InputDef
from .context import FieldSource, Merging, in_subgraphs
from .merge_elements import merge_element
from .merge_references import merge_default, merge_input, use_input
from .merged import MergedInput

_CONTEXTUAL = "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS"


def merge_arguments(
    merging: Merging, sources: Sequence[FieldSource], coordinate: str
) -> dict[str, MergedInput]:
    """Merge the arguments of a field that ``sources`` resolve."""
    names = dict.fromkeys(name for _, field in sources for name in field.arguments)
    merged = (_argument(merging, sources, name, f"{coordinate}({name}:)") for name in names)
    return {argument.name: argument for argument in merged if argument is not None}


def _argument(
    merging: Merging, sources: Sequence[FieldSource], name: str, coordinate: str
) -> MergedInput | None:
    having = [(c, a) for c, f in sources if (a := f.arguments.get(name)) is not None]
    if any(argument.first("fromContext") for _, argument in having):
        _contextual(merging, sources, name, coordinate)
        return None
    if len(having) < len(sources):
        lacking = [(c, f) for c, f in sources if name not in f.arguments]
        missing_somewhere(merging, having, lacking, coordinate)
        return None
    merged = MergedInput(name)
    merge_element(merging, merged, having, coordinate)
    by_name = [(c.subgraph.name, a) for c, a in having]
    said = [(n, a.type) for n, a in by_name]
    merged.type = merge_input(merging, said, coordinate, "FIELD_ARGUMENT_TYPE_MISMATCH")
    merged.default = merge_default(merging, by_name, coordinate, "FIELD_ARGUMENT_DEFAULT_MISMATCH")
    use_input(merging, merged.type, coordinate)
    return merged


def missing_somewhere(
    merging: Merging,
    having: Sequence[tuple[Checked, InputDef]],
    lacking: Sequence[tuple[Checked, Element]],
    coordinate: str,
) -> None:
    """Report an argument that one subgraph needs and another lacks; hint at one that gets lost."""
    required = [(c.subgraph.name, a) for c, a in having if a.required]
    without = in_subgraphs(c.subgraph.name for c, _ in lacking)
    if required:
        merging.report.error(
            "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH",
            f'"{coordinate}" is required in {in_subgraphs(n for n, _ in required)}, but missing in {without}',
            coordinate=coordinate,
            where=[*required, *((c.subgraph.name, e) for c, e in lacking)],
            fix="Add the argument everywhere, or make it nullable",
        )
        return
    merging.report.hint(
        "INCONSISTENT_ARGUMENT_PRESENCE",
        f'"{coordinate}" is left out of the supergraph: {without} has no such argument',
        coordinate=coordinate,
        where=[(c.subgraph.name, a) for c, a in having],
    )


def _contextual(merging: Merging, sources: Sequence[FieldSource], name: str, coordinate: str) -> None:
    """An argument that one subgraph takes from a context can't be given by clients of another."""
    for checked, field in sources:
        argument = field.arguments.get(name)
        if argument is None or argument.first("fromContext"):
            continue
        where = [(checked.subgraph.name, argument)]
        if argument.required:
            merging.report.error(
                _CONTEXTUAL,
                f'"{coordinate}" is filled from a context in some subgraphs, but must be given in '
                f"{in_subgraphs([checked.subgraph.name])}",
                coordinate=coordinate,
                where=where,
                fix="Make it nullable, give it a default, or take it from a context there too",
            )
        else:
            merging.report.hint(
                _CONTEXTUAL,
                f'"{coordinate}" is left out of the supergraph: other subgraphs fill it from a context',
                coordinate=coordinate,
                where=where,
            )
