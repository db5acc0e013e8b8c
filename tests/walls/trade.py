"""Making what a marketplace sells, and its orders: each comes the way that such things come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update

from subgraphs.catalog.models import ProductRow, VendorRow
from subgraphs.riders.models import AssignmentRow
from tests.walls.graph import Operation
from tests.walls.people import make_rider
from tests.walls.world import ERRORS, World, until

PLACE = {"lat": 30.0444, "lon": 31.2357}
HOME = {"lat": 30.0609, "lon": 31.2197}
DRAFT = "zzyzxcake"
FAR = {"lat": 30.1244, "lon": 31.2357}
_CORNERS = ((29.9, 31.1), (29.9, 31.4), (30.2, 31.4), (30.2, 31.1), (29.9, 31.1))
SQUARE = [{"lat": lat, "lon": lon} for lat, lon in _CORNERS]
_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
# An order goes to a rider first; nobody else has it to do with.
RULE = "RIDERS_THEN_PROVIDER"


def vendor_terms(world: World) -> dict[str, Any]:
    """What a vendor says of itself and sells by, complete."""
    later = datetime.now(UTC) + timedelta(days=30)
    return {
        "name": world.text("kitchen"),
        "description": world.text("cooks"),
        "cuisines": [world.tenant],
        "region": "north-africa",
        "city": world.text("city"),
        "street": world.text("street"),
        "location": PLACE,
        "timezone": "Africa/Cairo",
        "openingHours": [{"day": day, "opens": "00:00", "closes": "24:00"} for day in _DAYS],
        "holidays": [{"date": f"{later:%Y-%m-%d}", "hours": [{"opens": "10:00", "closes": "12:00"}]}],
        "deliveryArea": {"radiusKm": 20.0},
        "deliveryFee": 1500,
        "feesByDistance": [{"upToKm": 20.0, "fee": 1700}],
        "minimumOrder": 100,
        "prepTime": 15,
        "deliveryRule": RULE,
        "ridersOffers": 3,
    }


async def make_vendor(world: World, **terms: Any) -> str:
    """An open vendor that somebody has rated."""
    given = {**vendor_terms(world), "currency": "EGP", "idempotencyKey": uuid4().hex, **terms}
    made = await world.by_input("admin", "createVendor", "vendor { id }", **given)
    id: str = made["vendor"]["id"]
    await _rate(world, VendorRow, id)
    return id


async def make_closed_vendor(world: World) -> str:
    """One that delivers within a polygon, and is on holiday today, wherever that is today."""
    days = (datetime.now(UTC) + timedelta(days=n) for n in (-1, 0, 1))
    holidays = [{"date": f"{day:%Y-%m-%d}", "hours": []} for day in days]
    return await make_vendor(world, deliveryArea={"rings": [SQUARE]}, holidays=holidays)


async def make_paused_vendor(world: World) -> str:
    """One that sells nothing until tomorrow."""
    id = await make_vendor(world)
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    query = f"mutation($id: ID!, $until: DateTime) {{ pauseVendor(id: $id, until: $until) {{ {ERRORS} }} }}"
    await world.as_("admin", query, id=id, until=until)
    return id


def product_of(world: World, vendor: str, category: str = "Grill") -> dict[str, Any]:
    """Something for its menu, complete."""
    return {
        "vendorId": world[vendor],
        "idempotencyKey": uuid4().hex,
        "name": world.text("koshari"),
        "price": 4500,
        "description": world.text("dish"),
        "category": world.text(category),
        "image": f"https://{world.tenant}.example/koshari.jpg",
        "available": True,
        "tags": [world.tenant],
    }


async def make_draft(world: World) -> str:
    """Something that is not for sale yet, by a name that nothing else is like."""
    return await make_product(world, "vendor", name=world.text(DRAFT), status="DRAFT")


async def make_product(world: World, vendor: str, category: str = "Grill", **terms: Any) -> str:
    """Something on its menu that somebody has rated."""
    given = {**product_of(world, vendor, category), **terms}
    saved = await world.by_input("admin", "saveProduct", "product { id }", **given)
    id: str = saved["product"]["id"]
    await _rate(world, ProductRow, id)
    return id


async def make_deleted_product(world: World) -> str:
    """Something that was on its menu."""
    id = await make_product(world, "vendor")
    query = f"mutation($v: ID!, $id: ID!) {{ deleteProduct(vendorId: $v, id: $id) {{ {ERRORS} }} }}"
    await world.as_("admin", query, v=world["vendor"], id=id)
    return id


async def make_category(world: World) -> str:
    """An empty category of its menu."""
    query = f"""mutation($v: ID!, $name: String!) {{
        createCategory(vendorId: $v, name: $name) {{ category {{ id }} {ERRORS} }} }}"""
    made = await world.as_("admin", query, v=world["vendor"], name=world.text(uuid4().hex))
    id: str = made["category"]["id"]
    return id


async def _rate(world: World, model: Any, id: str) -> None:
    async with world.tools.shards.transaction(UUID(id)) as session:
        await session.execute(update(model).where(model.id == UUID(id)).values(rating=4.5, ratings=2))


def wanted(world: World) -> dict[str, Any]:
    """An order, complete."""
    address = {"street": world.text("street"), "city": world.text("city"), "note": world.text("bell")}
    return {
        "idempotencyKey": uuid4().hex,
        "vendorId": world["vendor"],
        "items": [{"productId": world["product"], "quantity": 2}],
        "deliveryAddress": {**address, **HOME},
    }


async def place_order(world: World) -> str:
    """A new order of the customer's."""
    placed = await world.by_input("customer", "placeOrder", "order { id }", **wanted(world))
    id: str = placed["order"]["id"]
    return id


async def step(world: World, who: str, name: str, order_id: str) -> None:
    """A step of an order's life, or of its rider's."""
    argument = "orderId" if name in ("acceptAssignment", "pickUp", "completeAssignment") else "id"
    await world.as_(who, f"mutation($id: ID!) {{ {name}({argument}: $id) {{ {ERRORS} }} }}", id=order_id)


async def cancel(world: World, order_id: str) -> None:
    """The customer takes it back, and says why."""
    query = f"mutation($id: ID!, $why: String) {{ cancelOrder(id: $id, reason: $why) {{ {ERRORS} }} }}"
    await world.as_("customer", query, id=order_id, why=world.text("changed his mind"))


async def offered_order(world: World, rider: str) -> str:
    """A new order that is offered to this rider, who has just come online."""
    await _clear_the_street(world)
    order_id = await place_order(world)
    await go_online(world, rider)
    await step(world, "owner", "acceptOrder", order_id)
    found = await until(lambda: _assignment(world, order_id), lambda row: row and row.status == "OFFERED")
    assert found is not None
    assert str(found.rider_id) == world[f"{rider}_rider"], "another rider was nearer"
    await world.tools.quiet.wait()
    return order_id


async def _assignment(world: World, order_id: str) -> AssignmentRow | None:
    """Whom an order is offered to, which no graph tells others than him."""
    async with world.tools.shards.transaction(UUID(order_id)) as session:
        query = select(AssignmentRow).where(AssignmentRow.order_id == UUID(order_id))
        return (await session.scalars(query)).first()


async def delivered_order(world: World, rider: str) -> str:
    """A new order that this rider has brought."""
    order_id = await offered_order(world, rider)
    for name in ("acceptAssignment", "pickUp", "completeAssignment"):
        await step(world, rider, name, order_id)
    await world.tools.quiet.wait()
    return order_id


async def provided_order(world: World) -> str:
    """A new order that a provider has."""
    await _deliver_by(world, "PROVIDER")
    order_id = await place_order(world)
    await _deliver_by(world, RULE)
    await step(world, "owner", "acceptOrder", order_id)
    query = "query($id: ID!) { order(id: $id) { delivery { reference } } }"
    await until(lambda: world.as_("admin", query, id=order_id), lambda found: found["delivery"]["reference"])
    return order_id


async def _deliver_by(world: World, rule: str) -> None:
    await world.by_input("admin", "updateVendor", "", id=world["vendor"], deliveryRule=rule)


async def new_scout(world: World) -> str:
    """The name of a rider who has nothing to do yet."""
    name = f"scout{sum(each.startswith('scout') for each in world.people)}"
    await make_rider(world, name)
    return name


async def go_online(world: World, who: str) -> None:
    """On duty, at the vendor's door."""
    await world.as_(who, f"mutation {{ setStatus(status: ONLINE) {{ {ERRORS} }} }}")
    await report(world, who, heading=45.0)


async def _clear_the_street(world: World) -> None:
    """Send the scouts across the town; off duty they are refused, and with an order they are where it is."""
    await world.tools.quiet.wait()  # who has just brought an order is shown where he was once more
    leave = Operation(
        f"mutation {{ reportLocation(input: {{ lat: {FAR['lat']}, lon: {FAR['lon']} }}) {{ {ERRORS} }} }}"
    )
    for name in [name for name in world.people if name.startswith("scout")]:
        await world.tools.graph.ask(leave, world.people[name])


async def report(world: World, who: str, **more: Any) -> None:
    """Where a rider is."""
    await world.by_input(who, "reportLocation", "", **PLACE, **more)


async def save_address(world: World, who: str) -> str:
    """An address of somebody's."""
    given = {"label": world.text("home"), "street": world.text("street"), "city": world.text("city"), **HOME}
    saved = await world.by_input(who, "saveAddress", "address { id }", idempotencyKey=uuid4().hex, **given)
    id: str = saved["address"]["id"]
    return id
