"""What a subgraph says of a field that it doesn't resolve must be true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..subgraph.model import InputDef
from ..subgraph.values import value_text
from .context import FieldSource, Merging, groups, in_subgraphs
from .merge_references import is_subtype
from .merged import MergedField, MergedInput


def check_external(
    merging: Merging, merged: MergedField, sources: Sequence[FieldSource], resolving: Sequence[FieldSource]
) -> None:
    """Report @external declarations that differ from the field that is resolved elsewhere."""
    external = [s for s in sources if s[1].external]
    _types(merging, merged, external, sources)
    for name in merged.arguments:
        _argument(merging, merged, external, resolving, name)


def _types(
    merging: Merging, merged: MergedField, external: Sequence[FieldSource], sources: Sequence[FieldSource]
) -> None:
    """Where the subgraphs that resolve the field differ, any type that goes with theirs will do."""
    differ = len({f.type for _, f in sources if not f.external}) > 1
    fits = (
        is_subtype(merging, f.type, merged.type) if differ else f.type == merged.type for _, f in external
    )
    if all(fits):
        return
    said = groups((c.subgraph.name, f.type) for c, f in sources)
    merging.report.error(
        "EXTERNAL_TYPE_MISMATCH",
        f'"{merged.coordinate}" is declared @external with another type: {said}',
        coordinate=merged.coordinate,
        where=[(c.subgraph.name, f) for c, f in external],
        fix=f"Declare it as {merged.type}",
    )


def _argument(
    merging: Merging,
    merged: MergedField,
    external: Sequence[FieldSource],
    resolving: Sequence[FieldSource],
    name: str,
) -> None:
    argument = merged.arguments[name]
    coordinate = f"{merged.coordinate}({name}:)"
    lacking = [(c.subgraph.name, f) for c, f in external if name not in f.arguments]
    if lacking:
        merging.report.error(
            "EXTERNAL_ARGUMENT_MISSING",
            f'"{coordinate}" is missing in {in_subgraphs(n for n, _ in lacking)}, which has it @external',
            coordinate=coordinate,
            where=lacking,
            fix=f"Declare the argument as {argument.type}",
        )
    having = [(c.subgraph.name, f.arguments[name]) for c, f in external if name in f.arguments]
    wrong = [(n, a) for n, a in having if not is_subtype(merging, argument.type, a.type)]
    if wrong:
        merging.report.error(
            "EXTERNAL_ARGUMENT_TYPE_MISMATCH",
            f'"{coordinate}" is a {argument.type}, but where the field is @external: '
            + groups((n, a.type) for n, a in wrong),
            coordinate=coordinate,
            where=wrong,
            fix=f"Declare the argument as {argument.type}",
        )
    if merging.agree_on_default((c.subgraph.name, f.arguments[name]) for c, f in resolving):
        _default(merging, argument, having, coordinate)


def _default(
    merging: Merging, argument: MergedInput, having: Sequence[tuple[str, InputDef]], coordinate: str
) -> None:
    """The merged default is that of the resolving subgraphs, of a type that may be stricter."""
    other = [(n, a) for n, a in having if not _is_default(merging, argument, n, a)]
    if other:
        said = f"the default value {value_text(argument.default)}" if argument.default else "no default value"
        merging.report.error(
            "EXTERNAL_ARGUMENT_DEFAULT_MISMATCH",
            f'"{coordinate}" has {said}, but where the field is @external: '
            + groups((n, a.default_text or "none") for n, a in other),
            coordinate=coordinate,
            where=other,
            fix="Declare the same default value",
        )


def _is_default(merging: Merging, argument: MergedInput, subgraph: str, external: InputDef) -> bool:
    merged = replace(external, default=argument.default)
    return merging.coerced_default(subgraph, merged) == merging.coerced_default(subgraph, external)
