"""One run of a program, by the interpreter: fetches start as soon as what they need is there.

Enters: a ``Program`` and a ``RunContext``. Leaves: an ``Outcome`` (the client's data and its problems).
There is no task per fetch: each answer's callback merges it and starts the fetches that waited for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeAlias

import msgspec

from .entity_calls import EntityCall
from .entity_requests import EntityRequests
from .errors import Problem
from .faults import Fault, explain_faults
from .introspect import introspect
from .json_codec import JsonObject
from .make_fault import root_fault
from .problems import Problems
from .program import Program, Step
from .read_answer import BadAnswer, SubgraphAnswer, read_answer, transport_failure
from .request_body import render_body
from .run_state import RunContext, RunState
from .transport import Eventual, ResponseFuture, TransportError

Asked: TypeAlias = "tuple[Step | Sequence[EntityCall], ResponseFuture]"
"""A request under way or answered: of a root step, or of entities."""


class Outcome(msgspec.Struct):
    """The client's ``data`` and ``errors``; or ``body``, the whole response."""

    data: JsonObject | None
    problems: list[Problem]
    body: bytes | None = None


class PlanRun:
    """The scheduler of one run.

    ``asked`` is what a run that could not go on has asked for: it is not asked again.
    """

    __slots__ = (
        "_asked_roots",
        "_done",
        "_entities",
        "_program",
        "_ready",
        "_state",
        "_unfinished",
        "_waits",
    )

    def __init__(
        self,
        program: Program,
        context: RunContext,
        done: Eventual[Outcome] | None = None,
        asked: Iterable[Asked] = (),
    ) -> None:
        self._program = program
        self._state = RunState.new(program, context)
        self._entities = EntityRequests(self._state, self._finish, self._guarded)
        self._waits = list(program.waits)
        self._ready: list[Step] = []
        self._unfinished = len(program.steps)
        self._done: Eventual[Outcome] = Eventual() if done is None else done
        self._asked_roots: dict[int, ResponseFuture] = {}
        for what, future in asked:
            if isinstance(what, Step):
                self._asked_roots[what.fetch.id] = future
            else:
                self._entities.adopt(what, future)

    def start(self) -> Eventual[Outcome]:
        """Start the fetches that wait for nothing."""
        steps = zip(self._program.steps, self._waits, strict=True)
        self._ready += [step for step, waits in steps if not waits]
        self._go_on()
        return self._done

    def resume(
        self, data: JsonObject | None, faults: list[Fault], *, has_more: bool = False
    ) -> Eventual[Outcome]:
        """Start after the first fetch, whose data are there already (an event of a subscription)."""
        self._state.data = data or {}
        self._state.faults += faults
        self._state.has_more_faults = has_more
        self._finish(self._program.steps[0])
        self._go_on()
        return self._done

    def _go_on(self) -> None:
        """Start what is ready; a fetch that has nothing to ask for is finished at once."""
        while self._ready:
            step = self._ready.pop(0)
            if not self._start_step(step):
                self._finish(step)
        self._entities.flush()
        self._progress()

    def _progress(self) -> None:
        if not self._unfinished and not self._done.done():
            self._end(self._outcome())

    def _end(self, outcome: Outcome) -> None:
        """Answer, and untie what refers to one another: else all data wait for the garbage collector."""
        self._done.set_result(outcome)
        del self._entities

    def _start_step(self, step: Step) -> bool:
        if step.gather is None:
            self._send_root(step, [self._state.data])
            return True
        waits = False
        for batch in step.gather(self._state.data):
            if batch.representations:
                waits = self._entities.add(step, batch) or waits
            else:
                self._send_root(step, batch.targets[0])
                waits = True
        return waits

    def _send_root(self, step: Step, targets: list[JsonObject]) -> None:
        future = self._asked_roots.pop(step.fetch.id, None) or start_root(step, self._state)
        future.add_done_callback(partial(self._guarded, partial(self._root_answered, step, targets)))

    def _guarded(self, take: Callable[[ResponseFuture], None], future: ResponseFuture) -> None:
        """Take an answer and go on; a bug ends the run, not the event loop's patience."""
        if self._done.done():  # the client is gone
            return
        try:
            take(future)
            if not self._done.done():
                self._go_on()
        except Exception as bug:
            self._done.set_exception(bug)

    def _root_answered(self, step: Step, targets: list[JsonObject], future: ResponseFuture) -> None:
        service = step.fetch.service
        try:
            limit = self._state.context.errors_limit
            fetch = step.fetch
            answer = read_answer(future.result(), service, fetch.shape, limit, fetch.type_names)
        except TransportError as error:
            self._fail_root(step, transport_failure(error, service))
        except BadAnswer as bad:
            self._fail_root(step, bad)
        else:
            self._take_root(step, targets, answer)
        self._finish(step)

    def _take_root(self, step: Step, targets: list[JsonObject], answer: SubgraphAnswer) -> None:
        if answer.data is not None:
            for target in targets:
                step.merge_root(target, answer.data)
        self._state.faults += [root_fault(step, answer, error) for error in answer.errors]
        self._state.has_more_faults |= answer.has_more

    def _fail_root(self, step: Step, bad: BadAnswer) -> None:
        self._state.faults.append(Fault(step.fetch, str(bad), bad.code))

    def _finish(self, step: Step) -> None:
        """Count a step as finished; steps that waited for nothing else are ready."""
        self._unfinished -= 1
        if self._mutation_ends(step):
            self._unfinished = 0
            return
        for later in step.dependents:
            self._waits[later] -= 1
            if not self._waits[later]:
                self._ready.append(self._program.steps[later])

    def _mutation_ends(self, step: Step) -> bool:
        """A non-null root field of a mutation that is null ends it: later ones do not run (§6.2.2)."""
        required = self._program.required_root
        if self._program.plan.kind != "mutation" or step.gather is not None or not required:
            return False
        return any(source in required and self._state.data.get(source) is None for source in step.fetch.shape)

    def _outcome(self) -> Outcome:
        state, program = self._state, self._program
        problems = Problems(state.context.errors_limit, has_more=state.has_more_faults)
        if state.faults:
            explain_faults(program.plan, state.data, state.faults, problems)
        data = state.data
        if program.plan.introspection is not None:
            variables = state.context.variables
            data = {**data, **introspect(program.plan.introspection, program.schema, variables)}
        return Outcome(program.project(data, problems), problems)


def start_root(step: Step, state: RunState) -> ResponseFuture:
    """Ask for root fields."""
    fetch, context = step.fetch, state.context
    body = render_body(step.template, state.variables, None)
    return context.subgraphs.start(fetch.service, body, context.headers, idempotent=fetch.kind != "mutation")
