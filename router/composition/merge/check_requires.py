"""Arguments in a @requires must suit the fields' arguments in the supergraph."""

from __future__ import annotations

from ..subgraph.build import Checked
from ..subgraph.facts import UsedFieldSet
from ..subgraph.field_sets import FieldSelection, field_selections
from .context import Merging, in_subgraphs


def check_requires(merging: Merging) -> None:
    """Report required fields whose arguments another subgraph sees differently."""
    for checked in merging.subgraphs:
        for used in checked.facts.requires:
            for selection in field_selections(used.selections):
                _check(merging, checked, used, selection)


def _check(merging: Merging, checked: Checked, used: UsedFieldSet, selection: FieldSelection) -> None:
    resolving = [
        (c, t.fields[selection.name])
        for c, t in merging.sources(selection.parent)
        if selection.name in t.fields and not t.fields[selection.name].external
    ]
    names = dict.fromkeys([*selection.arguments, *(a for _, f in resolving for a in f.arguments)])
    for name in names:
        if name in selection.arguments:
            lacking = [c.subgraph.name for c, f in resolving if name not in f.arguments]
            if lacking:
                _fail(
                    merging,
                    checked,
                    used,
                    f'"{selection.coordinate}" has no argument "{name}" in ' + in_subgraphs(lacking),
                )
            continue
        demanding = [
            c.subgraph.name for c, f in resolving if name in f.arguments and f.arguments[name].required
        ]
        if demanding:
            _fail(
                merging,
                checked,
                used,
                f'the argument "{name}" of "{selection.coordinate}" is required in '
                + in_subgraphs(demanding),
            )


def _fail(merging: Merging, checked: Checked, used: UsedFieldSet, why: str) -> None:
    merging.report.error(
        "REQUIRES_INVALID_FIELDS",
        f'On "{used.place}", {used.applied.text}: {why}',
        coordinate=used.place,
        where=[(checked.subgraph.name, used.applied)],
    )
