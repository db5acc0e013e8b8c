"""Subscriptions over real WebSockets, with the gql client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from gql.transport.exceptions import TransportQueryError
from redis.asyncio import Redis

from subgraphs.common.auth import Role
from subgraphs.common.live import LiveHub, Mailbox
from subgraphs.riders.app import create_app
from subgraphs.riders.keys import rider_channel
from tests.subgraphs.common.following import following
from tests.subgraphs.common.http_server import served
from tests.subgraphs.riders.fleet import CAIRO, GIZA, ZAMALEK, Fleet

LOCATION = "subscription($id: ID!) { riderLocation(riderId: $id) { lat lon heading rider { user { id } } } }"
TRACKING = """subscription($id: ID!) { orderTracking(orderId: $id) {
    status location { lat lon } eta rider { id } order { id } } }"""


@pytest.fixture
async def url(fleet: Fleet) -> AsyncIterator[str]:
    """A second process's worth of the app: reports go to the first, followers are here."""
    async with served(create_app(fleet.settings)) as address:
        yield f"{address.replace('http', 'ws')}/graphql"


async def test_a_move_arrives_at_a_follower_after_the_present_place(fleet: Fleet, url: str) -> None:
    rider = await fleet.rider(place=CAIRO)
    async with following(url, LOCATION, rider.id, rider.token) as moves:
        first = await anext(moves)
        assert (first["lat"], first["lon"]) == CAIRO
        await fleet.report(rider, *GIZA, heading=90)
        second = await anext(moves)
    assert (second["lat"], second["lon"], second["heading"]) == (*GIZA, 90)
    assert second["rider"]["user"]["id"] == str(rider.user.id)


async def test_many_follow_one_rider(fleet: Fleet, url: str) -> None:
    rider = await fleet.rider(place=CAIRO)
    admin = fleet.issuer.person(Role.ADMIN)
    async with (
        following(url, LOCATION, rider.id, rider.token) as one,
        following(url, LOCATION, rider.id, admin.token) as two,
    ):
        for moves in (one, two):
            await anext(moves)
        await fleet.report(rider, *GIZA)
        assert [(await anext(moves))["lat"] for moves in (one, two)] == [GIZA[0], GIZA[0]]


async def test_an_orders_way_from_acceptance_to_the_door(fleet: Fleet, url: str) -> None:
    rider = await fleet.rider(place=GIZA)
    order = fleet.order()
    await fleet.tell(order, "PENDING")
    async with following(url, TRACKING, order.id, order.customer.token) as steps:
        first = await anext(steps)
        assert (first["status"], first["rider"], first["order"]) == ("PENDING", None, {"id": str(order.id)})
        await fleet.tell(order, "ACCEPTED")
        await fleet.step(rider, "acceptAssignment", order)
        await fleet.work()
        while (seen := await anext(steps))["rider"] is None:
            pass
        assert (seen["status"], seen["rider"]["id"]) == ("ACCEPTED", str(rider.id))
        await fleet.report(rider, *CAIRO)
        while (seen := await anext(steps))["location"]["lat"] != CAIRO[0]:
            pass
        assert seen["eta"]
        await fleet.tell(order, "PICKED_UP", "DELIVERED")
        statuses = [step["status"] async for step in steps]
    assert statuses[-1] == "DELIVERED"  # and the stream has ended


async def test_strangers_follow_neither_rider_nor_order(fleet: Fleet, url: str) -> None:
    rider = await fleet.rider(place=CAIRO)
    order = fleet.order()
    await fleet.carried(order, rider)
    stranger = fleet.issuer.person()
    for query, id, code in ((LOCATION, rider.id, "FORBIDDEN"), (TRACKING, order.id, "NOT_FOUND")):
        for token, expected in ((stranger.token, code), (None, "UNAUTHENTICATED")):
            with pytest.raises(TransportQueryError) as refused:
                async with following(url, query, id, token) as events:
                    await anext(events)
            assert expected in str(refused.value)


async def test_a_customer_follows_a_rider_only_while_he_carries_the_order(fleet: Fleet, url: str) -> None:
    rider = await fleet.rider(place=CAIRO)
    order = fleet.order()
    await fleet.carried(order, rider)
    async with following(url, LOCATION, rider.id, order.customer.token) as moves:
        await anext(moves)
        await fleet.report(rider, *ZAMALEK)
        assert (await anext(moves))["lat"] == ZAMALEK[0]
        for name in ("pickUp", "completeAssignment"):
            await fleet.step(rider, name, order)
        await fleet.report(rider, *GIZA)
        with pytest.raises(TransportQueryError, match="FORBIDDEN"):
            await anext(moves)


async def test_a_slow_follower_keeps_the_newest_of_each_kind_only() -> None:
    mailbox = Mailbox()
    for n in range(1000):
        mailbox.put("position", {"lat": n})
    mailbox.put("status", {"status": "PICKED_UP"})
    mailbox.put("position", {"lat": 1000})
    assert [await mailbox.take(), await mailbox.take()] == [{"status": "PICKED_UP"}, {"lat": 1000}]


async def test_the_channel_is_left_with_its_last_follower(fleet: Fleet, url: str) -> None:
    rider = await fleet.rider(place=CAIRO)
    channel = rider_channel(fleet.tenant, rider.id)
    async with following(url, LOCATION, rider.id, rider.token) as moves:
        await anext(moves)
        assert dict(await fleet.resources.valkey.pubsub_numsub(channel))[channel] == 1
    async with asyncio.timeout(10):
        # The server learns of the closed socket in its own time.
        while dict(await fleet.resources.valkey.pubsub_numsub(channel))[channel]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_followers_outlive_a_lost_connection_to_valkey(fleet: Fleet, url: str) -> None:
    rider = await fleet.rider(place=CAIRO)
    async with following(url, LOCATION, rider.id, rider.token) as moves:
        await anext(moves)
        await fleet.resources.valkey.client_kill_filter(_type="pubsub")
        async with asyncio.timeout(10):
            channel = rider_channel(fleet.tenant, rider.id)
            # Until the hub has subscribed anew.
            while not dict(await fleet.resources.valkey.pubsub_numsub(channel))[channel]:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await fleet.report(rider, *GIZA)
        assert (await anext(moves))["lat"] == GIZA[0]


async def test_a_hub_that_nobody_follows_is_at_rest_while_it_still_unsubscribes(valkey_url: str) -> None:
    async with Redis.from_url(valkey_url, decode_responses=True) as valkey:
        hub = LiveHub(valkey, lambda message: "any")
        unsubscribe = hub._pubsub.unsubscribe

        async def unsubscribe_late(channel: str) -> None:
            await valkey.publish(channel, "{}")
            while hub._wanted.is_set():  # noqa: ASYNC110 - until the hub sees that nobody is left
                await asyncio.sleep(0)
            await unsubscribe(channel)

        hub._pubsub.unsubscribe = unsubscribe_late  # type: ignore[method-assign]
        running = asyncio.create_task(hub.run())
        async with asyncio.timeout(30):
            for channel in ("live:one", "live:two"):
                async with hub.follow(channel) as mailbox:
                    await valkey.publish(channel, '{"lat": 1}')
                    assert await mailbox.take() == {"lat": 1}
        running.cancel()
        await hub.close()
