"""Selections of an operation → fetch steps, in an order in which they could run."""

from __future__ import annotations

from collections.abc import Iterable

from ..operation import Field, Selections
from ..query_graph import Explorer, Path, Position, Unreachable, choose
from ..supergraph import RootKind
from .fetch_graph import FetchGraph


def take_steps(
    explorer: Explorer, kind: RootKind, position: Position, selections: Selections, max_choices: int
) -> list[FetchGraph]:
    """Find the cheapest steps. A mutation has one fetch graph for each run of root fields in one subgraph.

    Raises Unreachable and TooManyPaths.
    """
    if kind != "mutation":
        return [_take(explorer, explorer.start(kind, position), selections, max_choices)]
    return [
        _take(explorer, explorer.start(kind, position, subgraph), run, max_choices)
        for subgraph, run in _runs(explorer, selections)
    ]


def _take(explorer: Explorer, bases: list[Path], selections: Selections, max_choices: int) -> FetchGraph:
    asked = tuple(s for s in selections if not isinstance(s, Field) or s.name != "__typename")
    explorer.demands = []
    graph = FetchGraph()
    if asked:
        explorer.walk(bases, asked)
        for path in choose(explorer.demands, (), max_choices):
            graph.place(path)
    return graph


def _runs(explorer: Explorer, selections: Selections) -> Iterable[tuple[str, Selections]]:
    """Cut a mutation where the next root field belongs to another subgraph: order is all that counts."""
    runs: list[tuple[str, list[Field]]] = []
    for item in selections:
        if not isinstance(item, Field) or item.name == "__typename":
            continue
        bases = explorer.start("mutation")
        owners = [b.at.subgraph for b in bases if explorer.options([b], item)]
        if not owners:
            raise Unreachable(item.parent, item.name, bases)
        if runs and runs[-1][0] in owners:
            runs[-1][1].append(item)
        else:
            runs.append((owners[0], [item]))
    return [(subgraph, tuple(run)) for subgraph, run in runs]
