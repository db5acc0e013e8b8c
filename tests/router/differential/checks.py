"""The checks of one operation: in both modes, in parts, event by event, and with subgraphs that break.

Each raises ``Mismatch``, which tells all that is needed to see it again.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from router.execution.deferred import IncrementalSpec
from router.traffic.messages import SingleResult
from router.traffic.settings import ExecutionMode
from tests.router.differential.case import Case, Mismatch
from tests.router.differential.compare import beyond, difference, misfit, stray_paths, unexplained
from tests.router.differential.operation import RandomOperation
from tests.router.execution.merge_increments import merge_payloads

SPECS: tuple[IncrementalSpec, ...] = ("20220824", "v0.2")
Check = Callable[[Case, RandomOperation], Awaitable[None]]


async def check_plain(case: Case, operation: RandomOperation) -> None:
    """Both modes must agree, and give what the whole schema gives."""
    expected = case.expected(operation)
    actual = await _both(case, operation)
    found = difference(expected, actual, extra_errors=case.graph.has_requirements)
    if found is not None:
        raise Mismatch(_report(found, operation, expected, actual))


async def check_deferred(case: Case, operation: RandomOperation) -> None:
    """All parts together must be the whole answer; where a null stops tells them apart after errors."""
    expected = case.expected(operation)
    for spec in SPECS:
        payloads, merged = await _merged(case, operation, spec, expected)
        stray = merged["errors"] and not case.graph.has_requirements
        if "errors" not in expected and (merged["data"] != expected["data"] or stray):
            raise Mismatch(_report(f"{spec} in parts", operation, expected, payloads))


async def check_deferred_broken(case: Case, operation: RandomOperation) -> None:
    """Parts that come although subgraphs break must be right."""
    expected = case.expected(operation)
    if "errors" in expected:  # a null then stops elsewhere than in one whole answer
        return
    for spec in SPECS:
        payloads, merged = await _merged(case, operation, spec, expected)
        found = beyond(expected["data"], merged["data"], whole=False)
        if found is not None:
            raise Mismatch(_report(f"{spec} {found}", operation, expected, payloads))


async def _merged(
    case: Case, operation: RandomOperation, spec: IncrementalSpec, expected: Any
) -> tuple[list[Any], dict[str, Any]]:
    payloads = await _payloads(case, "compiled", operation, spec)
    try:
        return payloads, merge_payloads(payloads)
    except (AssertionError, LookupError, TypeError) as error:
        raise Mismatch(_report(f"{spec} {error!r}", operation, expected, payloads)) from error


async def _payloads(
    case: Case, mode: ExecutionMode, operation: RandomOperation, spec: IncrementalSpec | None = None
) -> list[Any]:
    result = await case.ask(mode, operation, spec)
    if isinstance(result, SingleResult):
        return [json.loads(result.body)]
    return [json.loads(payload) async for payload in result.events]


async def check_broken_transport(case: Case, operation: RandomOperation) -> None:
    """Whatever fails on the way: what is there is right, and an error explains what is not."""
    expected, actual = await _check_broken(case, operation)
    missing = unexplained(expected["data"], actual)
    if missing:
        raise Mismatch(_report(f"no error explains {missing}", operation, expected, actual))


async def check_broken_values(case: Case, operation: RandomOperation) -> None:
    """Whatever values subgraphs give: what is there fits its type, and is right unless it was spoilt."""
    await _check_broken(case, operation)


async def _check_broken(case: Case, operation: RandomOperation) -> tuple[dict[str, Any], dict[str, Any]]:
    expected = case.expected(operation)
    actual = await _both(case, operation)
    stray = stray_paths(actual)
    found = (
        beyond(expected["data"], actual["data"])
        or misfit(case.bare, operation.text, operation.variables, actual["data"])
        or (f"errors lead nowhere: {stray}" if stray else None)
    )
    if found is not None:
        raise Mismatch(_report(found, operation, expected, actual))
    return expected, actual


async def check_events(case: Case, operation: RandomOperation) -> None:
    """Each event of a subscription must be what the whole schema makes of it, in both modes."""
    expected = case.expected_events(operation)
    for mode in case.engines:
        events = await _payloads(case, mode, operation)
        if len(events) != len(expected):
            raise Mismatch(_report(f"{mode}: {len(events)} events", operation, expected, events))
        for one, other in zip(expected, events, strict=True):
            found = difference(one, other, extra_errors=case.graph.has_requirements)
            if found is not None:
                raise Mismatch(_report(f"{mode}: {found}", operation, one, other))


async def check_events_broken(case: Case, operation: RandomOperation) -> None:
    """What is there of an event must be right, and an error must explain what is not."""
    expected = case.expected_events(operation)
    for mode in case.engines:
        events = await _payloads(case, mode, operation)
        for one, other in zip(expected, events, strict=False):
            missing = unexplained(one["data"], other)
            found = beyond(one["data"], other["data"]) or (f"no error explains {missing}" if missing else "")
            if found:
                raise Mismatch(_report(f"{mode}: {found}", operation, one, other))


async def _both(case: Case, operation: RandomOperation) -> dict[str, Any]:
    """Answer in both modes, which must agree; gives their answer.

    What breaks depends on the requests, and these may be combined in other ways: then they need not agree.
    """
    (interpreted, asked), (compiled, asked_too) = [
        (await _answer(case, mode, operation), case.forget_requests()) for mode in case.engines
    ]
    if asked == asked_too and settled(interpreted) != settled(compiled):
        raise Mismatch(_report("interpreted and compiled differ", operation, interpreted, compiled))
    return compiled


async def _answer(case: Case, mode: ExecutionMode, operation: RandomOperation) -> dict[str, Any]:
    result = await case.ask(mode, operation)
    assert isinstance(result, SingleResult)
    answer: dict[str, Any] = json.loads(result.body)
    if result.rejected:
        raise Mismatch(_report("rejected", operation, None, answer))
    return answer


def settled(response: dict[str, Any]) -> Any:
    """Forget the order of errors, which is that of the answers' arrival; keep that of keys."""
    errors = sorted(map(str, response.get("errors", ())))
    return json.dumps(response["data"]), errors


def _report(found: str, operation: RandomOperation, expected: Any, actual: Any) -> str:
    return "\n".join(
        (found, operation.text, f"variables {operation.variables}", f"want {expected}", f"have {actual}")
    )
