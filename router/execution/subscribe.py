"""A subscription: the first fetch is a stream; for each of its events the rest of the plan runs.

Enters: a program and a context. Leaves: an ``Outcome`` per event, one event at a time (while one is being
answered, the subgraph's next ones wait in the connection).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from .errors import ErrorCode, Problem
from .json_codec import decode
from .make_fault import root_fault
from .problems import Problems
from .program import Program
from .read_answer import BadAnswer, read_payload, transport_failure
from .request_body import render_body
from .respond import nested_answer
from .run import Outcome
from .run_state import RunContext
from .start import resume_program
from .transport import TransportError
from .transport.errors import WebSocketRefused
from .transport.event_source import EventSource, SubscriptionRefused
from .transport.http_stream import open_http_subscription
from .transport.websocket import WebSocketSettings, open_subscription


async def open_source(program: Program, context: RunContext, settings: WebSocketSettings) -> EventSource:
    """Subscribe at the subgraph; BadAnswer if it can't be reached.

    By WebSocket; at a server that has none, by a POST that is answered with a stream.
    """
    step = program.steps[0]
    service = step.fetch.service
    url, headers = context.subgraphs.urls[service], context.headers
    body = render_body(step.template, context.variables_json(), None)
    try:
        try:
            return await open_subscription(url, decode(body), headers, settings)
        except WebSocketRefused:
            return await open_http_subscription(url, body, headers, settings)
    except TransportError as error:
        raise transport_failure(error, service) from error


async def run_subscription(
    program: Program, context: RunContext, source: EventSource
) -> AsyncGenerator[Outcome]:
    """Answer every event; ends with the source, after an error response if it ended badly."""
    service = program.steps[0].fetch.service
    try:
        async for payload in source.payloads():
            yield await _answer_event(program, context, payload)
    except SubscriptionRefused as refused:
        yield Outcome(None, _refusals(refused, service, context.errors_limit))
    except TransportError:
        message = f"Subgraph '{service}' ended the subscription."
        yield Outcome(None, [Problem(message, ErrorCode.SUBSCRIPTION_FAILED, service=service)])
    finally:
        await source.close()


async def _answer_event(program: Program, context: RunContext, payload: Any) -> Outcome:
    step = program.steps[0]
    fetch = step.fetch
    try:
        answer = read_payload(payload, fetch.service, fetch.shape, context.errors_limit, fetch.type_names)
    except BadAnswer as bad:
        return Outcome(None, [Problem(str(bad), bad.code, service=fetch.service)])
    faults = [root_fault(step, answer, error) for error in answer.errors]
    try:
        return await resume_program(program, context, answer.data, faults, has_more=answer.has_more)
    except RecursionError:
        return Outcome(None, [nested_answer()])


def _refusals(refused: SubscriptionRefused, service: str, limit: int) -> Problems:
    errors = refused.errors or [{}]
    problems = Problems(limit, has_more=len(errors) > limit)
    problems += [_refusal(error, service) for error in errors[:limit]]
    return problems


def _refusal(error: Any, service: str) -> Problem:
    error = error if isinstance(error, dict) else {}
    extensions = error.get("extensions")
    extensions = dict(extensions) if isinstance(extensions, dict) else {}
    code = extensions.pop("code", None)
    message = error.get("message")
    return Problem(
        message if isinstance(message, str) else "The subgraph refused the subscription.",
        code if isinstance(code, str) else ErrorCode.SUBSCRIPTION_FAILED,
        service=service,
        extensions=extensions,
        from_subgraph=True,
    )
