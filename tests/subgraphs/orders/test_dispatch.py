"""Dispatching by real processes: relay, consumer and worker, which may be killed at any time."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from typing import Any
from uuid import UUID

import httpx
import pytest
from redis.asyncio import Redis
from sqlalchemy import text

from stack.embedded.ports import free_ports
from subgraphs.common.upkeep.registry import KEYS
from subgraphs.orders.dispatch.attempts import Dispatching
from subgraphs.orders.dispatch.work import work_on
from subgraphs.orders.providers import ProviderFailed, ProviderRefused, Shipment
from subgraphs.orders.settings import OrdersSettings
from tests.subgraphs.orders.background import MODULES, Watch, running, start
from tests.subgraphs.orders.conftest import Person, World
from tests.subgraphs.orders.operations import ORDER, accepted, place, step


@pytest.fixture
async def world(delivered: World) -> World:
    return delivered


def _impatient(settings: OrdersSettings) -> OrdersSettings:
    return settings.model_copy(update={"dispatch_idle_seconds": 2.0, "events_idle_ms": 300})


async def _behave(world: World, **behaviour: float) -> None:
    async with httpx.AsyncClient() as client:
        (await client.post(f"{world.settings.provider_url}/behaviour", json=behaviour)).raise_for_status()


async def _simulator(world: World) -> dict[str, Any]:
    async with httpx.AsyncClient() as client:
        answer: dict[str, Any] = (await client.get(f"{world.settings.provider_url}/orders")).json()
        return answer


async def _order(world: World, person: Person, id: str) -> dict[str, Any]:
    reply = await world.orders.send(
        f"query($id: ID!) {{ order(id: $id) {{ {ORDER} }} }}", person.token, id=id
    )
    order: dict[str, Any] = reply.data["order"]
    return order


async def _place_many(world: World, customer: Person, count: int) -> set[str]:
    tea = await world.shelf.put("Tea", 1000)
    answers = await asyncio.gather(*(place(world, customer, {tea: 1}) for _ in range(count)))
    ids = {answer["order"]["id"] for answer in answers}
    await asyncio.gather(*(step(world, world.staff, "acceptOrder", id) for id in ids))
    return ids


async def test_an_accepted_order_is_dispatched_to_the_provider(world: World, watch: Watch) -> None:
    customer = world.person()
    async with running(world.settings):
        id = await accepted(world, customer)
        await watch.until("order.dispatched", 1)
    [taken] = (await _simulator(world))["orders"]
    assert taken["order"] == id
    assert taken["pickup"] == {"lat": 30.04, "lon": 31.23}
    order = await _order(world, customer, id)
    assert order["delivery"] == {
        "rule": "PROVIDER",
        "deliveredBy": "PROVIDER",
        "state": "ASSIGNED",
        "provider": "simulator",
        "reference": taken["reference"],
        "attempts": 1,
    }


async def test_every_key_that_an_order_leaves_in_valkey_has_an_end(world: World, watch: Watch) -> None:
    async with running(world.settings):
        await accepted(world, world.person())
        await watch.until("order.dispatched", 1)
    left: list[str] = [key async for key in watch.valkey.scan_iter("*")]
    assert left
    for key in left:
        assert any(fnmatch(key, pattern) for pattern in KEYS), key
    # A job's own data goes with the job; what tells of it afterwards expires.
    of_jobs = [key for key in left if key.startswith("streaq:") and ":task:" in key]
    assert all([await watch.valkey.ttl(key) > 0 for key in of_jobs]), of_jobs


async def test_a_provider_that_fails_a_while_gets_the_order_in_the_end(world: World, watch: Watch) -> None:
    customer = world.person()
    await _behave(world, failures=4)  # three calls of the first attempt, one of the second
    async with running(world.settings):
        id = await accepted(world, customer)
        await watch.until("order.dispatched", 1)
    order = await _order(world, customer, id)
    assert (order["status"], order["delivery"]["attempts"]) == ("ACCEPTED", 2)
    assert (await _simulator(world))["calls"] == 5


async def test_an_order_that_the_provider_refuses_has_failed_after_three_attempts(
    world: World, watch: Watch
) -> None:
    customer = world.person()
    await _behave(world, failures=1000, status=422)
    async with running(world.settings):
        id = await accepted(world, customer)
        await watch.until("order.status", 1, status="FAILED")
    order = await _order(world, customer, id)
    assert (order["status"], order["delivery"]["attempts"]) == ("FAILED", 3)
    assert order["timeline"][-1] == {"status": "FAILED", "note": "No provider took it: HTTP 422"}
    # A refusal is not repeated within an attempt.
    assert (await _simulator(world))["calls"] == 3


async def test_a_provider_that_is_in_trouble_for_long_costs_no_order(world: World, watch: Watch) -> None:
    customer = world.person()
    await _behave(world, failures=20)  # far more than three attempts' calls
    async with running(world.settings):
        id = await accepted(world, customer)
        await watch.until("order.dispatched", 1)
    order = await _order(world, customer, id)
    assert (order["status"], order["delivery"]["attempts"]) == ("ACCEPTED", 7)


async def test_a_provider_that_is_killed_and_comes_back_gets_every_order(world: World, watch: Watch) -> None:
    customer, (port,) = world.person(), free_ports(1)
    gone = world.settings.model_copy(update={"provider_url": f"http://127.0.0.1:{port}"})
    async with running(gone):
        async with _provider_process(port):
            ids = {await accepted(world, customer)}
            await watch.until("order.dispatched", 1)
        ids |= {await accepted(world, customer) for _ in range(3)}
        await _until_attempts(world, ids, 5)
        async with _provider_process(port):
            await watch.until("order.dispatched", 4)
    assert set(map(str, watch.keys("order.dispatched"))) == ids


@asynccontextmanager
async def _provider_process(port: int) -> AsyncIterator[None]:
    """The simulator as a process, which is killed in the end."""
    app = "subgraphs.orders.providers.simulator:create_app"
    argv = ("-m", "uvicorn", "--factory", app, "--port", str(port), "--log-level", "warning")
    process = await asyncio.create_subprocess_exec(sys.executable, *argv)
    try:
        async with httpx.AsyncClient() as http, asyncio.timeout(60):
            while True:
                with suppress(httpx.TransportError):
                    await http.get(f"http://127.0.0.1:{port}/health/live")
                    break
                await asyncio.sleep(0.05)
        yield
    finally:
        process.kill()
        await process.wait()


async def _until_attempts(world: World, ids: set[str], count: int) -> None:
    """Return when each of the orders that is not taken has been tried so often."""
    shards = world.shards
    query = text("SELECT id, attempts FROM orders.orders WHERE dispatch = 'WAITING'")
    async with asyncio.timeout(60):
        while True:
            rows = [row for shard in shards.all for row in await shards.fetch(shard, query, "test")]
            waiting = [row.attempts for row in rows if str(row.id) in ids]
            if waiting and min(waiting) >= count:
                return
            await asyncio.sleep(0.05)


class _Away:
    """A provider that nobody reaches, or that refuses."""

    name = "away"

    def __init__(self) -> None:
        self.failure: ProviderFailed = ProviderFailed("ClientConnectorError")

    async def dispatch(self, shipment: Shipment) -> str:
        raise self.failure

    async def cancel(self, order_id: UUID) -> bool:
        raise self.failure


async def test_an_order_is_given_up_when_the_provider_has_been_away_for_too_long(world: World) -> None:
    customer, provider, clock = world.person(), _Away(), [datetime.now(UTC)]
    id = await accepted(world, customer)
    shards = world.shards
    tools = Dispatching(shards, provider, OrdersSettings(shards=("unused",)), lambda: clock[0])
    pauses = [await work_on(UUID(id), tools) for _ in range(8)]
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]
    clock[0] += timedelta(minutes=9)
    provider.failure = ProviderRefused("HTTP 409")  # it answers: it is not away any more
    assert await work_on(UUID(id), tools) == 1
    provider.failure = ProviderFailed("TimeoutError")
    clock[0] += timedelta(minutes=9)
    assert await work_on(UUID(id), tools) == 30
    clock[0] += timedelta(minutes=10)
    assert await work_on(UUID(id), tools) is None
    order = await _order(world, customer, id)
    assert order["timeline"][-1] == {"status": "FAILED", "note": "No provider took it: TimeoutError"}


async def test_a_cancelled_order_is_not_dispatched(world: World, watch: Watch) -> None:
    customer = world.person()
    cancelled = await accepted(world, customer)
    await step(world, customer, "cancelOrder", cancelled)
    other = await accepted(world, customer)
    async with running(world.settings):
        await watch.until("order.dispatched", 1)
    assert [taken["order"] for taken in (await _simulator(world))["orders"]] == [other]


async def test_orders_whose_jobs_were_lost_with_valkey_are_swept_up(world: World, watch: Watch) -> None:
    id = await accepted(world, world.person())
    async with running(world.settings, "subgraphs.common.relay"):
        await watch.until("order.placed", 1)
    async with Redis.from_url(world.settings.valkey_url) as valkey:
        await valkey.flushall()
    hasty = world.settings.model_copy(update={"dispatch_sweep_seconds": 0})
    fresh = Watch(watch.valkey, watch.stream)
    async with running(hasty):
        await fresh.until("order.dispatched", 1)
    assert fresh.keys("order.dispatched") == [UUID(id)]


# The victim, and the event after whose first sight it is killed.
VICTIMS = {
    "subgraphs.common.relay": "order.placed",
    "subgraphs.orders.consumer": "order.dispatched",
    "subgraphs.orders.worker": "order.dispatched",
}


@pytest.mark.parametrize("victim", MODULES)
async def test_a_process_killed_in_the_middle_loses_nothing_and_doubles_nothing(
    world: World, watch: Watch, victim: str
) -> None:
    settings, customer = _impatient(world.settings), world.person()
    await _behave(world, delayMs=100)
    ids = await _place_many(world, customer, 60)
    others = [module for module in MODULES if module != victim]
    async with running(settings, *others):
        first = await start(settings, victim)
        await watch.until(
            *{"subgraphs.common.relay": ("order.placed", 1)}.get(victim, ("order.dispatched", 1))
        )
        first.kill()
        await first.wait()
        ids |= await _place_many(world, customer, 10)
        async with running(settings, victim):
            await watch.until("order.dispatched", len(ids))
    assert sorted(map(str, watch.keys("order.dispatched"))) == sorted(ids)
    taken = (await _simulator(world))["orders"]
    assert sorted(order["order"] for order in taken) == sorted(ids)
    assert len({order["reference"] for order in taken}) == len(ids)
    assert await _waiting(world) == 0


async def test_a_worker_told_to_end_finishes_what_it_has_begun_and_leaves_the_rest(
    world: World, watch: Watch
) -> None:
    settings = _impatient(world.settings).model_copy(update={"dispatch_concurrency": 2})
    await _behave(world, delayMs=1000)
    ids = await _place_many(world, world.person(), 20)
    async with running(settings, *(module for module in MODULES if module != "subgraphs.orders.worker")):
        async with running(settings, "subgraphs.orders.worker") as worker:
            await watch.until("order.dispatched", 1)
            worker.terminate()
            assert await worker.wait() == 0
        taken = {order["order"] for order in (await _simulator(world))["orders"]}
        assert 0 < len(taken) < len(ids)
        # What the provider has, the worker has noted: nothing was broken off.
        assert await _waiting_orders(world) == ids - taken
        await _behave(world, delayMs=0)
        async with running(settings, "subgraphs.orders.worker"):
            await watch.until("order.dispatched", len(ids))
    assert sorted(order["order"] for order in (await _simulator(world))["orders"]) == sorted(ids)


async def _waiting_orders(world: World) -> set[str]:
    shards = world.shards
    query = text("SELECT id FROM orders.orders WHERE dispatch = 'WAITING'")
    return {str(row.id) for shard in shards.all for row in await shards.fetch(shard, query, "test")}


async def _waiting(world: World) -> int:
    """Orders without a dispatch and events without a publication, over all shards."""
    shards = world.shards
    query = text(
        "SELECT (SELECT count(*) FROM waybill.outbox) "
        "+ (SELECT count(*) FROM orders.orders WHERE dispatch = 'WAITING')"
    )
    parts = [await shards.fetch(shard, query, "test") for shard in shards.all]
    return sum(row[0] for part in parts for row in part)
