"""Mutations of the catalog subgraph."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from tests.walls.changes.book import Prepare, Prepared, only
from tests.walls.people import hire
from tests.walls.rules import STAFF
from tests.walls.trade import make_product, make_vendor, product_of, vendor_terms
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


BOOK: dict[str, Prepare] = {
    "createVendor": _create_vendor,
    "updateVendor": _update_vendor,
    "pauseVendor": _pause_vendor,
    "resumeVendor": _resume_vendor,
    "closeVendor": _close_vendor,
    "saveProduct": _save_product,
}
