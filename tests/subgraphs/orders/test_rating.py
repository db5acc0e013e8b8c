"""rateOrder: once, after the delivery, by the customer."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from subgraphs.common.auth import Role
from subgraphs.common.ids import new_id
from tests.subgraphs.orders.conftest import Person, World
from tests.subgraphs.orders.operations import place

RATE = """mutation($id: ID!, $vendor: Int, $products: [ProductStarsInput!], $rider: Int, $text: String) {
    rateOrder(orderId: $id, vendorStars: $vendor, products: $products, riderStars: $rider, text: $text) {
        order { rating { vendorStars riderStars text products { product { id } stars } } }
        errors { code field } } }"""


async def _delivered(world: World, customer: Person, by: str = "RIDER") -> tuple[str, str]:
    """An order of one dish that has arrived, and the dish."""
    dish = await world.shelf.put("Koshari", 4500)
    id: str = (await place(world, customer, {dish: 1}))["order"]["id"]
    change = (
        "UPDATE orders.orders SET status = 'DELIVERED', delivered_by = :by, rider_id = :rider WHERE id = :id"
    )
    async with world.shards.transaction(UUID(id)) as session:
        rider = new_id() if by == "RIDER" else None
        await session.execute(text(change), {"id": UUID(id), "by": by, "rider": rider})
    return id, dish


async def _rate(world: World, person: Person, id: str, **stars: Any) -> Any:
    reply = await world.orders.send(RATE, person.token, id=id, **stars)
    assert reply.errors == []
    return reply.data["rateOrder"]


async def _codes(world: World, person: Person, id: str, **stars: Any) -> list[tuple[str, str | None]]:
    errors = (await _rate(world, person, id, **stars))["errors"]
    return [(error["code"], error["field"]) for error in errors]


async def _told(world: World, id: str) -> list[Any]:
    query = text("SELECT payload FROM waybill.outbox WHERE key = :key AND topic = 'order.rated'")
    rows = await world.shards.fetch(world.shards.map.shard_of(UUID(id)), query, "test", key=UUID(id))
    return [row.payload for row in rows]


async def test_a_delivered_order_is_rated_once_and_others_are_told(world: World) -> None:
    customer = world.person()
    id, dish = await _delivered(world, customer)
    stars = {"vendor": 5, "rider": 4, "text": "طعم زمان", "products": [{"productId": dish, "stars": 3}]}
    answers = await asyncio.gather(*(_rate(world, customer, id, **stars) for _ in range(3)))
    rating = {"vendorStars": 5, "riderStars": 4, "text": "طعم زمان"}
    rating["products"] = [{"product": {"id": dish}, "stars": 3}]
    assert answers == [{"order": {"rating": rating}, "errors": []}] * 3
    assert await _codes(world, customer, id, **{**stars, "vendor": 1}) == [("CONFLICT", "orderId")]
    [told] = await _told(world, id)
    assert told.pop("at")
    assert UUID(told.pop("riderId"))
    assert told == {
        "orderId": id,
        "customerId": str(customer.id),
        "vendorId": str(world.shelf.vendor_id),
        "vendorStars": 5,
        "products": [{"id": dish, "stars": 3}],
        "riderStars": 4,
        "text": "طعم زمان",
    }


async def test_an_order_that_has_not_arrived_cannot_be_rated(world: World) -> None:
    customer = world.person()
    dish = await world.shelf.put("Koshari", 4500)
    id = (await place(world, customer, {dish: 1}))["order"]["id"]
    assert await _codes(world, customer, id, vendor=5) == [("ILLEGAL_STATUS", None)]
    assert await _told(world, id) == []


@pytest.mark.parametrize(
    ("stars", "field"),
    [
        ({}, "vendorStars"),
        ({"text": "nothing else"}, "vendorStars"),
        ({"vendor": 0}, "vendorStars"),
        ({"vendor": 6}, "vendorStars"),
        ({"rider": 6}, "riderStars"),
        ({"vendor": 5, "text": "x" * 2001}, "text"),
    ],
)
async def test_what_is_no_rating_is_refused(world: World, stars: dict[str, Any], field: str) -> None:
    customer = world.person()
    id, _ = await _delivered(world, customer)
    assert await _codes(world, customer, id, **stars) == [("BAD_USER_INPUT", field)]


async def test_only_what_was_in_the_order_is_rated(world: World) -> None:
    customer = world.person()
    id, dish = await _delivered(world, customer, by="PROVIDER")
    foreign = [{"productId": await world.shelf.put("Tea", 1), "stars": 5}]
    assert await _codes(world, customer, id, products=foreign) == [("NOT_FOUND", "products")]
    twice = [{"productId": dish, "stars": stars} for stars in (4, 5)]
    assert await _codes(world, customer, id, products=twice) == [("BAD_USER_INPUT", "products")]
    assert await _codes(world, customer, id, rider=5) == [("BAD_USER_INPUT", "riderStars")]
    assert await _codes(world, customer, id, products=twice[:1]) == []


async def test_only_the_customer_rates(world: World) -> None:
    customer = world.person()
    id, _ = await _delivered(world, customer)
    for person in (world.staff, world.admin):
        assert await _codes(world, person, id, vendor=5) == [("FORBIDDEN", None)]
    for person in (world.person(), world.person(Role.ADMIN, tenant="elsewhere")):
        assert [code for code, _ in await _codes(world, person, id, vendor=5)] == ["NOT_FOUND"]
    assert (await world.orders.send(RATE, id=id, vendor=5)).codes == ["UNAUTHENTICATED"]
    assert await _told(world, id) == []
