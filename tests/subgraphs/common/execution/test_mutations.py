"""The fields of a mutation run one after the other, each with all that belongs to it."""

from __future__ import annotations

import asyncio
from typing import Any

import strawberry

from .compare import Run, errors_of


@strawberry.type
class Step:
    label: str

    @strawberry.field
    async def later(self, info: strawberry.Info) -> str:
        await asyncio.sleep(0)
        info.context.append(f"later {self.label}")
        return self.label


async def _pausing(info: strawberry.Info, label: str) -> Step:
    info.context.append(f"start {label}")
    await asyncio.sleep(0)
    info.context.append(f"end {label}")
    return Step(label=label)


@strawberry.type
class Query:
    ok: bool = True


@strawberry.type
class Mutation:
    pausing = strawberry.mutation(resolver=_pausing)

    @strawberry.mutation
    def at_once(self, info: strawberry.Info, label: str) -> Step:
        info.context.append(f"at once {label}")
        return Step(label=label)

    @strawberry.mutation
    async def failing(self, info: strawberry.Info) -> Step:
        info.context.append("failing")
        raise ValueError("no")

    @strawberry.mutation
    async def failing_softly(self) -> Step | None:
        raise ValueError("softly")


schema = strawberry.Schema(Query, Mutation)


async def _both(text: str) -> tuple[list[str], list[str], Any, Any]:
    logs: list[list[str]] = []

    def make() -> tuple[Any, Any]:
        logs.append([])
        return logs[-1], None

    run = Run(schema, make)
    stock, compiled = await run.stock(text), await run.compiled(text)
    return logs[0], logs[1], stock, compiled


async def test_async_fields_take_effect_in_their_order() -> None:
    text = 'mutation { a: pausing(label: "a") { later } b: pausing(label: "b") { label later } }'
    stock_log, log, stock, compiled = await _both(text)
    assert log == stock_log == ["start a", "end a", "later a", "start b", "end b", "later b"]
    assert compiled.data == stock.data


async def test_sync_fields_need_no_event_loop_turn_between_them() -> None:
    text = 'mutation { a: atOnce(label: "a") { label } b: atOnce(label: "b") { label } }'
    stock_log, log, stock, compiled = await _both(text)
    assert log == stock_log == ["at once a", "at once b"]
    assert compiled.data == stock.data


async def test_a_sync_field_waits_for_the_async_one_before_it_as_the_specification_asks() -> None:
    """graphql-core 3.2 calls it first, and only then awaits what came before."""
    text = 'mutation { a: pausing(label: "a") { later } b: atOnce(label: "b") { label } }'
    _, log, stock, compiled = await _both(text)
    assert log == ["start a", "end a", "later a", "at once b"]
    assert compiled.data == stock.data


async def test_nothing_runs_after_a_failure_that_makes_the_response_null() -> None:
    text = 'mutation { a: pausing(label: "a") { label } failing { label } b: pausing(label: "b") { label } }'
    stock_log, log, stock, compiled = await _both(text)
    assert log == stock_log == ["start a", "end a", "failing"]
    assert compiled.data is stock.data is None
    assert errors_of(compiled) == errors_of(stock)


async def test_a_failure_of_a_nullable_field_lets_the_others_run() -> None:
    text = 'mutation { failingSoftly { label } b: pausing(label: "b") { label } }'
    stock_log, log, stock, compiled = await _both(text)
    assert log == stock_log == ["start b", "end b"]
    assert compiled.data == stock.data == {"failingSoftly": None, "b": {"label": "b"}}
    assert errors_of(compiled) == errors_of(stock)
