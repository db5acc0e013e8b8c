"""Questions about several paths at once: which are there already, which wait for which, which are best."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

from .paths import Path


def best_of_each_node(paths: Iterable[Path]) -> list[Path]:
    """Keep, for each node reached, the two paths of fewest hops: more cannot be cheaper by much."""
    kept: dict[tuple[str, str], list[Path]] = {}
    for path in dict.fromkeys(paths):
        node = path.at if path.node else (path.parent or path).at
        kept.setdefault((node.subgraph, node.name), []).append(path)
    return [p for same in kept.values() for p in (same if len(same) < 3 else sorted(same, key=hops)[:2])]


def leaf_sent(bases: Sequence[Path], source: str) -> list[Path] | None:
    """Find a leaf that was sent to get to any of the paths, or asked for before: it is there already."""
    for base in bases:
        at = base
        while at.kind in ("down", "jump") and at.parent is not None:
            for known in at.conditions:
                if known.source == source and known.position is base.position and known.node is None:
                    return [known]
            at = at.parent
        if at is not base and at.at.is_interface_object:
            asked = [known for known in at.children() if known.is_asked and known.source == source]
            if asked:
                return asked
    return None


def is_there(base: Path, condition: Path) -> bool:
    """Whether a base's subgraph has a value at hand: its own, or one that was sent to get to the base."""
    if condition.depth > base.depth:
        return False
    if condition.parent is None or condition.parent.at.subgraph == base.at.subgraph:
        return True
    at = base
    while at.kind in ("down", "jump") and at.parent is not None:
        if condition in at.conditions:
            return True
        at = at.parent
    return False


def answered(bases: Sequence[Path], source: str, marks: str, settled: Set[Path]) -> list[Path]:
    """Find the settled paths that answer a field, here or where the object was looked up."""
    found, pending = list[Path](), list(bases)
    while pending:
        for child in pending.pop().children():
            if child not in settled:
                continue
            if child.kind == "jump":
                pending.append(child)
            elif child.source == source and child.field is not None and child.field.marks == marks:
                found.append(child)
    return found


def hops(path: Path) -> int:
    """Count the fetches on the way."""
    return sum(p.hop is not None for p in lineage(path))


def lineage(path: Path) -> set[Path]:
    """The path and all that it goes on from."""
    found, at = set[Path](), path
    while at.parent is not None:
        found.add(at)
        at = at.parent
    found.add(at)
    return found


def weight(jump: Path) -> tuple[int, int]:
    """Order jumps to one node: the fewer fetches and values before it, the better."""
    return jump.depth, len(jump.conditions)


def waits_for(conditions: Iterable[Path], hop: object) -> bool:
    """Whether what a path needs comes from a fetch, directly or not."""
    pending, seen = list(conditions), set[Path]()
    while pending:
        path = pending.pop()
        if path in seen:
            continue
        seen.add(path)
        if path.hop is hop:
            return True
        pending += path.conditions
        if path.parent is not None:
            pending.append(path.parent)
    return False
