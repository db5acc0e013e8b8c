"""From nothing to a marketplace where everything has happened once."""

from __future__ import annotations

from tests.walls.graph import Person
from tests.walls.people import accept, hire, join, make_rider, new_phone
from tests.walls.trade import (
    cancel,
    delivered_order,
    make_category,
    make_closed_vendor,
    make_deleted_product,
    make_draft,
    make_paused_vendor,
    make_product,
    make_vendor,
    offered_order,
    place_order,
    provided_order,
    report,
    save_address,
    step,
)
from tests.walls.world import ERRORS, Tools, World


async def make_world(tenant: str, operator: Person, tools: Tools) -> World:
    """A marketplace, its people, its vendors with menus, its orders."""
    world = World(tenant, tools)
    await _open(world, operator)
    await _sell(world)
    await _people(world)
    await _deliver(world)
    return world


async def _open(world: World, operator: Person) -> None:
    """The tenant, by an operator, and its admin."""
    query = f"mutation($input: CreateTenantInput!) {{ createTenant(input: $input) {{ adminCode {ERRORS} }} }}"
    made = await world.tools.graph.must(query, operator, input=tenant_of(world, world.tenant))
    await accept(world, "admin", made["adminCode"])


def tenant_of(world: World, id: str) -> dict[str, object]:
    """A marketplace, complete."""
    return {
        "id": id,
        "name": world.text("market"),
        "region": "north-africa",
        "currency": "EGP",
        "adminPhone": new_phone(),
        "adminName": world.text("admin"),
        "hosts": [f"{id}.example"],
    }


async def _sell(world: World) -> None:
    world.ids["paused_vendor"] = await make_paused_vendor(world)
    world.ids["other_vendor"] = await make_closed_vendor(world)
    world.ids["vendor"] = await make_vendor(world)
    for name, category in (("product", "Grill"), ("second_product", "Grill"), ("third_product", "Sweets")):
        world.ids[name] = await make_product(world, "vendor", category)
    world.ids["draft"] = await make_draft(world)
    world.ids["deleted_product"] = await make_deleted_product(world)
    world.ids["category"] = await make_category(world)
    world.ids["other_product"] = await make_product(world, "other_vendor")


async def _people(world: World) -> None:
    await hire(world, "owner", "vendor", "OWNER")
    await hire(world, "staff", "vendor", "STAFF")
    await hire(world, "other_owner", "other_vendor", "OWNER")
    for name in ("customer", "other_customer", "leaver"):
        await join(world, name)
    query = f"mutation($id: ID!) {{ deactivateUser(userId: $id) {{ {ERRORS} }} }}"
    await world.as_("admin", query, id=world["leaver"])
    for name in ("rider", "other_rider"):
        await make_rider(world, name)
    world.ids["address"] = await save_address(world, "customer")


async def _deliver(world: World) -> None:
    """A rider on his way with an order, one that a provider has, one that was cancelled."""
    order = world.ids["order"] = await offered_order(world, "rider")
    await step(world, "rider", "acceptAssignment", order)
    await step(world, "rider", "pickUp", order)
    await report(world, "rider", heading=90.0)
    await _rated(world)
    world.ids["offered"] = await offered_order(world, "other_rider")
    world.ids["dispatched"] = await provided_order(world)
    await _finish(world, await provided_order(world))
    world.ids["cancelled"] = await place_order(world)
    await cancel(world, world["cancelled"])
    await world.tools.quiet.wait()


async def _finish(world: World, order_id: str) -> None:
    """What a provider's courier brings, so that there are figures of all that can happen."""
    for name in ("startPreparing", "markReady", "markPickedUp", "markDelivered"):
        await step(world, "owner", name, order_id)


async def _rated(world: World) -> None:
    """An order that has come, and the customer's word on it."""
    order = world.ids["rated"] = await delivered_order(world, "other_rider")
    query = f"""mutation($id: ID!, $products: [ProductStarsInput!], $text: String) {{
        rateOrder(orderId: $id, vendorStars: 5, riderStars: 4, products: $products, text: $text) {{
            {ERRORS} }} }}"""
    stars = [{"productId": world["product"], "stars": 5}]
    await world.as_("customer", query, id=order, products=stars, text=world.text("was good"))
