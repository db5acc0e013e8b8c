"""Rules that only the merged supergraph can break."""

from __future__ import annotations

from .context import Merging, in_subgraphs
from .merged import MergedType


def check_merged(merging: Merging) -> None:
    """Check the supergraph as a whole; it has merged without errors."""
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
