"""Selections of an operation → fetch steps: those of the first answer, then those of each deferred part."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from ..operation import DeferredSelections, Field, Selections
from ..query_graph import Explorer, Path, Position, Unreachable, choose, price
from ..supergraph import RootKind
from .fetch_graph import FetchGraph, Group


def take_steps(
    explorer: Explorer,
    kind: RootKind,
    position: Position,
    selections: Selections,
    graph: FetchGraph,
    max_choices: int,
) -> None:
    """Find the cheapest steps. A mutation has a group of them for each run of root fields in one subgraph.

    Raises Unreachable and BudgetExceeded.
    """
    if kind != "mutation":
        _take(explorer, graph, explorer.start(kind, position), selections, max_choices)
        return
    for number, (subgraph, run) in enumerate(_runs(explorer, selections)):
        graph.group = Group(run=number)
        _take(explorer, graph, explorer.start(kind, position, subgraph), run, max_choices)


def take_deferred(
    explorer: Explorer,
    kind: RootKind,
    position: Position,
    parts: Iterable[DeferredSelections],
    graph: FetchGraph,
    max_choices: int,
) -> None:
    """Add the steps of deferred parts; a part builds on the first answer and on the parts around it."""
    settled = {0: frozenset(graph.paths)}
    for part in parts:
        before = frozenset(graph.paths)
        number = part.deferral.id
        graph.group = Group(part=number)
        explorer.begin_part(number, settled[part.parent])
        bases = [path for path in explorer.entered if path in settled[part.parent]]
        if kind != "mutation":
            bases += explorer.start(kind, position)
        _take(explorer, graph, bases, part.selections, max_choices)
        settled[number] = settled[part.parent] | (graph.paths.keys() - before)


def _take(
    explorer: Explorer, graph: FetchGraph, bases: list[Path], selections: Selections, max_choices: int
) -> None:
    asked = tuple(s for s in selections if not isinstance(s, Field) or s.name != "__typename")
    if asked:
        demands = explorer.explore(bases, asked)
        for path in choose(demands, explorer.settled, max_choices, explorer.budget):
            graph.place(path)


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
    try:
        demands = explorer.explore([base], (field,))
    except Unreachable:
        return inf
    return price(choose(demands, (), budget=explorer.budget))
