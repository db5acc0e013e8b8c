"""One run of a compiled plan: straight on while all is regular, and over again where it is not.

Enters: a program that is compiled, and a ``RunContext``. Leaves: an ``Outcome``.

Generated code decodes, merges and projects; here is only when. At the first answer that it was not written
for (an error, a value of another kind, a null where none may be) the run starts over in the interpreter, with
what was asked already: requests under way and answers that came are not asked for again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from .combine_calls import CombinedTemplate, render_combined
from .compiled_plan import CompiledPlan, CompiledStep
from .entity_calls import EntityCall
from .introspect import introspect
from .json_codec import JsonObject
from .program import Batch, Program, Step
from .request_body import render_body
from .run import Asked, Outcome, PlanRun
from .run_state import RunContext
from .shared_calls import SharedCalls
from .start_overs import Irregular, Reason, reason_of, report_start_over
from .transport import Eventual, HttpResponse, ResponseFuture
from .typed_answer import Decode, convert

NO_CONTEXT: dict[str, bytes] = {}


@dataclass(slots=True, eq=False)
class StraightCall:
    """One list of entities that one fetch alone waits for: ``targets[i]`` for the i-th representation's."""

    step: Step
    representations: list[bytes]
    targets: list[list[Any]]


Call: TypeAlias = StraightCall | EntityCall
Calls: TypeAlias = Sequence[Call]


class CompiledRun:
    """The scheduler of one run, and the data that generated functions share (``RunData``)."""

    __slots__ = (
        "_asked",
        "_context",
        "_done",
        "_event",
        "_left",
        "_new",
        "_over",
        "_plan",
        "_program",
        "_ready",
        "_shared",
        "_under_way",
        "_variables",
        "_waits",
        "_waits_for_round",
        "data",
        "holes",
        "tables",
    )

    def __init__(self, program: Program, plan: CompiledPlan, context: RunContext) -> None:
        self.data: JsonObject = {}
        self.tables = [make() for make in plan.tables]
        self.holes = False
        self._program = program
        self._plan = plan
        self._context = context
        self._variables = context.variables_json() if context.variables else NO_CONTEXT
        self._waits = list(program.waits)
        self._left = len(plan.steps)
        self._ready: list[CompiledStep] = []
        self._new: list[Call] = []
        self._shared: SharedCalls | None = None
        self._asked: list[tuple[Step | Calls, ResponseFuture]] = []
        self._under_way = 0
        self._waits_for_round = False
        self._over = False
        self._event: JsonObject | None = None
        self._done: Eventual[Outcome] = Eventual()

    def start(self) -> Eventual[Outcome]:
        """Start the fetches that wait for nothing."""
        self._ready += self._plan.roots
        try:
            self._go_on()
        except Exception as error:
            self._start_over(error)
        return self._done

    def resume(self, data: JsonObject) -> Eventual[Outcome]:
        """Start after the first fetch, whose data are there already (an event of a subscription)."""
        self._event = data
        try:
            stream = self._plan.steps[0]
            self._take_root(stream, convert(data, stream.layout))
            self._go_on()
        except Exception as error:
            self._start_over(error)
        return self._done

    def _go_on(self) -> None:
        """Start what is ready; a fetch that has nothing to ask for is finished at once."""
        ready = self._ready
        while ready:
            step = ready.pop(0)
            if step.gather is None:
                self._ask_root(step)
            else:
                self._gather(step)
        if self._new:
            if self._under_way and self._may_be_joined():
                self._send_later()
            else:
                self._send_new()
        if not self._left:
            self._end()

    def _may_be_joined(self) -> bool:
        """Whether answers under way could make fetches ready that go out in the same request."""
        return self._context.combine and any(call.step.fetch.service in self._plan.busy for call in self._new)

    def _send_later(self) -> None:
        """Send in the event loop's next round: first come the answers that are there already."""
        if not self._waits_for_round:
            self._waits_for_round = True
            asyncio.get_running_loop().call_soon(self._round_ends)

    def _round_ends(self) -> None:
        self._waits_for_round = False
        if self._over or self._done.done():
            return
        try:
            if self._new:
                self._send_new()
        except Exception as error:
            self._start_over(error)

    def _ask_root(self, step: CompiledStep) -> None:
        body = step.body or render_body(step.template, self._variables, None)
        context = self._context
        future = context.subgraphs.start(step.service, body, context.headers, idempotent=step.is_query)
        self._under_way += 1
        self._asked.append((self._program.steps[step.id], future))
        future.add_done_callback(partial(self._root_answered, step))

    def _gather(self, step: CompiledStep) -> None:
        gather = (step.gather_unknown if self._context.reuse else None) or step.gather
        assert gather is not None
        representations, targets = gather(self)
        if not representations:
            self._finish(step)
        elif step.is_shared:
            self._share(step, representations, targets)
        else:
            self._new.append(StraightCall(self._program.steps[step.id], representations, targets))

    def _share(self, step: CompiledStep, representations: list[bytes], targets: list[list[Any]]) -> None:
        """Ask for what was not asked before; what is there already is taken from there."""
        if self._shared is None:
            self._shared = SharedCalls(self._plan.steps)
        batch = Batch(representations, targets)
        fresh, there, waits = self._shared.share_out(self._program.steps[step.id], batch)
        if fresh is not None:
            self._new.append(fresh)
        assert step.take_entities is not None
        for waiting, entities in there:
            step.take_entities(self, waiting, entities)
        if not waits:
            self._finish(step)

    def _send_new(self) -> None:
        """Send what was gathered, one request for each subgraph if that is possible."""
        new, self._new = self._new, []
        if len(new) == 1 or not self._context.combine:
            for call in new:
                self._send_alone(call)
            return
        for calls, template in self._program.combinations.group(new):
            if template is None:
                self._send_alone(calls[0])
            else:
                self._send_together(calls, template)

    def _send_together(self, calls: Calls, template: CombinedTemplate) -> None:
        representations = [call.representations for call in calls]
        body = render_combined(template, self._variables, [NO_CONTEXT] * len(calls), representations)
        self._ask(calls, body, self._plan.decoder(tuple(call.step.fetch.id for call in calls)))

    def _send_alone(self, call: Call) -> None:
        step = self._plan.steps[call.step.fetch.id]
        self._ask((call,), render_body(step.template, self._variables, call.representations), step.decode)

    def _ask(self, calls: Calls, body: bytes, decode: Decode) -> None:
        context = self._context
        service = calls[0].step.fetch.service
        future = context.subgraphs.start(service, body, context.headers, idempotent=True)
        self._under_way += 1
        self._asked.append((calls, future))
        future.add_done_callback(partial(self._answered, calls, decode))

    def _root_answered(self, step: CompiledStep, future: ResponseFuture) -> None:
        if self._over or self._done.done():
            return
        self._under_way -= 1
        try:
            response = future.result()
            passes = self._plan.passes
            if passes is not None and passes_through(passes, response):
                self._done.set_result(Outcome(None, [], response.body))
                return
            self._take_root(step, read(step.decode, response))
            self._go_on()
        except Exception as error:
            self._start_over(error)

    def _take_root(self, step: CompiledStep, data: JsonObject) -> None:
        if step.take_root is not None:
            step.take_root(self, data)
        self._program.steps[step.id].merge_root(self.data, data)
        self._finish(step)

    def _answered(self, calls: Calls, decode: Decode, future: ResponseFuture) -> None:
        if self._over or self._done.done():  # the client is gone
            return
        self._under_way -= 1
        try:
            response = future.result()
            answer = read(decode, response)
            for number, call in enumerate(calls):
                key = "_entities" if len(calls) == 1 else f"e{number}"
                self._take_entities(call, getattr(answer, f"f{number}"), (response, key))
            self._go_on()
        except Exception as error:
            self._start_over(error)

    def _take_entities(self, call: Call, entities: list[Any], source: tuple[HttpResponse, str]) -> None:
        if len(entities) != len(call.representations):
            raise Irregular(Reason.COUNT)
        if isinstance(call, EntityCall):
            assert self._shared is not None
            for finished in self._shared.answered(self, call, entities, source):
                self._finish(finished)
            return
        step = self._plan.steps[call.step.fetch.id]
        assert step.take_entities is not None
        step.take_entities(self, call.targets, entities)
        self._finish(step)

    def _finish(self, step: CompiledStep) -> None:
        """Count a step as finished; steps that waited for nothing else are ready."""
        self._left -= 1
        waits = self._waits
        for later in step.dependents:
            waits[later] -= 1
            if not waits[later]:
                self._ready.append(self._plan.steps[later])

    def _end(self) -> None:
        plan = self._program.plan
        if plan.introspection is not None:
            self.data.update(introspect(plan.introspection, self._program.schema, self._context.variables))
        try:
            data = self._plan.project(self)
        except KeyError as absent:  # what no fetch gives was found when the plan was compiled
            raise Irregular(Reason.HOLE) from absent
        self._done.set_result(Outcome(None, [], self._plan.encode({"data": data})))

    def _start_over(self, error: Exception) -> None:
        """Leave the rest, and all that was asked, to the interpreter."""
        if self._over or self._done.done():
            return
        self._over = True
        report = partial(self._report, reason_of(error), error)
        try:
            run = RunAgain(self._program, self._context, self._done, as_asked(self._asked), report)
            if self._event is None:
                run.start()
            else:
                run.resume(self._event, [])
        except Exception as bug:
            self._done.set_exception(bug)

    def _report(self, reason: Reason, error: Exception, outcome: Outcome) -> None:
        """Tell why. Where the interpreter missed nothing, nothing was missing: the code did not find it."""
        if reason is Reason.HOLE and not outcome.problems:
            reason = Reason.FAULT
        report_start_over(reason, error, self._context.text, self._context.metrics)


class RunAgain(PlanRun):
    """The interpreter's run after a compiled one; ``report`` gets its outcome."""

    __slots__ = ("_report",)

    def __init__(
        self,
        program: Program,
        context: RunContext,
        done: Eventual[Outcome],
        asked: Iterable[Asked],
        report: Callable[[Outcome], None],
    ) -> None:
        super().__init__(program, context, done, asked)
        self._report = report

    def _end(self, outcome: Outcome) -> None:
        self._report(outcome)
        super()._end(outcome)


def as_asked(asked: Iterable[tuple[Step | Calls, ResponseFuture]]) -> Iterator[Asked]:
    """The same requests, with nothing of what was done with their answers."""
    for what, future in asked:
        if isinstance(what, Step):
            yield what, future
        else:
            yield [EntityCall(call.step, call.representations, sent=True) for call in what], future


def read(decode: Decode, response: HttpResponse) -> Any:
    """The data of a regular answer."""
    if response.status != 200:
        raise Irregular(Reason.STATUS)
    answer = decode(response.view)
    if answer.errors or answer.data is None:
        raise Irregular(Reason.ERRORS if answer.errors else Reason.NO_DATA)
    return answer.data


def passes_through(check: Decode, response: HttpResponse) -> bool:
    """Whether the only answer of a plan is the client's response, as it is."""
    if response.status != 200:
        return False
    try:
        check(response.view)
    except (ValueError, RecursionError):
        return False
    return True
