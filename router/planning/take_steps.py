"""Selections of an operation → fetch steps, in an order in which they could run."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from ..operation import Field, Selections
from ..query_graph import Explorer, Path, Position, Unreachable, choose, price
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
        owner = _owner(explorer, item)
        if runs and runs[-1][0] == owner:
            runs[-1][1].append(item)
        else:
            runs.append((owner, [item]))
    return [(subgraph, tuple(run)) for subgraph, run in runs]


def _owner(explorer: Explorer, field: Field) -> str:
    """Find the subgraph to send a mutation's root field to: the one from which the rest is cheapest."""
    bases = explorer.start("mutation")
    owners = [b for b in bases if explorer.options([b], field)]
    if not owners:
        raise Unreachable(field.parent, field.name, bases)
    if len(owners) == 1:
        return owners[0].at.subgraph
    prices = {b.at.subgraph: _price(explorer, b, field) for b in owners}
    return min(prices, key=lambda name: prices[name])


def _price(explorer: Explorer, base: Path, field: Field) -> float:
    explorer.demands = []
    try:
        explorer.walk([base], (field,))
    except Unreachable:
        return inf
    return price(choose(explorer.demands, ()))
