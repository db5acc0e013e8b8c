"""Subscriptions, each event run as compiled code: the same results as graphql-core's `subscribe`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import strawberry
from graphql import ExecutionResult, parse, subscribe
from strawberry.types.execution import PreExecutionError

from subgraphs.common.errors import CodedError, ErrorCode
from subgraphs.common.execution import CompiledExecutor, FederatedSchema
from subgraphs.common.execution.compiled import Operations

from .compare import errors_of


@strawberry.type
class Step:
    number: int

    @strawberry.field
    async def odd(self) -> bool:
        if self.number == 2:
            raise ValueError("two")
        return self.number % 2 == 1


@strawberry.type
class Query:
    @strawberry.field
    def ok(self) -> bool:
        return True


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def steps(self, info: strawberry.Info, to: int) -> AsyncIterator[Step]:
        try:
            for number in range(to):
                yield Step(number=number)
        finally:
            info.context.append("closed")

    @strawberry.subscription
    async def breaks(self) -> AsyncIterator[int | None]:
        yield 1
        raise CodedError(ErrorCode.UNAVAILABLE, "gone")

    @strawberry.subscription
    async def refused(self) -> AsyncIterator[int]:
        raise CodedError(ErrorCode.FORBIDDEN, "not you")
        yield 1


SCHEMA = FederatedSchema(query=Query, subscription=Subscription)
TEXTS = {
    "events": "subscription ($n: Int!) { s: steps(to: $n) { __typename number odd } }",
    "fragments": "subscription ($n: Int!) { steps(to: $n) { ...F } } fragment F on Step { n: number }",
}


async def _events(stream: Any) -> list[tuple[Any, Any]]:
    assert not isinstance(stream, ExecutionResult)
    return [(event.data, errors_of(event)) async for event in stream]


@pytest.mark.parametrize("about", TEXTS)
async def test_every_event_gives_graphql_cores_result(about: str) -> None:
    text, variables = TEXTS[about], {"n": 4}
    fallbacks: list[tuple[str, str]] = []
    operations = Operations(SCHEMA, on_fallback=lambda *given: fallbacks.append(given))
    stock = await subscribe(SCHEMA._schema, parse(text), variable_values=variables, context_value=[])
    assert await _events(await operations.subscribe(text, variables, context=[])) == await _events(stock)
    assert fallbacks == []


@pytest.mark.parametrize("text", ["subscription { steps { number } }", "subscription {", "{ nothing }"])
async def test_a_mistake_is_one_result_of_errors(text: str) -> None:
    started = await Operations(SCHEMA).subscribe(text, {}, context=[])
    assert isinstance(started, ExecutionResult)
    assert started.errors


async def test_who_stops_listening_closes_the_source() -> None:
    context: list[str] = []
    events = await Operations(SCHEMA).subscribe(TEXTS["events"], {"n": 3}, context=context)
    assert not isinstance(events, ExecutionResult)
    await anext(events)
    await events.aclose()
    assert context == ["closed"]


async def _streamed(text: str, variables: dict[str, Any] | None = None) -> list[Any]:
    schema = FederatedSchema(query=Query, subscription=Subscription)
    schema.operations = CompiledExecutor(schema).operations
    stream = await schema.stream(text, variable_values=variables, context_value=[])
    return [event async for event in stream]


def _code(event: Any) -> Any:
    return event.errors[0].extensions["code"]


async def test_over_websocket_errors_are_coded_and_masked() -> None:
    events = await _streamed(TEXTS["events"], {"n": 3})
    assert [event.data and event.data["s"]["number"] for event in events] == [0, 1, None]
    assert _code(events[2]) == "INTERNAL_SERVER_ERROR"


async def test_a_source_that_breaks_off_ends_with_its_coded_error() -> None:
    events = await _streamed("subscription { breaks }")
    assert events[0].data == {"breaks": 1}
    assert _code(events[1]) == "UNAVAILABLE"


@pytest.mark.parametrize(
    "text", ["subscription { nothing }", "subscription {", "subscription { steps { odd } }"]
)
async def test_an_operation_that_cannot_begin_ends_at_once(text: str) -> None:
    [event] = await _streamed(text)
    assert isinstance(event, PreExecutionError)
    assert event.errors


async def test_a_source_that_refuses_says_so() -> None:
    [event] = await _streamed("subscription { refused }")
    assert _code(event) == "FORBIDDEN"


async def test_queries_over_websocket_are_answered_once() -> None:
    [event] = await _streamed("{ ok }")
    assert event.data == {"ok": True}
