"""The subscription vendorOrders over real WebSockets, told by real processes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from gql.transport.exceptions import TransportQueryError

from subgraphs.common.auth import Role
from subgraphs.common.ids import new_id
from subgraphs.orders.app import create_app
from subgraphs.orders.live import vendor_channel
from tests.subgraphs.common.following import following
from tests.subgraphs.common.http_server import served
from tests.subgraphs.orders.background import Watch, running
from tests.subgraphs.orders.conftest import World
from tests.subgraphs.orders.operations import accepted, placed, step

QUERY = "subscription($id: ID!) { vendorOrders(vendorId: $id) { orders { id status items { name } } } }"
TELLING = ("subgraphs.common.relay", "subgraphs.orders.consumer")


@pytest.fixture
async def url(world: World) -> AsyncIterator[str]:
    """A second process's worth of the app: orders come to the first, followers are here."""
    settings = world.settings.model_copy(update={"page_max": 3})
    async with served(create_app(settings)) as address:
        yield f"{address.replace('http', 'ws')}/graphql"


def _told(event: Any) -> dict[str, str]:
    return {order["id"]: order["status"] for order in event["orders"]}


async def test_open_orders_come_first_then_each_change(world: World, watch: Watch, url: str) -> None:
    customer, vendor, staff = world.person(), world.shelf.vendor_id, world.staff
    ended, waiting = await placed(world, customer), await accepted(world, customer)
    await step(world, customer, "cancelOrder", ended)
    async with running(world.settings, *TELLING):
        await watch.until("order.status", 1, status="CANCELLED")  # what is past is told to nobody
        async with following(url, QUERY, vendor, staff.token) as events:
            assert _told(await anext(events)) == {waiting: "ACCEPTED"}
            new = await placed(world, customer)
            assert await _until(events, new) == "PENDING"
            await step(world, staff, "startPreparing", waiting)
            assert await _until(events, waiting) == "PREPARING"
            await step(world, staff, "rejectOrder", new)
            while await _until(events, new) != "REJECTED":
                pass


async def _until(events: AsyncIterator[Any], id: str) -> str:
    """The status in the next event about an order."""
    while True:
        told = _told(await anext(events))
        if id in told:
            return told[id]


async def test_without_open_orders_the_first_event_says_so(world: World, url: str) -> None:
    async with following(url, QUERY, world.shelf.vendor_id, world.staff.token) as events:
        assert await anext(events) == {"orders": []}


async def test_many_open_orders_come_in_pages(world: World, url: str) -> None:
    ids = {await placed(world, world.person()) for _ in range(7)}
    async with following(url, QUERY, world.shelf.vendor_id, world.admin.token) as events:
        pages = [_told(await anext(events)) for _ in range(3)]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert {id for page in pages for id in page} == ids


async def test_after_a_lost_connection_all_open_orders_come_again(
    world: World, url: str, watch: Watch
) -> None:
    async with following(url, QUERY, world.shelf.vendor_id, world.staff.token) as events:
        await anext(events)
        missed = await placed(world, world.person())  # nobody tells of it: no process runs
        await watch.valkey.client_kill_filter(_type="pubsub")
        assert await _until(events, missed) == "PENDING"


async def test_only_the_vendor_and_admins_of_its_marketplace_follow_its_orders(
    world: World, url: str
) -> None:
    vendor = world.shelf.vendor_id
    await placed(world, world.person())
    strangers = {
        world.person().token: "FORBIDDEN",
        world.person(Role.RIDER).token: "FORBIDDEN",
        world.person(Role.VENDOR_STAFF, vendor_id=new_id()).token: "FORBIDDEN",
        None: "UNAUTHENTICATED",
    }
    for token, code in strangers.items():
        async with following(url, QUERY, vendor, token) as events:
            with pytest.raises(TransportQueryError, match=code):
                await anext(events)
    elsewhere = world.person(Role.ADMIN, tenant="elsewhere")
    async with following(url, QUERY, vendor, elsewhere.token) as events:
        assert await anext(events) == {"orders": []}
    assert vendor_channel("elsewhere", vendor) != vendor_channel("main", vendor)
