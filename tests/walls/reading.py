"""A door is tried: somebody allowed asks for all that is behind it and gets it; then everybody else asks.

Many paths are asked for in one operation, each under an alias of its own at the root, so that no refusal of
one hides what another gives away; where an error leaves no data at all, each is asked for by itself.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from tests.walls.aims import MAY_BE_NOTHING, NO_DATA
from tests.walls.canaries import canaries_in
from tests.walls.crowd import Crowd
from tests.walls.graph import Answer, Operation, Person
from tests.walls.operations import Found, found_in
from tests.walls.paths import Path
from tests.walls.rules import Aim, allowed

Ask = Callable[[Operation, Person], Awaitable[Answer]]
Write = Callable[[Aim, Mapping[str, Path]], Operation]
# How a wall answers. Anything else is about the try itself, which then has proved nothing.
REFUSALS = frozenset({"FORBIDDEN", "NOT_FOUND", "UNAUTHENTICATED"})


@dataclass(frozen=True, slots=True)
class Door:
    """What is behind a door, at what it is aimed, and how it is asked; `at_once`: paths in one operation."""

    name: str
    paths: Sequence[Path]
    aims: Sequence[Aim]
    write: Write
    ask: Ask
    at_once: int = 40

    def named(self, path: Path) -> str:
        return f"{self.name} ▸ {' ▸ '.join(step.coordinate for step in path)}"


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of an answer that is about one path."""

    found: list[Found]
    codes: frozenset[str]
    text: str
    asked: str

    @property
    def gives(self) -> bool:
        return any(value for _, value in self.found)


Pieces = dict[Path, Piece]
_AT_ONCE = 2


@dataclass
class Tally:
    """What came of all tries."""

    tries: int = 0
    crossings: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return f"{self.tries} tries by strangers, {len(self.crossings)} crossings"

    def check(self) -> None:
        """Fail with all that went wrong, by name."""
        if wrong := [*self.crossings, *self.failures]:
            pytest.fail("\n\n".join([f"{len(wrong)} of the walls' tries went wrong", *wrong]), pytrace=False)


async def try_door(door: Door, crowd: Crowd, ids: frozenset[str], tally: Tally) -> None:
    """First those who are allowed; and then all the others, while those ask again."""
    await _try_aims(door, [aim for aim in door.aims if aim.only is None], crowd, ids, tally)
    for aim in door.aims:
        if aim.only is not None:
            await _try_aims(door, [aim], crowd, ids, tally)


async def _try_aims(door: Door, aims: Sequence[Aim], crowd: Crowd, ids: frozenset[str], tally: Tally) -> None:
    reached = await _reach(door, aims, crowd, tally)
    for aim in aims:
        paths = {path: friend for path, (at, friend) in reached.items() if at is aim}
        # A few at once, who must not be given each other's answers; more would wait for the same connections.
        few = asyncio.Semaphore(_AT_ONCE)

        async def ask(
            asked: Sequence[Path], by: Person, few: asyncio.Semaphore = few, aim: Aim = aim
        ) -> Pieces:
            async with few:
                return await _ask(door, aim, asked, by)

        asking = [(person, [p for p in paths if person.name not in allowed(p, aim)]) for person in crowd]
        again = [(friend, list(paths)) for friend in paths.values()][:1]
        pieces = await asyncio.gather(*(ask(asked, by) for by, asked in (*asking, *again)))
        for (person, _), given in zip(asking, pieces, strict=False):
            for path, piece in given.items():
                tally.tries += 1
                _judge(door, path, aim, person, piece, Judge(crowd, ids, tally))


async def _reach(
    door: Door, aims: Sequence[Aim], crowd: Crowd, tally: Tally
) -> dict[Path, tuple[Aim, Person]]:
    """By whom, and aimed at what, each path gives something; what is false or 0 only where it may be."""
    reached, nothing = dict[Path, tuple[Aim, Person]](), dict[Path, tuple[Aim, Person]]()
    told = dict[Path, str]()
    for aim in aims:
        for person in crowd:
            wanted = [p for p in door.paths if p not in reached and person.name in allowed(p, aim)]
            for path, piece in (await _ask(door, aim, wanted, person)).items():
                if piece.gives:
                    reached[path] = aim, person
                elif piece.found and path[-1].coordinate in MAY_BE_NOTHING:
                    nothing.setdefault(path, (aim, person))
                told[path] = f"{told.get(path, '')}\n    {person.name}: {piece.text[:300]}"
    special = aims[0].only is not None and (reached or nothing)  # it need not have all that its like has
    for path in door.paths:
        if path not in reached and path not in nothing and not special:
            why = "nobody who is allowed is given anything by it but null, false or 0"
            tally.failures.append(f"{door.named(path)}: {why}{told.get(path, '')}")
    return nothing | reached


async def _ask(door: Door, aim: Aim, paths: Sequence[Path], person: Person) -> dict[Path, Piece]:
    """What somebody is answered, by path."""
    pieces = dict[Path, Piece]()
    for start in range(0, len(paths), door.at_once):
        aliases = {f"p{n}": path for n, path in enumerate(paths[start : start + door.at_once])}
        asked = door.write(aim, aliases)
        answer = await door.ask(asked, person)
        if answer.data is None and len(aliases) > 1:
            for path in aliases.values():
                pieces |= await _ask(door, aim, [path], person)
        else:
            pieces |= {path: _piece(answer, alias, path, asked) for alias, path in aliases.items()}
    return pieces


def _piece(answer: Answer, alias: str, path: Path, asked: Operation) -> Piece:
    errors = [error for error in answer.errors if (error.get("path") or [alias])[0] == alias]
    value = (answer.data or {}).get(alias)
    text = json.dumps({"data": value, "errors": errors}, ensure_ascii=False)
    # A root field's value is what is behind its step; an entity's is where the first step begins.
    rest = path[1:] if path[0].parent.name in ("Query", "Subscription") else path
    codes = frozenset(error.get("extensions", {}).get("code", "") for error in errors)
    return Piece(list(found_in(value, rest)), codes, text, asked.text)


@dataclass(frozen=True, slots=True)
class Judge:
    """What is needed to tell a crossing."""

    crowd: Crowd
    ids: frozenset[str]
    tally: Tally


def _judge(door: Door, path: Path, aim: Aim, person: Person, piece: Piece, judge: Judge) -> None:
    name = f"{door.named(path)}: {person.name}"
    if odd := piece.codes - REFUSALS:
        judge.tally.failures.append(f"{name} got {set(odd)}, which is no refusal: {piece.text[:300]}")
    if theirs := list(_not_his(path, aim, person, piece, judge)):
        judge.tally.crossings.append(f"{name} got {theirs}\n    {piece.text[:500]}")


def _not_his(path: Path, aim: Aim, person: Person, piece: Piece, judge: Judge) -> Iterable[object]:
    """What a stranger got that is not his own; of another marketplace's people, their own may be there."""
    crowd, ids = judge.crowd, judge.ids
    tenant = crowd.world.tenant
    if crowd.is_outside(person) and not canaries_in(json.dumps(dict(aim.arguments)), tenant, ids):
        return canaries_in(piece.text, tenant, ids)
    if path[-1].coordinate in NO_DATA:
        return ()
    own = crowd.own(person)
    return [value for on_the_way, value in piece.found if value and not own.intersection(on_the_way)]
