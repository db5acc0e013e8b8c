import asyncio
from typing import Any
from uuid import UUID

import pytest

from subgraphs.catalog.loaders import ProductById
from subgraphs.catalog.schema import schema as catalog_schema
from subgraphs.common.auth import Role
from subgraphs.common.ids import bucket_of, new_id
from tests.subgraphs.catalog.market import Market

SAVE = """mutation($input: SaveProductInput!) { saveProduct(input: $input) {
    product { id name price { amount currency } available tags category } errors { code message field } } }"""


async def save(market: Market, vendor: UUID, *, token: str | None = None, **input: Any) -> dict[str, Any]:
    return await change(market, vendor, token=token, **{"name": "Koshari", "price": 4500, **input})


async def change(market: Market, vendor: UUID, *, token: str | None = None, **input: Any) -> dict[str, Any]:
    staff = market.issuer.person(Role.VENDOR_STAFF, vendor_id=vendor)
    given = {"vendorId": str(vendor), **input}
    reply = await market.client.send(SAVE, token or staff.token, input=given)
    assert reply.errors == []
    payload: dict[str, Any] = reply.data["saveProduct"]
    return payload


def codes(payload: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(error["code"], error["field"]) for error in payload["errors"]]


async def events(market: Market) -> list[dict[str, str]]:
    await market.publish()
    entries: Any = await market.resources.valkey.xrange("waybill:events:catalog")
    ours = [fields for _, fields in entries if fields["tenant"] == market.settings.tenant]
    return [fields for fields in ours if fields["topic"] == "product.saved"]


async def test_staff_make_a_product_on_the_vendors_shard_and_an_event_tells(market: Market) -> None:
    vendor = await market.vendor()
    product = (await save(market, vendor, tags=["vegan"], category="Mains"))["product"]
    assert product["price"] == {"amount": 4500, "currency": "EGP"}
    assert (product["tags"], product["category"]) == (["vegan"], "Mains")
    assert bucket_of(UUID(product["id"])) == bucket_of(vendor)
    assert [event["key"] for event in await events(market)] == [product["id"]]


async def test_the_same_save_twice_makes_one_product(market: Market) -> None:
    vendor = await market.vendor()
    first = await save(market, vendor)
    assert await save(market, vendor) == first
    assert len(await events(market)) == 1


async def test_a_key_tells_equal_products_apart_and_refuses_different_ones(market: Market) -> None:
    vendor = await market.vendor()
    a = await save(market, vendor, idempotencyKey="a")
    b = await save(market, vendor, idempotencyKey="b")
    assert a["product"]["id"] != b["product"]["id"]
    assert codes(await save(market, vendor, idempotencyKey="a", price=1)) == [("CONFLICT", "idempotencyKey")]


async def test_a_change_is_told_once_and_a_repetition_is_nothing(market: Market) -> None:
    vendor = await market.vendor()
    id = (await save(market, vendor))["product"]["id"]
    for _ in range(2):
        changed = await save(market, vendor, id=id, name="Koshari special", price=5000, available=False)
        assert changed["product"]["name"] == "Koshari special"
        assert (changed["product"]["price"]["amount"], changed["product"]["available"]) == (5000, False)
    assert len(await events(market)) == 2


async def test_each_change_raises_the_version(market: Market) -> None:
    vendor = await market.vendor()
    id = UUID((await save(market, vendor))["product"]["id"])
    versions = [await _version(market, id)]
    for price in (1, 2, 3):
        await save(market, vendor, id=str(id), price=price)
        versions.append(await _version(market, id))
    assert versions == sorted(set(versions))


async def _version(market: Market, id: UUID) -> int:
    row = await ProductById(market.shards).load(id)
    assert row is not None
    return row.version


async def test_only_the_vendors_staff_and_admins_may_save(market: Market) -> None:
    vendor, other = await market.vendor(), await market.vendor("Other")
    person = market.issuer.person
    refused = [person(), person(Role.RIDER), person(Role.VENDOR_STAFF, vendor_id=other)]
    for somebody in refused:
        assert codes(await save(market, vendor, token=somebody.token)) == [("FORBIDDEN", None)]
    assert codes(await save(market, vendor, token=person(Role.ADMIN).token)) == []


async def test_nobody_must_log_in_first(market: Market) -> None:
    vendor = await market.vendor()
    reply = await market.client.send(SAVE, input={"vendorId": str(vendor), "name": "x", "price": 1})
    assert codes(reply.data["saveProduct"]) == [("UNAUTHENTICATED", None)]


async def test_another_tenants_admin_finds_no_such_vendor(market: Market) -> None:
    vendor = await market.vendor()
    admin = market.issuer.person(Role.ADMIN, tenant="elsewhere")
    assert codes(await save(market, vendor, token=admin.token)) == [("NOT_FOUND", "vendorId")]


async def test_another_vendors_product_cannot_be_taken_over(market: Market) -> None:
    vendor, other = await market.vendor(), await market.vendor("Other")
    theirs = await market.product(other)
    assert codes(await save(market, vendor, id=str(theirs))) == [("NOT_FOUND", "id")]


async def test_bad_values_are_user_errors_with_their_field(market: Market) -> None:
    vendor = await market.vendor()
    for input, field in (
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"price": -1}, "price"),
        ({"description": "x" * 4001}, "description"),
        ({"tags": ["t"] * 31}, "tags"),
        ({"tags": ["t" * 51]}, "tags"),
        ({"idempotencyKey": "k" * 201}, "idempotencyKey"),
    ):
        assert codes(await save(market, vendor, **input)) == [("BAD_USER_INPUT", field)]
    assert codes(await save(market, vendor, id=str(new_id(like=vendor)))) == [("NOT_FOUND", "id")]
    assert codes(await save(market, vendor, id="x")) == [("BAD_USER_INPUT", None)]


FULL: dict[str, Any] = {
    "name": "Shawarma fatteh",
    "price": 3950,
    "description": "Over toasted bread",
    "category": "Plates",
    "image": "https://example.com/fatteh.jpg",
    "available": False,
    "tags": ["spicy"],
    "status": "DRAFT",
}
# Each field's other value, and what null makes of it; None: null is refused.
OTHER: dict[str, tuple[Any, Any]] = {
    "name": ("Fatteh", None),
    "price": (3960, None),
    "description": ("With pine nuts", ""),
    "category": ("Mains", ""),
    "image": ("https://example.com/other.jpg", None),
    "available": (True, None),
    "tags": (["hot", "vegan"], []),
    "status": ("ACTIVE", None),
}
NEVER_EMPTY = ("name", "price", "available", "status")


async def _product(market: Market, id: str) -> dict[str, Any]:
    row: Any = await ProductById(market.shards).load(UUID(id))
    return {field: getattr(row, field) for field in FULL}


def test_all_fields_of_the_input_are_tried() -> None:
    fields = catalog_schema._schema.type_map["SaveProductInput"].fields  # type: ignore[attr-defined]
    assert set(fields) - {"id", "vendorId", "idempotencyKey"} == set(FULL) == set(OTHER)


@pytest.mark.parametrize("field", OTHER)
async def test_what_a_change_leaves_out_stays_as_it_is(market: Market, field: str) -> None:
    vendor = await market.vendor()
    id = (await save(market, vendor, **FULL))["product"]["id"]
    value, _ = OTHER[field]
    assert codes(await change(market, vendor, id=id, **{field: value})) == []
    assert await _product(market, id) == {**FULL, field: value}


@pytest.mark.parametrize("field", OTHER)
async def test_null_clears_or_is_refused(market: Market, field: str) -> None:
    vendor = await market.vendor()
    id = (await save(market, vendor, **FULL))["product"]["id"]
    refused = [("BAD_USER_INPUT", field)] if field in NEVER_EMPTY else []
    assert codes(await change(market, vendor, id=id, **{field: None})) == refused
    assert await _product(market, id) == (FULL if refused else {**FULL, field: OTHER[field][1]})


async def test_a_change_of_nothing_changes_nothing(market: Market) -> None:
    vendor = await market.vendor()
    id = (await save(market, vendor, **FULL))["product"]["id"]
    assert codes(await change(market, vendor, id=id)) == []
    assert await _product(market, id) == FULL
    assert len(await events(market)) == 1


async def test_two_who_change_different_fields_at_once_both_have_their_way(market: Market) -> None:
    vendor = await market.vendor()
    id = (await save(market, vendor, **FULL))["product"]["id"]
    changes: list[dict[str, Any]] = [{"price": 1}, {"category": "Mains"}, {"tags": []}, {"image": None}]
    await asyncio.gather(*(change(market, vendor, id=id, **each) for each in changes))
    assert await _product(market, id) == {
        **FULL, "price": 1, "category": "Mains", "tags": [], "image": None,
    }  # fmt: skip


@pytest.mark.parametrize("field", ["name", "price"])
async def test_a_new_product_needs_a_name_and_a_price(market: Market, field: str) -> None:
    vendor = await market.vendor()
    given = {name: value for name, value in FULL.items() if name != field}
    assert codes(await change(market, vendor, **given)) == [("BAD_USER_INPUT", field)]
