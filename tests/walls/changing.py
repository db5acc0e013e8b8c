"""A mutation is tried: somebody allowed succeeds; then, with all prepared anew, strangers try in vain; and
then somebody allowed succeeds again, which proves that they could have.

In vain: not one row of the marketplace has changed on any shard, nor what Valkey keeps of it, and what they
are told is not its.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from tests.walls.aims import MAY_BE_NOTHING
from tests.walls.canaries import canaries_in, changed
from tests.walls.changes import BOOK, Prepared
from tests.walls.crowd import Crowd
from tests.walls.graph import Answer, Graph, Person
from tests.walls.operations import Found, found_in, mutation
from tests.walls.paths import Path, Step
from tests.walls.reading import REFUSALS, Tally

_REFUSALS = REFUSALS | {"BAD_CREDENTIALS", "ACCOUNT_DEACTIVATED"}


class NotInTheBook(AssertionError):
    """The test does not know how to prepare a mutation."""


@dataclass(frozen=True, slots=True)
class Change:
    """A mutation with the paths of its payload."""

    root: Step
    paths: Sequence[Path]
    graph: Graph

    @property
    def name(self) -> str:
        return self.root.name

    async def ask(self, prepared: Prepared, person: Person) -> Answer:
        return await self.graph.ask(mutation(self.root, self.paths, prepared.arguments), person)

    def found(self, answer: Answer) -> dict[Path, list[Found]]:
        """What the payload has at the end of each path."""
        payload = (answer.data or {}).get(self.name) or {}
        return {path: list(found_in(payload.get(f"p{n}"), path[2:])) for n, path in enumerate(self.paths)}

    def errors(self, answer: Answer) -> set[str]:
        """The codes of both kinds."""
        payload = (answer.data or {}).get(self.name) or {}
        return answer.codes | {error["code"] for error in payload.get("errors") or []}


async def try_change(change: Change, crowd: Crowd, tally: Tally) -> None:
    """All of it."""
    if change.name not in BOOK:
        raise NotInTheBook(f"Mutation.{change.name}: say how it is prepared in tests/walls/changes")
    world = crowd.world
    friend = await _succeed(change, await BOOK[change.name](world), crowd, tally)
    if friend is None:
        return
    prepared = await BOOK[change.name](world)
    await world.tools.quiet.wait()
    await _in_vain(change, prepared, crowd, tally)
    await _succeed(change, prepared, crowd, tally)
    await world.tools.quiet.wait()


async def _succeed(change: Change, prepared: Prepared, crowd: Crowd, tally: Tally) -> str | None:
    """Whoever may, and is given all that the payload has."""
    told = list[str]()
    for name in sorted(prepared.may):
        answer = await change.ask(prepared, crowd.named(name))
        missing = [
            path[-1].coordinate
            for path, found in change.found(answer).items()
            if not any(value for _, value in found) and path[-1].coordinate not in MAY_BE_NOTHING
        ]
        if not change.errors(answer) and not missing:
            return name
        told.append(f"{name} got no {missing}: {answer.text[:500]}")
    tally.failures.append("\n    ".join([f"{change.name}: nobody who may is given all of it", *told]))
    return None


async def _in_vain(change: Change, prepared: Prepared, crowd: Crowd, tally: Tally) -> None:
    ids, before = await crowd.rows.ids(), await crowd.rows.digest()
    for person in crowd.strangers(prepared.may | prepared.aside):
        tally.tries += 1
        answer = await change.ask(prepared, person)
        after = await crowd.rows.digest()
        name = f"{change.name}: {person.name}"
        if different := changed(before, after):
            tally.crossings.append(f"{name} changed {different}: {answer.text[:500]}")
        if theirs := _theirs(change, prepared, answer, person, crowd, ids):
            tally.crossings.append(f"{name} got {theirs}: {answer.text[:500]}")
        is_his = crowd.is_outside(person) and prepared.elsewhere
        if not is_his and (odd := change.errors(answer) - _REFUSALS):
            tally.failures.append(f"{name} got {odd}, which is no refusal: {answer.text[:500]}")
        before = after


def _theirs(
    change: Change, prepared: Prepared, answer: Answer, person: Person, crowd: Crowd, ids: frozenset[str]
) -> list[object]:
    """What a stranger was told that is not his; what he has said himself he may hear again."""
    if crowd.is_outside(person) and prepared.elsewhere:
        given = json.dumps(dict(prepared.arguments))
        return list(canaries_in(answer.text, crowd.world.tenant, ids, given))
    return [value for found in change.found(answer).values() for _, value in found if value]
