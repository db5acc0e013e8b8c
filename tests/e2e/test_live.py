"""Live updates: a rider's move reaches subscribers on the router's one WebSocket endpoint."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from gql.transport.exceptions import TransportQueryError

from .platform import Platform

ON_THE_ROAD = """
{ me { orders(first: 5) { edges { node { id status rider { id location { lat lon } } } } } } }
"""
RIDER_LOCATION = """
subscription Rider($id: ID!) {
  riderLocation(riderId: $id) { lat lon rider { id user { name } } }
}
"""
TRACKING = """
subscription Track($id: ID!) {
  orderTracking(orderId: $id) { location { lat lon } order { id total { amount } vendor { name } } }
}
"""
REPORT = """
mutation Report($lat: Float!, $lon: Float!) {
  reportLocation(input: { lat: $lat, lon: $lon, heading: 90 }) { errors { code message } }
}
"""


async def _order_on_the_road(platform: Platform) -> dict[str, Any]:
    """The order that the demo's rider carries; others may be given to other riders meanwhile."""
    data = await platform.data(ON_THE_ROAD, token=await platform.token("customer"))
    orders = [edge["node"] for edge in data["me"]["orders"]["edges"]]
    return next(order for order in orders if order["status"] == "PICKED_UP")


async def _report(platform: Platform, lat: float, lon: float) -> None:
    reported = await platform.data(REPORT, {"lat": lat, "lon": lon}, token=await platform.token("rider"))
    assert reported["reportLocation"]["errors"] == []


async def test_a_riders_move_arrives_at_a_subscriber_with_fields_of_other_subgraphs(
    platform: Platform,
) -> None:
    order = await _order_on_the_road(platform)
    start = order["rider"]["location"]
    lat, lon = round(start["lat"] + 0.001, 6), round(start["lon"] + 0.001, 6)
    token = await platform.token("customer")

    async with (
        asyncio.timeout(30),
        platform.subscribe(RIDER_LOCATION, {"id": order["rider"]["id"]}, token=token) as events,
    ):
        first = await anext(events)  # the present position: from now on we are subscribed
        await _report(platform, lat, lon)
        second = await anext(events)

    assert first["riderLocation"]["rider"]["user"]["name"]
    assert (second["riderLocation"]["lat"], second["riderLocation"]["lon"]) == (lat, lon)
    assert second["riderLocation"]["rider"]["user"]["name"]


async def test_the_customer_tracks_an_order_with_its_vendor_and_total(platform: Platform) -> None:
    order = await _order_on_the_road(platform)
    start = order["rider"]["location"]
    lat, lon = round(start["lat"] + 0.002, 6), round(start["lon"] - 0.001, 6)
    token = await platform.token("customer")

    async with asyncio.timeout(30), platform.subscribe(TRACKING, {"id": order["id"]}, token=token) as events:
        await anext(events)
        await _report(platform, lat, lon)
        moved = await anext(events)

    assert moved["orderTracking"]["location"] == {"lat": lat, "lon": lon}
    assert moved["orderTracking"]["order"]["vendor"]["name"]
    assert moved["orderTracking"]["order"]["total"]["amount"] > 0


async def test_a_stranger_may_not_follow_a_rider(platform: Platform) -> None:
    order = await _order_on_the_road(platform)

    with pytest.raises(TransportQueryError, match=r"UNAUTHENTICATED|FORBIDDEN"):
        async with (
            asyncio.timeout(30),
            platform.subscribe(RIDER_LOCATION, {"id": order["rider"]["id"]}) as events,
        ):
            await anext(events)
