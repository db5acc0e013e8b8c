"""The pipeline: subgraph SDLs → supergraph SDL.

Enters: ``SubgraphSource``s. Leaves: a ``Composition``: supergraph and API SDL, or errors; hints either way.
Each stage stops the ones after it where it found errors, as those would only report the consequences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..query_graph import build_graph
from .api_schema import api_of
from .check_api_schema import check_api_schema
from .check_sources import check_sources
from .contract import Contract, apply_contract
from .find_places import find_places
from .merge.merge import merge_subgraphs
from .merge.merged import Merged
from .merge.to_supergraph import to_supergraph
from .pause_collector import paused_collector
from .print_sdl import print_api, print_supergraph
from .report import CompositionError, Hint, Report
from .satisfiability.explain import report_proof
from .satisfiability.prove import prove
from .settings import CompositionSettings
from .subgraph.build import Checked, check_subgraph, read_subgraph
from .subgraph.model import SubgraphSource
from .subgraph.rename_roots import rename_roots
from .upgrade.upgrade import upgrade_subgraphs


@dataclass(frozen=True, slots=True)
class Composition:
    """The outcome. ``supergraph_sdl`` and ``api_sdl`` are None exactly when there are ``errors``."""

    supergraph_sdl: str | None
    api_sdl: str | None
    errors: tuple[CompositionError, ...]
    hints: tuple[Hint, ...]

    @property
    def ok(self) -> bool:
        """Whether the subgraphs compose."""
        return not self.errors


DEFAULTS = CompositionSettings()


def compose(
    subgraphs: Sequence[SubgraphSource],
    settings: CompositionSettings = DEFAULTS,
    contract: Contract | None = None,
) -> Composition:
    """Compose subgraphs; a contract hides what is outside it. Never raises for what the SDLs say."""
    report = Report()
    with paused_collector():
        merged = _merge(subgraphs, settings, report)
        if merged is not None and contract is not None:
            apply_contract(merged, contract, report)
        api = api_of(merged) if merged is not None and not report.errors else None
        if api is not None:
            check_api_schema(api, report)
        if merged is None or api is None or report.errors:
            return Composition(None, None, tuple(report.errors), tuple(report.hints))
        return Composition(print_supergraph(merged), print_api(api), (), tuple(report.hints))


def _merge(
    subgraphs: Sequence[SubgraphSource], settings: CompositionSettings, report: Report
) -> Merged | None:
    check_sources(subgraphs, settings, report)
    checked = [] if report.errors else read_all(subgraphs, settings, report)
    if report.errors:
        return None
    merging = merge_subgraphs(checked, settings, report)
    if not report.errors and settings.satisfiability:
        check_satisfiability(merging.merged, settings, report)
    find_places(report, [c.subgraph for c in checked])
    return None if report.errors else merging.merged


def check_satisfiability(merged: Merged, settings: CompositionSettings, report: Report) -> None:
    """Prove that every query can be answered."""
    graph = build_graph(to_supergraph(merged))
    proof = prove(graph, settings.max_satisfiability_states)
    report_proof(proof, graph, report, settings.max_satisfiability_states)


def read_all(
    subgraphs: Sequence[SubgraphSource], settings: CompositionSettings, report: Report
) -> list[Checked]:
    """Read and check each subgraph by itself, in the order of their names; upgrade those of Federation 1."""
    ordered = sorted(subgraphs, key=lambda s: s.name)
    read = [found for s in ordered if (found := read_subgraph(s, settings, report)) is not None]
    checked = [check_subgraph(*found, report) for found in read if found[0].is_fed2]
    if report.errors:
        return []
    old = [found for found in read if not found[0].is_fed2]
    upgrade_subgraphs([subgraph for subgraph, _ in read], report)
    if not report.errors:
        checked += [check_subgraph(*found, report) for found in old]
    for each in checked:
        rename_roots(each, report)
    return sorted(checked, key=lambda c: c.subgraph.name)
