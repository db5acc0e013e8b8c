"""Mutations of the catalog subgraph."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from tests.walls.changes.book import Prepare, Prepared, only
from tests.walls.people import hire
from tests.walls.rules import STAFF
from tests.walls.trade import make_category, make_product, make_vendor, product_of, vendor_terms
from tests.walls.world import ERRORS, World

ADMIN = only("admin")


async def _create_vendor(world: World) -> Prepared:
    given = {**vendor_terms(world), "currency": "EGP", "idempotencyKey": uuid4().hex}
    return Prepared({"input": given}, ADMIN, elsewhere="it makes a vendor of his own marketplace")


async def _update_vendor(world: World) -> Prepared:
    given = {**vendor_terms(world), "id": world["vendor"], "name": world.text(uuid4().hex)}
    return Prepared({"input": given}, STAFF)


async def _pause_vendor(world: World) -> Prepared:
    until = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    return Prepared({"id": await _staffed_vendor(world), "until": until}, only("temp", "admin"))


async def _resume_vendor(world: World) -> Prepared:
    id = await _staffed_vendor(world)
    await world.as_("admin", f"mutation($id: ID!) {{ pauseVendor(id: $id) {{ {ERRORS} }} }}", id=id)
    return Prepared({"id": id}, only("temp", "admin"))


async def _staffed_vendor(world: World) -> str:
    """One that nobody else waits for, and somebody works for."""
    id = world.ids["temporary_vendor"] = await make_vendor(world)
    await hire(world, "temp", "temporary_vendor", "STAFF")
    return id


async def _close_vendor(world: World) -> Prepared:
    return Prepared({"id": await make_vendor(world)}, ADMIN)


async def _save_product(world: World) -> Prepared:
    given = {**product_of(world, "vendor"), "id": await make_product(world, "vendor"), "price": 5000}
    del given["idempotencyKey"]
    return Prepared({"input": given}, STAFF)


async def _set_availability(world: World) -> Prepared:
    given = {"vendorId": world["vendor"], "productIds": [await make_product(world, "vendor")]}
    return Prepared({"input": {**given, "available": False}}, STAFF)


async def _change_prices(world: World) -> Prepared:
    prices = [{"productId": await make_product(world, "vendor"), "price": 5100}]
    given = {"vendorId": world["vendor"], "prices": prices, "idempotencyKey": uuid4().hex}
    return Prepared({"input": given}, STAFF)


async def _delete_product(world: World) -> Prepared:
    return Prepared({"vendorId": world["vendor"], "id": await make_product(world, "vendor")}, STAFF)


async def _create_category(world: World) -> Prepared:
    return Prepared({"vendorId": world["vendor"], "name": world.text(uuid4().hex)}, STAFF)


async def _rename_category(world: World) -> Prepared:
    prepared = await _of_category(world)
    return Prepared({**prepared.arguments, "name": world.text(uuid4().hex)}, STAFF)


async def _reorder_categories(world: World) -> Prepared:
    query = "query($id: ID!) { vendor(id: $id) { categories(first: 100) { edges { node { id } } } } }"
    await make_category(world)
    vendor = await world.as_("owner", query, id=world["vendor"])
    ids = [edge["node"]["id"] for edge in vendor["categories"]["edges"]]
    return Prepared({"vendorId": world["vendor"], "ids": ids[::-1]}, STAFF)


async def _of_category(world: World) -> Prepared:
    return Prepared({"vendorId": world["vendor"], "id": await make_category(world)}, STAFF)


BOOK: dict[str, Prepare] = {
    "createVendor": _create_vendor,
    "updateVendor": _update_vendor,
    "pauseVendor": _pause_vendor,
    "resumeVendor": _resume_vendor,
    "closeVendor": _close_vendor,
    "saveProduct": _save_product,
    "setAvailability": _set_availability,
    "changePrices": _change_prices,
    "deleteProduct": _delete_product,
    "createCategory": _create_category,
    "renameCategory": _rename_category,
    "reorderCategories": _reorder_categories,
    "deleteCategory": _of_category,
}
