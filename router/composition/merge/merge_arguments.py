"""Arguments of a field: only those that all its subgraphs have survive."""

from __future__ import annotations

from collections.abc import Sequence

from ..subgraph.build import Checked
from ..subgraph.model import InputDef
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
        having = [(c, a) for c, a in having if not a.first("fromContext")]
        return None
    if len(having) < len(sources):
        _missing_somewhere(merging, sources, having, name, coordinate)
        return None
    merged = MergedInput(name)
    merge_element(merging, merged, having, coordinate)
    by_name = [(c.subgraph.name, a) for c, a in having]
    said = [(n, a.type) for n, a in by_name]
    merged.type = merge_input(merging, said, coordinate, "FIELD_ARGUMENT_TYPE_MISMATCH")
    merged.default = merge_default(merging, by_name, coordinate, "FIELD_ARGUMENT_DEFAULT_MISMATCH")
    use_input(merging, merged.type, coordinate)
    return merged


def _missing_somewhere(
    merging: Merging,
    sources: Sequence[FieldSource],
    having: Sequence[tuple[Checked, InputDef]],
    name: str,
    coordinate: str,
) -> None:
    required = [(c.subgraph.name, a) for c, a in having if a.required]
    lacking = [c.subgraph.name for c, f in sources if name not in f.arguments]
    if required:
        merging.report.error(
            "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH",
            f'"{coordinate}" is required in {in_subgraphs(n for n, _ in required)}, but missing in '
            + in_subgraphs(lacking),
            coordinate=coordinate,
            where=[*required, *((c.subgraph.name, f) for c, f in sources if name not in f.arguments)],
            fix="Add the argument everywhere, or make it nullable",
        )
        return
    merging.report.hint(
        "INCONSISTENT_ARGUMENT_PRESENCE",
        f'"{coordinate}" is left out of the supergraph: {in_subgraphs(lacking)} has no such argument',
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
