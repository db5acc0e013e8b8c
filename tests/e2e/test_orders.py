"""An order's way: placed once, accepted by its vendor, then given to whoever delivers it."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

from .platform import Platform

PLACE = """
mutation Place($input: PlaceOrderInput!) {
  placeOrder(input: $input) {
    order { id status total { amount currency } delivery { state } }
    errors { code message field }
  }
}
"""
ORDER = """
query Order($id: ID!) { order(id: $id) { id status rider { id } delivery { state deliveredBy reference } } }
"""
ACCEPT = "mutation Accept($id: ID!) { acceptOrder(id: $id) { order { status } errors { code } } }"


async def _wanted(platform: Platform, key: str) -> dict[str, Any]:
    """An order of two of the first product that is available at the demo vendor."""
    own = await platform.data(
        "{ vendors(first: 1) { edges { node { id location { lat lon }"
        " menu { edges { node { products { edges { node { id available price { amount } } } } } } } } } } }"
    )
    vendor = own["vendors"]["edges"][0]["node"]
    products = [edge["node"] for c in vendor["menu"]["edges"] for edge in c["node"]["products"]["edges"]]
    product = next(each for each in products if each["available"])
    near = {"lat": vendor["location"]["lat"] + 0.01, "lon": vendor["location"]["lon"] + 0.01}
    return {
        "idempotencyKey": key,
        "vendorId": vendor["id"],
        "items": [{"productId": product["id"], "quantity": 2}],
        "deliveryAddress": {"street": "1 Main Street", "city": "Here", **near},
    }


async def test_who_delivers_is_found_after_the_vendor_has_accepted(platform: Platform) -> None:
    token, admin = await platform.token("customer"), await platform.token("admin")

    placed = await platform.data(PLACE, {"input": await _wanted(platform, str(uuid4()))}, token=token)

    assert placed["placeOrder"]["errors"] == []
    order = placed["placeOrder"]["order"]
    assert (order["status"], order["delivery"]["state"]) == ("PENDING", "AWAITING_VENDOR")
    accepted = await platform.data(ACCEPT, {"id": order["id"]}, token=admin)
    assert accepted["acceptOrder"]["order"]["status"] == "ACCEPTED"
    found = await _until_somebody_is_asked(platform, order["id"], token)
    assert (found["rider"] is None) == (found["delivery"]["deliveredBy"] == "PROVIDER")


async def _until_somebody_is_asked(platform: Platform, order_id: str, token: str) -> dict[str, Any]:
    async with asyncio.timeout(60):
        while True:
            order: dict[str, Any] = (await platform.data(ORDER, {"id": order_id}, token=token))["order"]
            if order["rider"] or order["delivery"]["reference"]:
                return order
            await asyncio.sleep(0.1)


async def test_the_same_key_places_the_same_order(platform: Platform) -> None:
    token = await platform.token("customer")
    wanted = {"input": await _wanted(platform, str(uuid4()))}

    first, second = await asyncio.gather(*(platform.data(PLACE, wanted, token=token) for _ in range(2)))

    assert first["placeOrder"]["order"]["id"] == second["placeOrder"]["order"]["id"]


async def test_a_cancelled_order_refuses_to_be_accepted(platform: Platform) -> None:
    token = await platform.token("customer")
    placed = await platform.data(PLACE, {"input": await _wanted(platform, str(uuid4()))}, token=token)
    order_id = placed["placeOrder"]["order"]["id"]

    cancelled = await platform.data(
        "mutation Cancel($id: ID!) { cancelOrder(id: $id) { order { status } errors { code } } }",
        {"id": order_id},
        token=token,
    )
    refused = await platform.data(
        ACCEPT,
        {"id": order_id},
        token=await platform.token("admin"),
    )

    assert cancelled["cancelOrder"]["order"]["status"] == "CANCELLED"
    assert refused["acceptOrder"]["order"] is None
    assert refused["acceptOrder"]["errors"][0]["code"] == "ILLEGAL_STATUS"
