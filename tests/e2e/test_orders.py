"""An order's way: placed once, accepted by its vendor, then given to whoever delivers it."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

from stack.demo.logins import PASSWORD

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
ASKED = """
query Asked($point: PointInput!) {
  nearbyRiders(point: $point, km: 20, first: 50) {
    rider { user { phone } assignments(state: OFFERED) { edges { node { order { id } } } } }
  }
}
"""
TAKE = "mutation Take($id: ID!) { acceptAssignment(orderId: $id) { errors { code message } } }"
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
    wanted = await _wanted(platform, str(uuid4()))

    placed = await platform.data(PLACE, {"input": wanted}, token=token)

    assert placed["placeOrder"]["errors"] == []
    order = placed["placeOrder"]["order"]
    assert (order["status"], order["delivery"]["state"]) == ("PENDING", "AWAITING_VENDOR")
    accepted = await platform.data(ACCEPT, {"id": order["id"]}, token=admin)
    assert accepted["acceptOrder"]["order"]["status"] == "ACCEPTED"
    async with asyncio.timeout(60):
        while (found := await _by_whom(platform, order["id"], wanted, token)) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    assert (found["rider"] is None) == (found["delivery"]["deliveredBy"] == "PROVIDER")


async def _by_whom(
    platform: Platform, order_id: str, wanted: dict[str, Any], token: str
) -> dict[str, Any] | None:
    """The order with its rider, who accepts as soon as he is asked, or with its provider; None yet."""
    address = wanted["deliveryAddress"]
    point = {"lat": address["lat"], "lon": address["lon"]}
    near = await platform.data(ASKED, {"point": point}, token=await platform.token("admin"))
    for rider in (each["rider"] for each in near["nearbyRiders"]):
        if order_id in [edge["node"]["order"]["id"] for edge in rider["assignments"]["edges"]]:
            own = await platform.log_in(rider["user"]["phone"], PASSWORD)
            answer = await platform.data(TAKE, {"id": order_id}, token=own)
            assert answer["acceptAssignment"]["errors"] == []
    order: dict[str, Any] = (await platform.data(ORDER, {"id": order_id}, token=token))["order"]
    is_found = order["delivery"]["deliveredBy"] and (order["rider"] or order["delivery"]["reference"])
    return order if is_found else None


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
