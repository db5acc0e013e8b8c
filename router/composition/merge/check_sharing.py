"""A field that several subgraphs resolve must be @shareable in each of them."""

from __future__ import annotations

from collections.abc import Sequence

from ..report import Where
from .context import FieldSource, Merging, in_subgraphs
from .interface_object_fields import interface_object_fields
from .merged import MergedType
from .overrides import Overrides


def check_sharing(
    merging: Merging, type_: MergedType, name: str, sources: Sequence[FieldSource], overrides: Overrides
) -> None:
    """Report a field of an object that is resolved in several places without being shareable in all."""
    resolving = [
        (c.subgraph.name, f, f.shareable or f.external)
        for c, f in sources
        if overrides.resolves(c.subgraph.name) and (not f.external or f.coordinate in c.facts.provided)
    ]
    if type_.name == "Subscription":
        _no_sharing_of_subscriptions(merging, sources)
    through = interface_object_fields(merging, type_, name)
    resolving += [(c.subgraph.name, f, f.shareable) for c, f in through]
    own = [(n, f) for n, f, shareable in resolving if not shareable]
    if len(resolving) < 2 or not own:
        return
    coordinate = f"{type_.name}.{name}"
    everywhere = len(own) == len(resolving)
    unknown = "".join(
        f' (its @override in "{n}" names "{origin}", which is no subgraph)'
        for n, origin in overrides.unknown.items()
    )
    where: list[Where] = list(own)
    places = in_subgraphs(_place(n, f.coordinate, coordinate) for n, f, _ in resolving)
    merging.report.error(
        "INVALID_FIELD_SHARING",
        f'"{coordinate}" is resolved in {places}, '
        f"but not @shareable in {'any of them' if everywhere else in_subgraphs(n for n, _ in own)}{unknown}",
        coordinate=coordinate,
        where=where,
        fix=f'Mark "{coordinate}" @shareable in all of them, or resolve it in one',
    )


def _place(subgraph: str, declared: str, coordinate: str) -> str:
    return subgraph if declared == coordinate else f"{subgraph} (interface object field {declared})"


def _no_sharing_of_subscriptions(merging: Merging, sources: Sequence[FieldSource]) -> None:
    """Of several streams the router could only ever open one."""
    for checked, field in sources:
        if field.shareable:
            merging.report.error(
                "INVALID_FIELD_SHARING",
                f'"{field.coordinate}" can\'t be @shareable: a subscription has one source',
                coordinate=field.coordinate,
                where=[(checked.subgraph.name, field)],
                fix="Remove @shareable",
            )
