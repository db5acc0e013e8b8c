"""Rules that only the merged supergraph can break."""

from __future__ import annotations

from .access_rules import apply_access_rules
from .check_applied import check_applied
from .check_inaccessible import check_inaccessible
from .check_requires import check_requires
from .check_valid import check_valid
from .context import Merging, in_subgraphs
from .merged import MergedType


def check_merged(merging: Merging) -> None:
    """Check the supergraph as a whole; it has merged without errors."""
    before = len(merging.report.errors)
    _check_implementations(merging)
    if len(merging.report.errors) == before:
        check_valid(merging)
        check_applied(merging)
    check_requires(merging)
    apply_access_rules(merging)
    if len(merging.report.errors) == before:
        check_inaccessible(merging.merged, merging.report)


def _check_implementations(merging: Merging) -> None:
    for type_ in merging.merged.types.values():
        if type_.kind in ("OBJECT", "INTERFACE"):
            for interface in type_.interfaces:
                _implementation(merging, type_, merging.merged.types[interface])


def _implementation(merging: Merging, type_: MergedType, interface: MergedType) -> None:
    for name in interface.fields:
        if name in type_.fields:
            continue
        declaring = [c.subgraph.name for c, t in merging.sources(interface.name) if name in t.fields]
        claiming = [
            (c.subgraph.name, t) for c, t in merging.sources(type_.name) if interface.name in t.interfaces
        ]
        merging.report.error(
            "INTERFACE_FIELD_NO_IMPLEM",
            f'"{interface.name}.{name}" is declared in {in_subgraphs(declaring)}, but "{type_.name}", which '
            f"implements it in {in_subgraphs(n for n, _ in claiming)}, has no such field",
            coordinate=f"{interface.name}.{name}",
            where=claiming,
            fix=f'Add "{name}" to "{type_.name}"',
        )
