"""What subgraphs call root types by names of their own: noted where objects are told apart by these.

``@waybill__name`` is of a specification of ours (router/supergraph/own_names.py); its link is there already.
"""

from __future__ import annotations

from ...supergraph import OWN_NAMES_URL
from .context import Merging
from .merged import MergedDirectiveDef, MergedInput


def note_own_names(merging: Merging) -> None:
    """Annotate the types, and define the directive."""
    merged = merging.merged
    for link in merged.links:
        if link.url == OWN_NAMES_URL:
            _note(merging, f"{link.name}__name")


def _note(merging: Merging, directive: str) -> None:
    merged = merging.merged
    merged.directives[directive] = MergedDirectiveDef(
        directive,
        arguments={
            "graph": MergedInput("graph", type="join__Graph!"),
            "name": MergedInput("name", type="String!"),
        },
        locations=("OBJECT",),
        repeatable=True,
        executable=False,
    )
    for checked in merging.subgraphs:
        graph = merging.graph(checked)
        for type_, name in checked.subgraph.own_names.items():
            merged.own_names.setdefault(graph, {})[type_] = name
            merged.types[type_].joins.append(f'@{directive}(graph: {graph}, name: "{name}")')
