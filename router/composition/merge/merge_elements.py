"""Descriptions and directives of an element, whatever it is."""

from __future__ import annotations

from collections.abc import Sequence

from ..subgraph.build import Checked
from ..subgraph.model import Element
from .context import Merging
from .join_directives import join_directives
from .merged import MergedElement


def merge_element(
    merging: Merging, into: MergedElement, sources: Sequence[tuple[Checked, Element]], coordinate: str
) -> None:
    """Merge the description and the directives of one element."""
    into.description = merge_description(merging, [s for _, s in sources], coordinate)
    if any(source.directives for _, source in sources):
        into.applied = merging.rules.merge([s.directives for _, s in sources], coordinate, merging.report)
        into.joins += join_directives(merging, sources)


def merge_description(merging: Merging, sources: Sequence[Element], coordinate: str) -> str | None:
    """Choose the description that most subgraphs give, the first of equals; empty ones don't count."""
    counts: dict[str, int] = {}
    for source in sources:
        if source.description:
            counts[source.description] = counts.get(source.description, 0) + 1
    if len(counts) > 1:
        merging.report.hint(
            "INCONSISTENT_DESCRIPTION",
            f'"{coordinate}" is described differently by the subgraphs',
            coordinate=coordinate,
        )
    return max(counts, key=lambda text: counts[text], default=None)
