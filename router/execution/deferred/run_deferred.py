"""One run whose response comes in parts.

Enters: a program whose plan has deferred selections. Leaves: an ``Initial`` as soon as the fetches of part 0
have ended, then an ``Update`` whenever other parts are complete. All fetches start as in any run: when what
they need is there.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

from ..errors import Problem
from ..introspect import introspect
from ..json_codec import JsonObject
from ..parts import PendingPart
from ..problems import Problems
from ..program import Program, Step
from ..run import PlanRun
from ..run_state import RunContext
from .explain_part import explain_initial, explain_part
from .pending_parts import INITIAL_PART, initial_part, project_part, settle_type


@dataclass(frozen=True, slots=True, eq=False)
class Announced:
    """A part at one object that the client knows is to come; ``id`` is unique in the response."""

    id: str
    part: PendingPart


@dataclass(frozen=True, slots=True)
class Initial:
    """The first part of a response."""

    data: JsonObject | None
    problems: list[Problem]
    announced: list[Announced]


@dataclass(frozen=True, slots=True)
class PartResult:
    """A part that is complete; no data: a null went up to the object that the fragment stands in."""

    announced: Announced
    data: JsonObject | None
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class Update:
    """Parts that are complete, and the parts that were deferred inside them."""

    results: list[PartResult]
    announced: list[Announced]
    has_next: bool


class DeferredRun(PlanRun):
    """The scheduler of a run in parts. Close ``updates`` to leave it."""

    __slots__ = ("_ids", "_left", "_moved", "_waiting")

    def __init__(self, program: Program, context: RunContext) -> None:
        super().__init__(program, context)
        self._left = Counter(part for step in program.steps for part in step.fetch.parts)
        self._moved = asyncio.Event()
        self._waiting: list[Announced] = []
        self._ids = itertools.count()
        self._done.add_done_callback(lambda _: self._moved.set())

    def _finish(self, step: Step) -> None:
        super()._finish(step)
        self._left.subtract(step.fetch.parts)

    def _progress(self) -> None:
        self._moved.set()

    async def initial(self) -> Initial:
        """Run until the initial part is complete."""
        self.start()
        await self._until(lambda: self._ended(INITIAL_PART))
        state, program = self._state, self._program
        problems = Problems(state.context.errors_limit, has_more=state.has_more_faults)
        explain_initial(program.plan, state.data, state.faults, problems)
        if program.plan.introspection is not None:
            # in place: a part deferred at the root reads the same object later
            state.data.update(introspect(program.plan.introspection, program.schema, state.context.variables))
        data, pending = project_part(state, initial_part(state), problems)
        return Initial(data, problems, self._announce(pending))

    def _announce(self, pending: list[PendingPart]) -> list[Announced]:
        announced = [Announced(str(next(self._ids)), part) for part in pending]
        self._waiting += announced
        return announced

    def _ended(self, part: int) -> bool:
        """Whether nothing more will come for a part."""
        return not self._unfinished or not self._left[part]

    async def _until(self, happened: Callable[[], bool]) -> None:
        while not happened():
            self._moved.clear()
            await self._moved.wait()
            if self._done.done():
                self._done.result()  # raises: a bug ended the run

    async def updates(self) -> AsyncGenerator[Update]:
        """Give the deferred parts as they become complete."""
        try:
            while self._waiting:
                await self._until(lambda: any(self._ended(each.part.deferred.id) for each in self._waiting))
                yield self._update()
        finally:
            self._done.cancel()  # answers that still come are nobody's

    def _update(self) -> Update:
        waiting, ready, self._waiting = self._waiting, list[Announced](), []
        for each in waiting:
            (ready if self._ended(each.part.deferred.id) else self._waiting).append(each)
        nested: list[PendingPart] = []
        results: list[PartResult] = []
        problems = self._problems_of(ready)
        for each in ready:
            part = settle_type(self._program, each.part)
            if part is None:
                results.append(PartResult(each, {}, []))
                continue
            data, pending = project_part(self._state, part, problems[each.id])
            results.append(PartResult(each, data, problems[each.id]))
            nested += pending
        announced = self._announce(nested)
        return Update(results, announced, bool(self._waiting))

    def _problems_of(self, ready: list[Announced]) -> dict[str, Problems]:
        """Explain what failed, to the part that it is about."""
        state = self._state
        found = {each.id: Problems(state.context.errors_limit) for each in ready}
        if state.faults:
            for number in {each.part.deferred.id for each in ready}:
                places = {each.part.path: found[each.id] for each in ready if each.part.deferred.id == number}
                explain_part(self._program.plan, state.data, state.faults, number, places)
        return found
