"""Fetches with their dependencies → the tree of Sequence and Parallel nodes that people read."""

from __future__ import annotations

from collections.abc import Sequence

from .plan import Fetch, FetchNode, ParallelNode, PlanNode, QueryPlan, SequenceNode


def plan_tree(plan: QueryPlan) -> PlanNode | None:
    """Build the tree of the fetches that the first answer waits for: all, unless something is deferred."""
    return build_tree([fetch for fetch in plan.fetches if 0 in fetch.parts])


def build_tree(fetches: Sequence[Fetch]) -> PlanNode | None:
    """Build the tree; its depth is the longest chain of dependencies. None if there are no fetches."""
    return _node(list(fetches)) if fetches else None


def _node(fetches: list[Fetch]) -> PlanNode:
    parts = _unrelated(fetches)
    if len(parts) > 1:
        return ParallelNode(tuple(_node(part) for part in parts))
    return _sequence(fetches)


def _sequence(fetches: list[Fetch]) -> PlanNode:
    """First what waits for nothing here, then the rest."""
    ids = {f.id for f in fetches}
    first = [f for f in fetches if not ids.intersection(f.depends_on)]
    rest = [f for f in fetches if ids.intersection(f.depends_on)]
    now = [FetchNode(f) for f in first]
    head: PlanNode = now[0] if len(now) == 1 else ParallelNode(tuple(now))
    if not rest:
        return head
    tail = _node(rest)
    following = tail.nodes if isinstance(tail, SequenceNode) else (tail,)
    return SequenceNode((head, *following))


def _unrelated(fetches: list[Fetch]) -> list[list[Fetch]]:
    """Part fetches into sets that do not depend on one another."""
    group: dict[int, int] = {f.id: f.id for f in fetches}

    def find(i: int) -> int:
        while group[i] != i:
            i = group[i]
        return i

    for fetch in fetches:
        for other in fetch.depends_on:
            if other in group:
                group[find(fetch.id)] = find(other)
    parts: dict[int, list[Fetch]] = {}
    for fetch in fetches:
        parts.setdefault(find(fetch.id), []).append(fetch)
    return list(parts.values())
