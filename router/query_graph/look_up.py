"""A path to an entity → the paths to the same entity in other subgraphs, by its keys.

They come in waves: first those whose keys are there, then those whose keys need a fetch.
"""

from __future__ import annotations

from collections.abc import Iterator

from .exploration import Exploration
from .graph import Move
from .path_sets import weight
from .paths import Path
from .resolve_values import Resolver


class Lookups:
    """Finds entity moves; a path remembers those beyond it."""

    def __init__(self, state: Exploration, resolver: Resolver) -> None:
        self._state = state
        self._resolver = resolver

    def waves(self, base: Path) -> Iterator[list[Path]]:
        """Look the object up elsewhere: moves by keys that are there, then by keys that need fetches."""
        number = 0
        if base.part != self._state.part and not base.computing:
            base.part, base.waves, base.exhausted = self._state.part, [], False
        while True:
            if number < len(base.waves):
                yield base.waves[number]
                number += 1
            elif base.exhausted or base.computing or base.kind == "enter":  # all roots are entered anyway
                return
            else:
                base.computing = True
                try:
                    self._next_wave(base)
                finally:
                    base.computing = False

    def _next_wave(self, base: Path) -> None:
        reached = {id(jump.at) for wave in base.waves for jump in wave}
        first = not base.waves
        best: dict[int, Path] = {}
        for move in self._state.graph.moves(base.at):
            if id(move.target) in reached:
                continue
            jump = self._jump(base, move, local=first)
            if jump is not None:
                known = best.get(id(move.target))
                if known is None or weight(jump) < weight(known):
                    best[id(move.target)] = jump
        if not best and not first:
            base.exhausted = True
        else:
            declared = base.position.types  # of several interface objects, prefer the one asked for
            base.waves.append(sorted(best.values(), key=lambda jump: jump.at.name not in declared))

    def _jump(self, base: Path, move: Move, *, local: bool) -> Path | None:
        conditions: tuple[Path, ...] | None = ()
        if move.key is not None:
            if local and not self._state.completeness.complete(base.at, move.key):
                return None
            conditions = self._resolver.resolve(base, move.key)
        if conditions is None:
            return None
        key = (id(move.target), id(move.key), self._state.part)
        path = base.existing(key)
        if path is None:
            path = self._state.grow(base, key, "jump", move.target, base.position)
            path.key = move.key
            path.wait_for(conditions)
            path.hop = base.position.hop(move.target.subgraph, path.depth, self._state.part)
        return path

    def reals(self, base: Path) -> list[Path]:
        """From an interface object to its real interface, where objects have their own types.

        A subgraph that has the interface but none of its types cannot tell an object's type.
        """
        for wave in self.waves(base):
            found = [j for j in wave if j.at.is_abstract and j.at.name == base.at.name and j.at.members]
            if found:
                return found
        return []
