"""The entity fetches of one run: sent together where they can be, answered, delivered.

Enters: fetches with what they need (``add``), then ``flush``. Leaves: entities merged into the run's data,
faults, and ``settled`` called for each fetch that has got all it asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from .combine_calls import CombinedTemplate, render_combined
from .entity_calls import Delivery, EntityCall, EntityMemory, delivered_entities, whole_call
from .errors import ErrorCode
from .faults import Fault
from .json_codec import JsonObject
from .make_fault import entity_fault, source_path
from .program import Batch, Step
from .read_answer import BadAnswer, SubgraphAnswer, read_answer, transport_failure
from .request_body import render_body
from .run_state import RunState
from .transport import ResponseFuture, TransportError

Calls = Sequence[EntityCall]


class EntityRequests:
    """``guard`` wraps what happens when an answer comes: it catches bugs and goes on with the run."""

    def __init__(
        self,
        state: RunState,
        settled: Callable[[Step], None],
        guard: Callable[[Callable[[ResponseFuture], None], ResponseFuture], None],
    ) -> None:
        self._state = state
        self._settled = settled
        self._guard = guard
        self._memory = EntityMemory()
        self._outstanding: dict[int, int] = {}
        self._new: list[EntityCall] = []
        self._forgets = state.program.plan.kind == "mutation"
        self._remembers = False

    def adopt(self, calls: Calls, future: ResponseFuture) -> None:
        """Take over a request that is under way, or answered: what it asked for is not asked again."""
        self._remembers, self._forgets = True, False
        for call in calls:
            self._memory.adopt(call)
        self._await(calls, future)

    def add(self, step: Step, batch: Batch) -> bool:
        """Ask for a fetch's entities; False if all of them are there already."""
        if not (step.is_shared or self._remembers) or batch.context:
            self._new.append(whole_call(step, batch))
            self._count(step, 1)
            return True
        waits = False
        for call, delivery in self._memory.share_out(step, batch):
            if call.answered:
                self._deliver(call, delivery, first=False)
                continue
            if not call.sent:
                call.sent = True
                self._new.append(call)
            call.deliveries.append(delivery)
            self._count(step, 1)
            waits = True
        return waits

    def _count(self, step: Step, more: int) -> int:
        left = self._outstanding.get(step.fetch.id, 0) + more
        self._outstanding[step.fetch.id] = left
        return left

    def flush(self) -> None:
        """Send what was added, one request for each subgraph if that is possible."""
        if not self._new:
            return
        new, self._new = self._new, []
        if self._forgets:  # after a mutation's next root field an entity may be another
            self._memory = EntityMemory()
        if len(new) == 1 or not self._state.context.combine:
            for call in new:
                self._send_alone(call)
            return
        for calls, template in self._state.program.combinations.group(new):
            if template is None:
                self._send_alone(calls[0])
            else:
                self._send_together(calls, template)

    def _send_together(self, calls: Calls, template: CombinedTemplate) -> None:
        body = render_combined(
            template,
            self._state.variables,
            [call.context for call in calls],
            [call.representations for call in calls],
        )
        self._start(calls, body)

    def _send_alone(self, call: EntityCall) -> None:
        variables = {**self._state.variables, **call.context} if call.context else self._state.variables
        body = render_body(call.step.template, variables, call.representations)
        self._start((call,), body)

    def _start(self, calls: Calls, body: bytes) -> None:
        context = self._state.context
        service = calls[0].step.fetch.service
        future = context.subgraphs.start(service, body, context.headers, idempotent=True)
        self._await(calls, future)

    def _await(self, calls: Calls, future: ResponseFuture) -> None:
        future.add_done_callback(partial(self._guard, partial(self._answered, calls)))

    def _answered(self, calls: Calls, future: ResponseFuture) -> None:
        service = calls[0].step.fetch.service
        try:
            shape = {key: call.step.fetch.shape for key, call in _named(calls)}
            names = {own: name for call in calls for own, name in call.step.fetch.type_names.items()}
            limit = self._state.context.errors_limit
            answer = read_answer(future.result(), service, shape, limit, names)
        except TransportError as error:
            self._settle(calls, transport_failure(error, service))
            return
        except BadAnswer as bad:
            self._settle(calls, bad)
            return
        if answer.data is None and len(calls) > 1:  # one of them spoilt it for all: see which
            for call in calls:
                self._send_alone(call)
            return
        self._state.has_more_faults |= answer.has_more
        _split_errors(calls, answer)
        for key, call in _named(calls):
            self._settle((call,), _take_entities(call, answer, key))

    def _settle(self, calls: Calls, failure: BadAnswer | None) -> None:
        for call in calls:
            call.answered = True
            call.failure = failure
            for number, delivery in enumerate(call.deliveries):
                self._deliver(call, delivery, first=number == 0)
                if not self._count(delivery.step, -1):
                    self._settled(delivery.step)

    def _deliver(self, call: EntityCall, delivery: Delivery, *, first: bool) -> None:
        step, state = delivery.step, self._state
        if call.failure is not None:
            fault = Fault(step.fetch, str(call.failure), call.failure.code, None, _all(delivery.targets))
            state.faults.append(fault)
            return
        if call.entities:
            entities = delivered_entities(call, delivery, first=first)
            step.merge_entities(delivery.targets, entities)
        if call.errors:
            self._deliver_errors(call, delivery)

    def _deliver_errors(self, call: EntityCall, delivery: Delivery) -> None:
        """Keep each error with the objects that it is about; those about the same share the list of them."""
        everyone = _all(delivery.targets)
        by_index: dict[int, list[JsonObject]] = {}
        for each, group in zip(delivery.indexes, delivery.targets, strict=True):
            by_index.setdefault(each, []).extend(group)
        for index, error in call.errors:
            targets = everyone if index is None else by_index.get(index, [])
            if targets:
                self._state.faults.append(entity_fault(delivery.step, targets, error))


def _named(calls: Calls) -> Iterable[tuple[str, EntityCall]]:
    """Give each call with its list's key in the answer."""
    if len(calls) == 1:
        return (("_entities", calls[0]),)
    return ((f"e{index}", call) for index, call in enumerate(calls))


def _split_errors(calls: Calls, answer: SubgraphAnswer) -> None:
    """Give each error to the list that it is about; to all, if it does not say."""
    for error in answer.errors:
        path = source_path(error) or ()
        head = path[0] if path else None
        index = path[1] if len(path) > 1 and type(path[1]) is int else None
        named = [call for number, call in enumerate(calls) if head == f"e{number}" and len(calls) > 1]
        for call in named or calls:
            is_known = index is not None and 0 <= index < len(call.representations)
            known = index if is_known and (named or head == "_entities") else None
            call.errors.append((known, error))


def _take_entities(call: EntityCall, answer: SubgraphAnswer, key: str) -> BadAnswer | None:
    entities: Any = None if answer.data is None else answer.data.get(key)
    expected = len(call.representations)
    if type(entities) is list and len(entities) == expected:
        call.entities = entities
    elif entities is not None or not call.errors:
        count = f"{len(entities)} entities" if type(entities) is list else "no list of entities"
        service = call.step.fetch.service
        message = f"The response of subgraph '{service}' has {count} where {expected} were asked for."
        return BadAnswer(ErrorCode.SUBREQUEST_MALFORMED, message)
    return None


def _all(groups: list[list[JsonObject]]) -> list[JsonObject]:
    return [target for targets in groups for target in targets]
