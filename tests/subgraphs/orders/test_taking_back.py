"""An order that ends after a provider has it, or may have it, is taken back; processes may be killed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from subgraphs.common.json_calls import json_calls
from subgraphs.orders.dispatch.attempts import Dispatching
from subgraphs.orders.dispatch.work import work_on
from subgraphs.orders.providers import HttpProvider, ProviderFailed, ProviderRefused, Shipment
from subgraphs.orders.settings import OrdersSettings
from tests.subgraphs.orders.background import MODULES, Watch, running, start
from tests.subgraphs.orders.conftest import World
from tests.subgraphs.orders.operations import accepted, step

WORKER = "subgraphs.orders.worker"


async def _behave(world: World, **behaviour: float) -> None:
    async with httpx.AsyncClient() as client:
        (await client.post(f"{world.settings.provider_url}/behaviour", json=behaviour)).raise_for_status()


async def _taken(world: World) -> dict[str, bool]:
    """Orders that the provider has taken; whether they are cancelled there."""
    async with httpx.AsyncClient() as client:
        answer = (await client.get(f"{world.settings.provider_url}/orders")).json()
    return {order["order"]: order["cancelled"] for order in answer["orders"]}


async def _row(world: World, id: str) -> Any:
    query = text("SELECT * FROM orders.orders WHERE id = :id")
    [row] = await world.shards.fetch(world.shards.map.shard_of(UUID(id)), query, "test", id=UUID(id))
    return row


async def _until_called(world: World, calls: int) -> None:
    async with httpx.AsyncClient() as client, asyncio.timeout(60):
        while (await client.get(f"{world.settings.provider_url}/orders")).json()["calls"] < calls:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("by", ["customer", "admin"])
async def test_a_cancelled_order_is_taken_back_from_the_provider(
    delivered: World, watch: Watch, by: str
) -> None:
    world, customer = delivered, delivered.person()
    async with running(world.settings):
        id = await accepted(world, customer)
        await watch.until("order.dispatched", 1)
        assert await _taken(world) == {id: False}
        await _behave(world, failures=4)  # the provider is in trouble: tried again like handing over
        await step(world, customer if by == "customer" else world.admin, "cancelOrder", id)
        await watch.until("order.delivery", 1, state="ENDED")
    assert await _taken(world) == {id: True}
    assert (await _row(world, id)).dispatch == "TAKEN_BACK"


async def test_an_order_cancelled_while_it_is_being_dispatched_is_taken_back(
    delivered: World, watch: Watch
) -> None:
    world, customer = delivered, delivered.person()
    await _behave(world, delayMs=1000)
    async with running(world.settings):
        id = await accepted(world, customer)
        await _until_called(world, 1)
        assert await step(world, customer, "cancelOrder", id) == "CANCELLED"
        await watch.until("order.delivery", 1, state="ENDED")
    assert await _taken(world) == {id: True}
    assert watch.keys("order.dispatched") == []


async def test_so_is_one_whose_worker_was_killed_in_between(delivered: World, watch: Watch) -> None:
    hasty = {
        "dispatch_idle_seconds": 2.0,
        "events_idle_ms": 300,
        "provider_seconds": 2.0,
        "provider_retries": 0,
    }
    world, customer = delivered, delivered.person()
    settings = world.settings.model_copy(update=hasty)
    await _behave(world, delayMs=1500)
    async with running(settings, *(module for module in MODULES if module != WORKER)):
        worker = await start(settings, WORKER)
        id = await accepted(world, customer)
        await _until_called(world, 1)
        worker.kill()
        await worker.wait()
        assert await step(world, customer, "cancelOrder", id) == "CANCELLED"
        await _behave(world, delayMs=0)  # so that the provider is asked before it has taken the order
        async with running(settings, WORKER):
            await watch.until("order.delivery", 1, state="ENDED")
    assert await _taken(world) == {id: True}
    assert (await _row(world, id)).dispatch == "TAKEN_BACK"


async def test_a_taking_back_whose_job_was_lost_is_swept_up(delivered: World, watch: Watch) -> None:
    world, customer = delivered, delivered.person()
    async with running(world.settings):
        id = await accepted(world, customer)
        await watch.until("order.dispatched", 1)
    await step(world, customer, "cancelOrder", id)
    async with running(world.settings, "subgraphs.common.relay"):
        await watch.until("order.delivery", 1, state="TAKING_BACK")
    await watch.valkey.flushall()
    fresh = Watch(watch.valkey, watch.stream)
    async with running(world.settings.model_copy(update={"dispatch_sweep_seconds": 0})):
        await fresh.until("order.delivery", 1, state="ENDED")
    assert await _taken(world) == {id: True}


class _Deaf:
    """A provider that takes orders, and does not let go of them."""

    name = "deaf"

    def __init__(self, failure: ProviderFailed) -> None:
        self.failure = failure

    async def dispatch(self, shipment: Shipment) -> str:
        return "R-1"

    async def cancel(self, order_id: UUID) -> bool:
        raise self.failure


@pytest.mark.parametrize(
    ("failure", "pauses"),
    [(ProviderRefused("HTTP 409"), [1, 2, None]), (ProviderFailed("TimeoutError"), [2, 4, None])],
)
async def test_a_provider_who_cannot_be_told_is_given_up_and_the_order_says_so(
    delivered: World, failure: ProviderFailed, pauses: list[float | None]
) -> None:
    world, customer, clock = delivered, delivered.person(), [datetime.now(UTC)]
    tools = Dispatching(world.shards, _Deaf(failure), OrdersSettings(shards=("unused",)), lambda: clock[0])
    id = await accepted(world, customer)
    await work_on(UUID(id), tools)
    await step(world, customer, "cancelOrder", id)
    made = []
    for minutes in (0, 0, 10):
        clock[0] += timedelta(minutes=minutes)
        made.append(await work_on(UUID(id), tools))
    assert made == pauses
    reply = await world.orders.send(
        "query($id: ID!) { order(id: $id) { status delivery { state } } }", customer.token, id=id
    )
    assert reply.data["order"] == {"status": "CANCELLED", "delivery": {"state": "NOT_TAKEN_BACK"}}


async def test_a_provider_who_never_had_the_order_is_asked_again_when_no_call_can_be_under_way(
    delivered: World,
) -> None:
    world, customer, clock = delivered, delivered.person(), [datetime.now(UTC)]
    async with json_calls() as calls:
        provider = HttpProvider("simulator", world.settings.provider_url, calls, retries=0, seconds=5)
        tools = Dispatching(world.shards, provider, world.settings, lambda: clock[0])
        id = await accepted(world, customer)
        await step(world, customer, "cancelOrder", id)  # before any worker had its job
        again = await work_on(UUID(id), tools)
        assert again is not None
        clock[0] += timedelta(seconds=again + 1)
        assert await work_on(UUID(id), tools) is None
    assert (await _row(world, id)).dispatch == "TAKEN_BACK"
    assert await _taken(world) == {}
