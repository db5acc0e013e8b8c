"""What composition means, and what is read back from what it writes: both as one comparable model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphql import parse, print_ast

from router.composition import CompositionSettings, SubgraphSource
from router.composition.compose import read_all
from router.composition.merge.merge import merge_subgraphs
from router.composition.merge.to_supergraph import to_supergraph
from router.composition.print_sdl import print_supergraph
from router.composition.report import Report
from router.supergraph import Supergraph, read_supergraph

COMPOSITE = ("object", "interface", "union")


@dataclass(frozen=True)
class Models:
    """``meant`` is the model before it was written, ``read`` after, ``again`` after one more round."""

    sdl: str
    meant: object
    read: object
    again: object


def models_of(sources: Sequence[SubgraphSource]) -> Models | None:
    """Compose and read back; None if the sources don't merge. Satisfiability isn't looked at."""
    report = Report()
    settings = CompositionSettings()
    checked = read_all(sources, settings, report)
    if report.errors:
        return None
    merged = merge_subgraphs(checked, settings, report).merged
    if report.errors:
        return None
    sdl = print_supergraph(merged)
    return Models(
        sdl,
        meant=comparable(to_supergraph(merged)),
        read=comparable(read_supergraph(sdl)),
        again=comparable(read_supergraph(print_ast(parse(sdl)))),
    )


def comparable(supergraph: Supergraph) -> object:
    """Everything but the document; the order of members says nothing, and leaves have no fields."""
    by_graph = {
        graph: {
            n: replace(t, members=tuple(sorted(t.members))) for n, t in types.items() if t.kind in COMPOSITE
        }
        for graph, types in supergraph.subgraph_types.items()
    }
    return by_graph, supergraph.types, supergraph.subgraphs, supergraph.roots, supergraph.labels
