"""Checked subgraphs → the merged supergraph, and everything that their disagreements call for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..report import Report
from ..settings import CompositionSettings
from ..subgraph.build import Checked
from .build_rules import build_rules
from .check_merged import check_merged
from .context import Merging
from .hint_versions import hint_versions
from .merge_directive_definitions import merge_directive_definitions
from .merge_elements import merge_element
from .merge_types import merge_enums, merge_types
from .merged import Merged
from .note_own_names import note_own_names


def merge_subgraphs(subgraphs: Sequence[Checked], settings: CompositionSettings, report: Report) -> Merging:
    """Merge; what the report holds afterwards decides whether the result is whole."""
    merged = Merged(
        graph_names([c.subgraph.name for c in subgraphs]),
        {c.subgraph.name: c.subgraph.url for c in subgraphs},
    )
    before = len(report.errors)
    merging = Merging(subgraphs, merged, build_rules(subgraphs, merged, settings, report), report)
    hint_versions(subgraphs, report)
    merge_types(merging)
    merge_directive_definitions(merging)
    merge_enums(merging)
    merge_element(merging, merged.schema, [(c, c.subgraph.schema) for c in subgraphs], "schema")
    if len(report.errors) == before:
        check_merged(merging)
        note_own_names(merging)
    return merging


def graph_names(names: Sequence[str]) -> dict[str, str]:
    """Make an enum value of each subgraph's name: ``my-graph`` → ``MY_GRAPH``."""
    values: dict[str, list[str]] = {}
    for name in names:
        value = re.sub(r"[^A-Z0-9_]", "_", name.upper())
        value = f"_{value}" if value[:1].isdigit() else value
        values.setdefault(re.sub(r"_(\d+)\Z", r"_\1_", value), []).append(name)
    return {
        name: value if len(same) == 1 else f"{value}_{position}"
        for value, same in values.items()
        for position, name in enumerate(same, 1)
    }
