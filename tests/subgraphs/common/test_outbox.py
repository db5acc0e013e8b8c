import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from sqlalchemy import text

from subgraphs.common.events import Consumer, Event, first_time
from subgraphs.common.ids import new_id
from subgraphs.common.logs import request_id
from subgraphs.common.outbox import emit
from subgraphs.common.process import Connections, connect
from subgraphs.common.relay import publish_batch, relay_shard
from subgraphs.common.settings import CommonSettings


@pytest.fixture
def settings(shards: tuple[str, ...], valkey_url: str) -> CommonSettings:
    return CommonSettings(shards=shards, valkey_url=valkey_url, events_idle_ms=0, events_attempts=2)


@pytest.fixture
async def connections(settings: CommonSettings) -> AsyncIterator[Connections]:
    async with connect(settings) as opened:
        for shard in opened.shards.all:
            async with opened.shards.transaction_on(shard) as session:
                await session.execute(text("TRUNCATE waybill.outbox"))  # what other tests left behind
        yield opened


async def _drain(connections: Connections, settings: CommonSettings) -> None:
    for shard in connections.shards.all:
        while await publish_batch(shard, connections.shards, connections.valkey, settings):
            pass


async def _entries(connections: Connections, stream: str) -> Any:
    return await connections.valkey.xrange(stream)


async def test_an_event_of_a_rolled_back_change_is_never_published(
    connections: Connections, settings: CommonSettings
) -> None:
    key = new_id()

    async def fail_after_emitting() -> None:
        async with connections.shards.transaction(key) as session:
            await emit(session, "order.placed", key, {}, tenant="main")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_emitting()
    await _drain(connections, settings)
    assert await connections.valkey.xlen("waybill:events:orders") == 0


async def test_a_listening_relay_is_woken_by_the_commit(
    connections: Connections, settings: CommonSettings
) -> None:
    key, stop, seen = new_id(0), asyncio.Event(), list[Event]()
    patient = settings.model_copy(update={"events_poll_seconds": 3600})

    async def handle(events: Sequence[Event]) -> None:
        seen.extend(events)
        stop.set()

    consumer = Consumer(connections.valkey, ["orders"], "test", handle, settings=settings)
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(relay_shard(0, connections.shards, connections.valkey, patient, stop))
        group.create_task(consumer.run(stop))
        async with connections.shards.transaction(key) as session:
            await emit(session, "order.placed", key, {"total": 5}, tenant="main")
    assert [(event.topic, event.key, event.payload) for event in seen] == [
        ("order.placed", key, {"total": 5})
    ]


async def test_events_of_one_object_are_published_in_the_order_of_their_transactions(
    connections: Connections, settings: CommonSettings
) -> None:
    key = new_id()
    for n in range(5):
        async with connections.shards.transaction(key) as session:
            await emit(session, "order.status", key, {"n": n}, tenant="main")
    await _drain(connections, settings)
    entries = await _entries(connections, "waybill:events:orders")
    assert [Event.read(fields).payload["n"] for _, fields in entries] == [0, 1, 2, 3, 4]


async def test_a_batch_that_was_published_but_not_deleted_is_applied_once(
    connections: Connections, settings: CommonSettings
) -> None:
    key, applied = new_id(), list[int]()
    async with connections.shards.transaction(key) as session:
        await emit(session, "order.status", key, {}, tenant="main")
    await _drain(connections, settings)
    [(_, fields)] = await _entries(connections, "waybill:events:orders")
    await connections.valkey.xadd("waybill:events:orders", fields)

    async def handle(events: Sequence[Event]) -> None:
        for event in events:
            async with connections.shards.transaction(event.key) as session:
                if await first_time(session, "test", event):
                    applied.append(1)

    consumer = Consumer(connections.valkey, ["orders"], "test", handle, settings=settings)
    await consumer.prepare()
    assert await consumer.step(block_ms=100) == 2
    assert applied == [1]


async def test_an_event_that_keeps_failing_ends_in_the_dead_letters_and_blocks_nothing(
    connections: Connections, settings: CommonSettings
) -> None:
    poison, good, handled = new_id(), new_id(), list[Any]()
    for key in (poison, good):
        async with connections.shards.transaction(key) as session:
            await emit(session, "order.status", key, {}, tenant="main")
    await _drain(connections, settings)

    async def handle(events: Sequence[Event]) -> None:
        if any(event.key == poison for event in events):
            raise ValueError("poison")
        handled.extend(event.key for event in events)

    consumer = Consumer(connections.valkey, ["orders"], "test", handle, settings=settings)
    await consumer.prepare()
    for _ in range(3):
        await consumer.step(block_ms=10)
    [(_, letter)] = await _entries(connections, "waybill:events:dead")
    assert handled == [good]
    assert (letter["key"], letter["reason"]) == (str(poison), "ValueError: poison")


async def test_an_event_and_what_follows_from_it_belong_to_its_request(
    connections: Connections, settings: CommonSettings
) -> None:
    first, second = new_id(), new_id()
    token = request_id.set("request-1")
    async with connections.shards.transaction(first) as session:
        await emit(session, "order.placed", first, {}, tenant="main")
    request_id.reset(token)
    await _drain(connections, settings)
    [(_, fields)] = await _entries(connections, "waybill:events:orders")

    with Event.read(fields).logged():
        async with connections.shards.transaction(second) as session:
            await emit(session, "order.status", second, {}, tenant="main")
    assert request_id.get() == ""
    await _drain(connections, settings)
    entries = await _entries(connections, "waybill:events:orders")
    assert [Event.read(fields).request_id for _, fields in entries] == ["request-1", "request-1"]
