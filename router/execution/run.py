"""One run of a program: fetches start as soon as what they need is there.

Enters: a ``Program`` and a ``RunContext``. Leaves: an ``Outcome`` (the client's data and its problems).
There is no task per fetch: each answer's callback merges it and starts the fetches that waited for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import ErrorCode, Problem
from .faults import Fault, SourcePath, explain_faults
from .introspect import introspect
from .json_codec import JsonObject, encode
from .program import Batch, Gather, Program, Step
from .read_answer import BadAnswer, SubgraphAnswer, read_answer, transport_failure
from .request_body import render_body
from .subgraphs import ResponseFuture, Subgraphs
from .transport import NO_HEADERS, Headers, HttpResponse, TransportError

# What generated code raises on data that it was not written for.
_IRREGULAR = (LookupError, TypeError, AttributeError, ValueError)


@dataclass(slots=True)
class RunContext:
    """What a run gets of the client's request: coerced variables, headers to forward."""

    subgraphs: Subgraphs
    variables: Mapping[str, Any] = field(default_factory=dict)
    headers: Headers = NO_HEADERS

    def variables_json(self) -> dict[str, bytes]:
        """Write each variable's value once for all fetches."""
        return {name: encode(value) for name, value in self.variables.items()}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The client's ``data`` and ``errors``."""

    data: JsonObject | None
    problems: list[Problem]


async def run_program(program: Program, context: RunContext) -> Outcome:
    """Run all fetches and project the response."""
    return await PlanRun(program, context).start()


class PlanRun:
    """The state of one run."""

    __slots__ = (
        "_calls",
        "_context",
        "_data",
        "_done",
        "_faults",
        "_program",
        "_regular",
        "_unfinished",
        "_variables",
        "_waits",
    )

    def __init__(self, program: Program, context: RunContext, data: JsonObject | None = None) -> None:
        self._program = program
        self._context = context
        self._data: JsonObject = {} if data is None else data
        self._variables = context.variables_json()
        self._faults: list[Fault] = []
        self._regular = program.fast_project is not None
        """Whether all answers so far fit the schema: then the generated functions may be used."""
        self._waits = [len(step.fetch.depends_on) for step in program.steps]
        self._calls = [0] * len(program.steps)
        self._unfinished = len(program.steps)
        self._done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

    def start(self) -> asyncio.Future[Outcome]:
        """Start the fetches that wait for nothing."""
        self._launch([step for step in self._program.steps if not step.fetch.depends_on])
        self._end_if_finished()
        return self._done

    def resume(self, faults: list[Fault]) -> asyncio.Future[Outcome]:
        """Start after the first fetch, whose data is there already (an event of a subscription)."""
        self._faults += faults
        self._launch(self._finish(self._program.steps[0]))
        self._end_if_finished()
        return self._done

    def _launch(self, ready: list[Step]) -> None:
        """Start steps; one that has nothing to ask for is finished at once."""
        while ready:
            step = ready.pop()
            if not self._start_step(step):
                ready += self._finish(step)

    def _start_step(self, step: Step) -> bool:
        if step.gather is None:
            self._send(step, None)
            return True
        batches = self._gather(step, step.gather)
        for batch in batches:
            self._send(step, batch)
        return bool(batches)

    def _gather(self, step: Step, generic: Gather) -> list[Batch]:
        if self._regular and step.fast is not None and step.fast.gather is not None:
            try:
                return step.fast.gather(self._data)
            except _IRREGULAR:
                self._regular = False
        return generic(self._data)

    def _send(self, step: Step, batch: Batch | None) -> None:
        self._calls[step.fetch.id] += 1
        variables = (
            self._variables if batch is None or not batch.context else {**self._variables, **batch.context}
        )
        representations = None if batch is None else batch.representations or None
        body = render_body(step.template, variables, representations)
        context, fetch = self._context, step.fetch
        idempotent = fetch.kind != "mutation"
        future = context.subgraphs.start(fetch.service, body, context.headers, idempotent=idempotent)
        future.add_done_callback(lambda answered: self._answered(step, batch, answered))

    def _answered(self, step: Step, batch: Batch | None, future: ResponseFuture) -> None:
        if self._done.done():  # the client is gone
            return
        try:
            self._take(step, batch, future)
            self._calls[step.fetch.id] -= 1
            if not self._calls[step.fetch.id]:
                self._launch(self._finish(step))
            self._end_if_finished()
        except Exception as bug:
            self._done.set_exception(bug)

    def _take(self, step: Step, batch: Batch | None, future: ResponseFuture) -> None:
        service = step.fetch.service
        try:
            answer = self._read(step, future.result())
            if batch is None or not batch.representations:
                self._take_root(step, batch, answer)
            else:
                self._take_entities(step, batch, answer)
        except TransportError as error:
            self._fail(step, batch, transport_failure(error, service))
        except BadAnswer as bad:
            self._fail(step, batch, bad)

    def _read(self, step: Step, response: HttpResponse) -> SubgraphAnswer:
        if self._regular and step.fast is not None and response.status == 200:
            try:
                fast = step.fast.decode(response.body)
                if fast.data is not None and not fast.errors:
                    return SubgraphAnswer(fast.data)
            except (ValueError, RecursionError):  # does not fit: see what it is
                pass
        self._regular = False
        return read_answer(response, step.fetch.service)

    def _take_root(self, step: Step, batch: Batch | None, answer: SubgraphAnswer) -> None:
        targets = [self._data] if batch is None else batch.targets[0]
        if answer.data is not None:
            for target in targets:
                step.merge_root(target, answer.data)
        for error in answer.errors:
            self._faults.append(root_fault(step, answer, error))

    def _take_entities(self, step: Step, batch: Batch, answer: SubgraphAnswer) -> None:
        if answer.data is not None:
            entities = answer.data.get("_entities")
            if type(entities) is list and len(entities) == len(batch.targets):
                merge = step.fast.merge_entities if self._regular and step.fast else step.merge_entities
                merge(batch.targets, entities)
            elif entities is not None or not answer.errors:
                raise _wrong_entities(step.fetch.service, entities, len(batch.targets))
        for error in answer.errors:
            self._faults.append(entity_fault(step, batch, error))

    def _fail(self, step: Step, batch: Batch | None, bad: BadAnswer) -> None:
        self._regular = False
        targets = None if batch is None else _all_targets(batch)
        self._faults.append(Fault(step.fetch, str(bad), bad.code, None, targets))

    def _finish(self, step: Step) -> list[Step]:
        """Count a step as finished; give the steps that waited for nothing else."""
        self._unfinished -= 1
        if self._mutation_ends(step):
            self._unfinished = 0
            return []
        ready = []
        for later in step.dependents:
            self._waits[later] -= 1
            if not self._waits[later]:
                ready.append(self._program.steps[later])
        return ready

    def _mutation_ends(self, step: Step) -> bool:
        """A non-null root field of a mutation that is null ends it: later ones do not run (§6.2.2)."""
        program = self._program
        if program.plan.kind != "mutation" or step.gather is not None or not program.required_root:
            return False
        return any(
            source in program.required_root and self._data.get(source) is None for source in step.fetch.shape
        )

    def _end_if_finished(self) -> None:
        if not self._unfinished and not self._done.done():
            self._done.set_result(self._outcome())

    def _outcome(self) -> Outcome:
        program = self._program
        problems = explain_faults(program.plan, self._data, self._faults) if self._faults else []
        data = self._data
        if program.plan.introspection is not None:
            data = {**data, **introspect(program.plan.introspection, program.schema, self._context.variables)}
        if self._regular and program.fast_project is not None:
            try:
                return Outcome(program.fast_project(data), problems)
            except _IRREGULAR:
                pass
        return Outcome(program.project(data, problems), problems)


def root_fault(step: Step, answer: SubgraphAnswer, error: JsonObject) -> Fault:
    """Keep an error of a root fetch; without a path, and without data, it is about all of the fetch."""
    path = _source_path(error.get("path"))
    if path is None and answer.data is not None:
        path = ()
    return _subgraph_fault(step, error, path, None)


def entity_fault(step: Step, batch: Batch, error: JsonObject) -> Fault:
    """Keep an error of an entity fetch: of one entity if its path says so, else of all."""
    path = _source_path(error.get("path"))
    if path is not None and len(path) > 1 and type(path[1]) is int and 0 <= path[1] < len(batch.targets):
        targets = batch.targets[path[1]]
        return _subgraph_fault(step, error, path[2:] or None, targets)
    return _subgraph_fault(step, error, None, _all_targets(batch))


def _subgraph_fault(
    step: Step, error: JsonObject, path: SourcePath | None, targets: list[JsonObject] | None
) -> Fault:
    message = error.get("message")
    extensions = error.get("extensions")
    extensions = dict(extensions) if isinstance(extensions, dict) else {}
    code = extensions.pop("code", None)
    return Fault(
        step.fetch,
        message if isinstance(message, str) else "The subgraph reported an error.",
        code if isinstance(code, str) else ErrorCode.SUBGRAPH_ERROR,
        path,
        targets,
        extensions,
        from_subgraph=True,
    )


def _source_path(path: Any) -> SourcePath | None:
    if not isinstance(path, list) or not path:
        return None
    return tuple(path) if all(type(step) is str or type(step) is int for step in path) else None


def _all_targets(batch: Batch) -> list[JsonObject]:
    return [target for targets in batch.targets for target in targets]


def _wrong_entities(service: str, entities: Any, expected: int) -> BadAnswer:
    count = f"{len(entities)} entities" if type(entities) is list else "no list of entities"
    message = f"The response of subgraph '{service}' has {count} where {expected} were asked for."
    return BadAnswer(ErrorCode.SUBREQUEST_MALFORMED, message)
