"""placeOrder: priced by the catalog, once per key, told in the same transaction."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text

from subgraphs.common.auth import Role
from subgraphs.common.ids import bucket_of, new_id
from subgraphs.orders.app import create_app
from tests.subgraphs.common.graph_client import serve
from tests.subgraphs.orders.conftest import World
from tests.subgraphs.orders.operations import PLACE, place


async def test_an_order_has_the_catalogs_prices_and_fees(world: World) -> None:
    customer = world.person()
    koshari, tea = await world.shelf.put("كشري", 4500), await world.shelf.put("Tea", 1000)
    payload = await place(world, customer, {koshari: 2, tea: 1})
    assert payload["errors"] == []
    order = payload["order"]
    assert bucket_of(UUID(order["id"])) == bucket_of(customer.id)
    assert order == {
        "id": order["id"],
        "status": "PENDING",
        "total": {"amount": 10000 + 1500 + 500, "currency": "EGP"},
        "fees": {"delivery": {"amount": 1500}, "service": {"amount": 500}},
        "items": [
            _line("كشري", 2, 4500, koshari),
            _line("Tea", 1, 1000, tea),
        ],
        "timeline": [{"status": "PENDING", "note": None}],
        "delivery": {
            "rule": "RIDERS_THEN_PROVIDER",
            "deliveredBy": None,
            "state": "AWAITING_VENDOR",
            "provider": None,
            "reference": None,
            "attempts": 0,
        },
        "deliveryAddress": {"street": "26 July St", "lat": 30.06, "lon": 31.22},
        "customer": {"id": str(customer.id)},
        "vendor": {"id": str(world.shelf.vendor_id)},
    }


def _line(name: str, quantity: int, price: int, product: str) -> dict[str, object]:
    return {
        "name": name,
        "quantity": quantity,
        "unitPrice": {"amount": price},
        "subtotal": {"amount": price * quantity},
        "product": {"id": product},
    }


async def test_the_same_key_is_the_same_order(world: World) -> None:
    customer, tea = world.person(), await world.shelf.put("Tea", 1000)
    first = await place(world, customer, {tea: 1}, key="k")
    again = await place(world, customer, {tea: 1}, key="k")
    assert first["order"]["id"] == again["order"]["id"]
    assert await _events(world, first["order"]["id"]) == ["order.placed"]


async def test_a_price_is_that_of_the_moment(world: World) -> None:
    customer, tea = world.person(), await world.shelf.put("Tea", 1000)
    order = (await place(world, customer, {tea: 1}))["order"]
    await world.shelf.change_price(tea, 9000)
    reply = await world.orders.send(
        "query($id: ID!) { order(id: $id) { items { unitPrice { amount } } } }",
        customer.token,
        id=order["id"],
    )
    assert reply.data["order"]["items"] == [{"unitPrice": {"amount": 1000}}]


async def test_the_same_key_at_once_is_one_order(world: World) -> None:
    customer, tea = world.person(), await world.shelf.put("Tea", 1000)
    answers = await asyncio.gather(*(place(world, customer, {tea: 1}, key="k") for _ in range(10)))
    [id] = {answer["order"]["id"] for answer in answers}
    assert await _events(world, id) == ["order.placed"]


async def test_the_same_key_for_another_order_is_a_conflict(world: World) -> None:
    customer, tea = world.person(), await world.shelf.put("Tea", 1000)
    await place(world, customer, {tea: 1}, key="k")
    [error] = (await place(world, customer, {tea: 2}, key="k"))["errors"]
    assert (error["code"], error["field"]) == ("CONFLICT", "idempotencyKey")


async def test_another_customers_key_is_his_own(world: World) -> None:
    tea = await world.shelf.put("Tea", 1000)
    one = await place(world, world.person(), {tea: 1}, key="k")
    other = await place(world, world.person(), {tea: 1}, key="k")
    assert one["order"]["id"] != other["order"]["id"]


async def test_what_cannot_be_ordered_is_said(world: World) -> None:
    customer = world.person()
    tea = await world.shelf.put("Tea", 1000)
    dear = await world.shelf.put("Gold", 1_000_000_000)
    gone = await world.shelf.put("Feteer", 9000, available=False)
    cases: list[tuple[dict[str, int], dict[str, object], str, str]] = [
        ({}, {}, "BAD_USER_INPUT", "items"),
        ({tea: 0}, {}, "BAD_USER_INPUT", "items"),
        ({tea: 100}, {}, "BAD_USER_INPUT", "items"),
        ({gone: 1}, {}, "PRODUCT_UNAVAILABLE", "items"),
        ({str(new_id()): 1}, {}, "NOT_FOUND", "items"),
        ({tea: 1}, {"vendorId": str(new_id())}, "NOT_FOUND", "vendorId"),
        ({tea: 1}, {"idempotencyKey": ""}, "BAD_USER_INPUT", "idempotencyKey"),
        (
            {tea: 1},
            {"deliveryAddress": {"lat": 1, "lon": 1, "note": "x" * 1001}},
            "BAD_USER_INPUT",
            "deliveryAddress",
        ),
        ({dear: 99}, {}, "BAD_USER_INPUT", "items"),
        ({tea: 1}, {"deliveryAddress": {"lat": 91, "lon": 0}}, "BAD_USER_INPUT", "deliveryAddress"),
    ]
    for items, changes, code, field in cases:
        payload = await place(world, customer, items, None, **changes)
        assert payload["order"] is None
        assert [(error["code"], error["field"]) for error in payload["errors"]] == [(code, field)]


async def test_behind_a_pooler_an_order_is_kept_with_all_that_belongs_to_it(world: World) -> None:
    customer, tea = world.person(), await world.shelf.put("Tea", 1000)
    pooled = world.settings.model_copy(update={"statement_cache_size": 0})
    async with serve(create_app(pooled)) as orders:
        behind = replace(world, orders=orders)
        first = await place(behind, customer, {tea: 2}, key="k")
        again = await place(behind, customer, {tea: 2}, key="k")
    assert first["errors"] == []
    assert first["order"]["items"] == [_line("Tea", 2, 1000, tea)]
    assert again["order"]["id"] == first["order"]["id"]
    assert await _events(world, first["order"]["id"]) == ["order.placed"]


async def test_a_catalog_that_is_away_is_said_and_nothing_is_written(world: World) -> None:
    customer = world.person()
    lost = world.settings.model_copy(update={"catalog_url": "http://127.0.0.1:9/graphql"})
    async with serve(create_app(lost)) as orders:
        given = {
            "idempotencyKey": "k",
            "vendorId": str(world.shelf.vendor_id),
            "items": [{"productId": str(new_id()), "quantity": 1}],
            "deliveryAddress": {"lat": 0, "lon": 0},
        }
        reply = await orders.send(PLACE, customer.token, input=given)
    assert [error["code"] for error in reply.data["placeOrder"]["errors"]] == ["UNAVAILABLE"]
    listed = await world.orders.entities(
        "... on User { orders { edges { cursor } } }",
        [{"__typename": "User", "id": str(customer.id)}],
        customer.token,
    )
    assert listed.data["_entities"] == [{"orders": {"edges": []}}]


@pytest.mark.parametrize("role", list(Role))
async def test_everybody_who_is_signed_in_may_order(world: World, role: Role) -> None:
    tea = await world.shelf.put("Tea", 1000)
    assert (await place(world, world.person(role), {tea: 1}))["errors"] == []
    reply = await world.orders.send(
        PLACE,
        input={"idempotencyKey": "k", "vendorId": "", "items": [], "deliveryAddress": {"lat": 0, "lon": 0}},
    )
    assert reply.codes == ["UNAUTHENTICATED"]


async def _events(world: World, order_id: str) -> list[str]:
    shards = world.shards
    query = text("SELECT topic FROM waybill.outbox WHERE key = :key ORDER BY seq")
    rows = await shards.fetch(shards.map.shard_of(UUID(order_id)), query, "test", key=UUID(order_id))
    return [row.topic for row in rows]
