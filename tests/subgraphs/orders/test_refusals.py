"""What a vendor does not take is refused by code, with what helps the app; and many orders at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.subgraphs.orders.catalog import DAY
from tests.subgraphs.orders.conftest import Person, World
from tests.subgraphs.orders.operations import place

NOTHING: dict[str, Any] = {"opensAt": None, "minimumOrder": None, "total": None, "productIds": []}
PLACE_MANY = """mutation($orders: [PlaceOrderInput!]!) { placeOrders(orders: $orders) {
    results { order { id total { amount } items { name } } errors { code field } refusal { opensAt } }
    errors { code field } } }"""


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


async def _refused(
    world: World, *, price: int = 1000, available: bool = True, **changes: Any
) -> tuple[str, Any]:
    """The code of the one error, and the refusal."""
    product = await world.shelf.put("Tea", price, available=available)
    payload = await place(world, world.person(), {product: 1}, None, **changes)
    assert payload["order"] is None
    [error] = payload["errors"]
    return error["code"], payload["refusal"]


async def test_a_vendor_that_is_closed_says_when_it_opens(world: World) -> None:
    opens = _now().replace(hour=0, minute=0, second=0) + timedelta(days=2)
    start = opens.weekday() * DAY
    await world.shelf.change(hours=[[start, start + 60]])
    code, refusal = await _refused(world)
    assert code == "VENDOR_CLOSED"
    assert datetime.fromisoformat(refusal.pop("opensAt")) == opens
    assert refusal.items() <= NOTHING.items()


async def test_a_vendor_that_is_closed_for_good_opens_never(world: World) -> None:
    await world.shelf.change(state="CLOSED")
    assert await _refused(world) == ("VENDOR_CLOSED", NOTHING)


async def test_a_vendor_that_pauses_says_until_when(world: World) -> None:
    until = _now() + timedelta(hours=1)
    await world.shelf.change(state="PAUSED", paused_until=until)
    code, refusal = await _refused(world)
    assert (code, datetime.fromisoformat(refusal["opensAt"])) == ("VENDOR_PAUSED", until)
    await world.shelf.change(paused_until=None)
    assert await _refused(world) == ("VENDOR_PAUSED", NOTHING)
    await world.shelf.change(paused_until=_now() - timedelta(hours=1))
    tea = await world.shelf.put("Tea", 1000)
    assert (await place(world, world.person(), {tea: 1}))["errors"] == []


async def test_a_place_that_is_too_far_is_out_of_the_area(world: World) -> None:
    north = {"lat": 80.0, "lon": 0.0}
    assert await _refused(world, deliveryAddress=north) == ("OUT_OF_AREA", NOTHING)


async def test_items_below_the_minimum_are_refused_with_it(world: World) -> None:
    await world.shelf.change(minimum_order=2000)
    code, refusal = await _refused(world, price=1999)
    assert code == "BELOW_MINIMUM"
    assert refusal == {**NOTHING, "minimumOrder": {"amount": 2000, "currency": "EGP"}}
    enough = await world.shelf.put("Tea", 2000)
    assert (await place(world, world.person(), {enough: 1}))["errors"] == []


async def test_what_is_sold_out_is_named(world: World) -> None:
    code, refusal = await _refused(world, available=False)
    assert (code, len(refusal["productIds"])) == ("PRODUCT_UNAVAILABLE", 1)


async def test_another_price_than_expected_is_refused_with_the_new_one(world: World) -> None:
    customer, tea = world.person(), await world.shelf.put("Tea", 1000)
    total = 1000 + 1500 + 50
    await world.shelf.change_price(tea, 2000)
    payload = await place(world, customer, {tea: 1}, "k", expectedTotal=total)
    [error] = payload["errors"]
    assert (error["code"], error["field"]) == ("PRICE_CHANGED", "expectedTotal")
    assert payload["refusal"] == {**NOTHING, "total": {"amount": total + 1050, "currency": "EGP"}}
    # The same key may go on: nothing was placed under it.
    again = await place(world, customer, {tea: 1}, "k", expectedTotal=total + 1050)
    assert again["order"]["total"]["amount"] == total + 1050


async def test_the_fee_is_that_of_the_distance(world: World) -> None:
    await world.shelf.change(delivery_fees=[[1.0, 500], [5.0, 900]])
    tea = await world.shelf.put("Tea", 1000)
    order = (await place(world, world.person(), {tea: 1}))["order"]
    assert order["fees"]["delivery"] == {"amount": 900}


def _input(world: World, items: dict[str, int], **changes: Any) -> dict[str, Any]:
    return {
        "idempotencyKey": uuid4().hex,
        "vendorId": str(world.shelf.vendor_id),
        "items": [{"productId": id, "quantity": quantity} for id, quantity in items.items()],
        "deliveryAddress": {"street": "26 July St", "city": "Cairo", "lat": 30.06, "lon": 31.22},
        **changes,
    }


async def _place_many(world: World, person: Person, orders: list[dict[str, Any]]) -> Any:
    reply = await world.orders.send(PLACE_MANY, person.token, orders=orders)
    assert reply.errors == []
    return reply


async def test_fifty_orders_take_as_many_statements_as_one(world: World) -> None:
    customer = world.person()
    tea, koshari = await world.shelf.put("Tea", 1000), await world.shelf.put("Koshari", 4500)
    orders = [_input(world, {tea: 1, koshari: n}) for n in range(1, 51)]
    reply = await _place_many(world, customer, orders)
    results = reply.data["placeOrders"]["results"]
    assert [each["errors"] for each in results] == [[]] * 50
    assert [each["order"]["total"]["amount"] for each in results] == [
        1000 + n * 4500 + 1500 + round((1000 + n * 4500) * 0.05) for n in range(1, 51)
    ]
    assert set(reply.most.values()) == {1}
    again = await _place_many(world, customer, orders)
    assert again.data == reply.data


async def test_each_of_many_orders_has_a_result_of_its_own(world: World) -> None:
    customer, tea = world.person(), await world.shelf.put("Tea", 1000)
    gone = await world.shelf.put("Feteer", 9000, available=False)
    same = _input(world, {tea: 3}, idempotencyKey="same")
    reply = await _place_many(
        world,
        customer,
        [
            _input(world, {tea: 1}),
            _input(world, {gone: 1}),
            _input(world, {tea: 1}, vendorId="nonsense"),
            _input(world, {tea: 1}, deliveryAddress={"lat": 80, "lon": 0}),
            _input(world, {tea: 100}),
            same,
            same,
            _input(world, {tea: 4}, idempotencyKey="same"),
        ],
    )
    results = reply.data["placeOrders"]["results"]
    assert [[error["code"] for error in each["errors"]] for each in results] == [
        [],
        ["PRODUCT_UNAVAILABLE"],
        ["BAD_USER_INPUT"],
        ["OUT_OF_AREA"],
        ["BAD_USER_INPUT"],
        [],
        [],
        ["CONFLICT"],
    ]
    assert results[5] == results[6]


@pytest.mark.parametrize("count", [0, 51])
async def test_too_many_orders_at_once_are_refused(world: World, count: int) -> None:
    orders = [_input(world, {"x": 1})] * count
    reply = await _place_many(world, world.person(), orders)
    error = {"code": "BAD_USER_INPUT", "field": "orders"}
    assert reply.data["placeOrders"] == {"results": [], "errors": [error]}
