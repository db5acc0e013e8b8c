"""The operations that many tests use."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.subgraphs.orders.conftest import Person, World

ORDER = """id status total { amount currency } fees { delivery { amount } service { amount } }
    items { name quantity unitPrice { amount } subtotal { amount } product { id } }
    timeline { status note } deliveryAddress { street lat lon }
    delivery { rule deliveredBy state provider reference attempts }
    customer { id } vendor { id }"""
PLACE = f"""mutation($input: PlaceOrderInput!) {{
    placeOrder(input: $input) {{ order {{ {ORDER} }} errors {{ code message field }}
    refusal {{ opensAt minimumOrder {{ amount currency }} total {{ amount currency }} productIds }} }} }}"""


async def place(
    world: World, person: Person, items: dict[str, int], key: str | None = None, **changes: Any
) -> dict[str, Any]:
    """The payload of placeOrder."""
    given = {
        "idempotencyKey": key or uuid4().hex,
        "vendorId": str(world.shelf.vendor_id),
        "items": [{"productId": id, "quantity": quantity} for id, quantity in items.items()],
        "deliveryAddress": {"street": "26 July St", "city": "Cairo", "lat": 30.06, "lon": 31.22},
        **changes,
    }
    reply = await world.orders.send(PLACE, person.token, input=given)
    assert reply.errors == []
    payload: dict[str, Any] = reply.data["placeOrder"]
    return payload


async def placed(world: World, person: Person) -> str:
    """The id of a new order of one dish."""
    payload = await place(world, person, {await world.shelf.put("Koshari", 4500): 1})
    assert payload["errors"] == []
    id: str = payload["order"]["id"]
    return id


async def accepted(world: World, person: Person) -> str:
    """The id of a new order that its vendor has accepted."""
    id = await placed(world, person)
    assert await step(world, world.staff, "acceptOrder", id) == "ACCEPTED"
    return id


async def step(world: World, person: Person, name: str, order_id: str) -> str:
    """Takes a step; the order's status after it, or the code of the error."""
    query = f"mutation($id: ID!) {{ {name}(id: $id) {{ order {{ status }} errors {{ code }} }} }}"
    reply = await world.orders.send(query, person.token, id=order_id)
    assert reply.errors == []
    payload = reply.data[name]
    return str(payload["errors"][0]["code"] if payload["errors"] else payload["order"]["status"])
