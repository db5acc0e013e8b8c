"""A marketplace with everybody and everything in it, made as people would make it: through the graph.

Every name and text of it has the tenant's own name in it, so that it is known wherever it turns up.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from secrets import randbelow
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import insert, update

from subgraphs.catalog.models import ProductRow, VendorRow
from subgraphs.common.database import SystemShards
from subgraphs.common.ids import new_id
from subgraphs.common.outbox import emit
from subgraphs.riders.models import RiderRow
from tests.walls.graph import Graph, Person
from tests.walls.quiet import Quiet

T = TypeVar("T")
PASSWORD = "correct horse walls"
PLACE = {"lat": 30.0444, "lon": 31.2357}
HOME = {"lat": 30.0609, "lon": 31.2197}
_ALWAYS = [(day * 1440, (day + 1) * 1440) for day in range(7)]
_AUTH = "{ user { id } accessToken refreshToken errors { code message } }"
_PATIENCE = 30.0


@dataclass(frozen=True)
class Tools:
    """What worlds are made with."""

    graph: Graph
    shards: SystemShards
    quiet: Quiet


@dataclass
class World:
    """One tenant: its people by what they are, and the ids of its things by what they are."""

    tenant: str
    tools: Tools
    people: dict[str, Person] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def visitor(self) -> Person:
        """Somebody without a token, at this marketplace's door."""
        return Person("visitor", self.tenant)

    def __getitem__(self, name: str) -> str:
        return self.ids[name]

    async def as_(self, who: str, query: str, **variables: Any) -> Any:
        """What somebody of it is answered, who may have it."""
        person = self.visitor if who == "visitor" else self.people[who]
        return await self.tools.graph.must(query, person, **variables)


async def make_world(tenant: str, operator: Person, tools: Tools) -> World:
    """A marketplace where everything has happened once."""
    world = World(tenant, tools)
    await _open(world, operator)
    for name in ("vendor", "other_vendor"):
        world.ids[name] = await make_vendor(world)
    for name, category in (("product", "Grill"), ("second_product", "Grill"), ("third_product", "Sweets")):
        world.ids[name] = await make_product(world, "vendor", category)
    world.ids["other_product"] = await make_product(world, "other_vendor", "Grill")
    await _hire(world)
    for name in ("customer", "other_customer", "leaver"):
        await join(world, name)
    await world.as_(
        "admin", "mutation($id: ID!) { deactivateUser(userId: $id) { errors { code } } }", id=world["leaver"]
    )
    for name in ("rider", "other_rider"):
        await make_rider(world, name)
    await live(world)
    return world


async def _open(world: World, operator: Person) -> None:
    """The tenant, by an operator, and its admin."""
    made = await world.tools.graph.must(
        "mutation($input: CreateTenantInput!) { createTenant(input: $input) { adminCode errors { code } } }",
        operator,
        input={
            "id": world.tenant,
            "name": f"{world.tenant} market",
            "region": "north-africa",
            "currency": "EGP",
            "adminPhone": new_phone(),
            "adminName": f"{world.tenant} admin",
            "hosts": [f"{world.tenant}.example"],
        },
    )
    await accept(world, "admin", made["adminCode"])


async def accept(world: World, name: str, code: str) -> Person:
    """Take up an invitation."""
    accepted = await world.as_(
        "visitor",
        "mutation($code: String!, $password: String!, $device: String) {"
        f" acceptInvitation(code: $code, password: $password, device: $device) {_AUTH} }}",
        code=code,
        password=PASSWORD,
        device=f"{world.tenant} phone",
    )
    return _remember(world, name, accepted)


async def join(world: World, name: str) -> Person:
    """A new customer."""
    phone = new_phone()
    registered = await world.as_(
        "visitor",
        f"mutation($input: RegisterInput!) {{ register(input: $input) {_AUTH} }}",
        input={
            "name": f"{world.tenant} {name}",
            "phone": phone,
            "password": PASSWORD,
            "email": f"{name}@{world.tenant}.example",
            "region": "north-africa",
            "device": f"{world.tenant} phone",
        },
    )
    return _remember(world, name, registered, phone)


async def log_in(world: World, name: str) -> Person:
    """Somebody with fresh tokens, which say what he is now."""
    phone = world.people[name].phone
    login = await world.as_(
        "visitor",
        "mutation($phone: String!, $password: String!, $device: String) {"
        f" login(phone: $phone, password: $password, device: $device) {_AUTH} }}",
        phone=phone,
        password=PASSWORD,
        device=f"{world.tenant} phone",
    )
    return _remember(world, name, login, phone)


def _remember(world: World, name: str, auth: Any, phone: str | None = None) -> Person:
    id = auth["user"]["id"]
    person = Person(name, world.tenant, auth["accessToken"], auth["refreshToken"], phone, id)
    world.people[name], world.ids[name] = person, id
    return person


async def make_vendor(world: World) -> str:
    """An open vendor that somebody has rated."""
    id = new_id()
    values = {
        "id": id,
        "tenant_id": world.tenant,
        "name": f"{world.tenant} kitchen",
        "description": f"{world.tenant} cooks",
        "cuisines": [world.tenant],
        "region": "north-africa",
        "city": f"{world.tenant} city",
        "street": f"{world.tenant} street",
        **PLACE,
        "timezone": "Africa/Cairo",
        "hours": _ALWAYS,
        "currency": "EGP",
        "delivery_fee": 1500,
        "rating": 4.5,
        "ratings": 2,
    }
    async with world.tools.shards.transaction(id) as session:
        await session.execute(insert(VendorRow).values(values))
        await emit(session, "vendor.saved", id, {"id": str(id)}, tenant=world.tenant)
    return str(id)


async def make_product(world: World, vendor: str, category: str) -> str:
    """Something on its menu that somebody has rated."""
    saved = await world.as_(
        "admin",
        "mutation($input: SaveProductInput!) {"
        " saveProduct(input: $input) { product { id } errors { code message } } }",
        input={
            "vendorId": world[vendor],
            "idempotencyKey": uuid4().hex,
            "name": f"{world.tenant} koshari",
            "price": 4500,
            "description": f"{world.tenant} dish",
            "category": f"{world.tenant} {category}",
            "image": f"https://{world.tenant}.example/koshari.jpg",
            "available": True,
            "tags": [world.tenant],
        },
    )
    id = UUID(saved["product"]["id"])
    async with world.tools.shards.transaction(id) as session:
        change = update(ProductRow).where(ProductRow.id == id).values(rating=4.5, ratings=2)
        await session.execute(change)
    return str(id)


async def _hire(world: World) -> None:
    await hire(world, "owner", "vendor", "OWNER")
    await hire(world, "staff", "vendor", "STAFF")
    await hire(world, "other_owner", "other_vendor", "OWNER")


async def hire(world: World, name: str, vendor: str, role: str) -> Person:
    """One of a vendor's staff."""
    invited = await world.as_("admin", INVITE, input=invitation(world, world[vendor], role))
    return await accept(world, name, invited["code"])


INVITE = "mutation($input: InviteStaffInput!) { inviteStaff(input: $input) { code errors { code } } }"


def invitation(world: World, vendor_id: str, role: str) -> dict[str, Any]:
    name = f"{world.tenant} staff"
    return {"vendorId": vendor_id, "phone": new_phone(), "name": name, "role": role}


async def make_rider(world: World, name: str) -> Person:
    """A rider who was approved."""
    person = await join(world, name)
    assert person.id is not None
    user_id = UUID(person.id)
    id = new_id(like=user_id)
    values = {
        "id": id,
        "user_id": user_id,
        "tenant_id": world.tenant,
        "vehicle": "MOTORCYCLE",
        "region": "north-africa",
        "rating": 4.5,
    }
    async with world.tools.shards.transaction(id) as session:
        await session.execute(insert(RiderRow).values(values))
        told = {"riderId": str(id), "userId": str(user_id)}
        await emit(session, "rider.approved", id, told, tenant=world.tenant)
    world.ids[f"{name}_rider"] = str(id)
    await world.tools.quiet.wait()
    return await log_in(world, name)


async def live(world: World) -> None:
    """A rider on his way with an order, one that a provider has, one that was cancelled."""
    await save_address(world)
    await go_online(world, "rider")
    world.ids["order"] = await place_order(world)
    await step(world, "owner", "acceptOrder", "order")
    await offered(world, "order")
    for name in ("acceptAssignment", "pickUp"):
        await world.as_(
            "rider",
            f"mutation($id: ID!) {{ {name}(orderId: $id) {{ errors {{ code }} }} }}",
            id=world["order"],
        )
    await report(world, "rider", heading=90.0)
    for name in ("dispatched", "cancelled"):
        world.ids[name] = await place_order(world)
    await dispatched(world, "dispatched")
    await step(world, "customer", "cancelOrder", "cancelled", reason=f"{world.tenant} changed his mind")
    await go_online(world, "other_rider")
    await world.tools.quiet.wait()


async def save_address(world: World, **changes: Any) -> str:
    saved = await world.as_(
        "customer",
        "mutation($input: SaveAddressInput!) {"
        " saveAddress(input: $input) { address { id } errors { code } } }",
        input={
            "idempotencyKey": uuid4().hex,
            "label": f"{world.tenant} home",
            "street": f"{world.tenant} street",
            "city": f"{world.tenant} city",
            **HOME,
            **changes,
        },
    )
    world.ids["address"] = saved["address"]["id"]
    return world["address"]


async def go_online(world: World, who: str) -> None:
    await world.as_(who, "mutation { setStatus(status: ONLINE) { errors { code } } }")
    await report(world, who, heading=45.0)


async def report(world: World, who: str, **more: Any) -> None:
    query = "mutation($input: ReportLocationInput!) { reportLocation(input: $input) { errors { code } } }"
    await world.as_(who, query, input={**PLACE, **more})


def wanted(world: World, key: str | None = None) -> dict[str, Any]:
    """An order as a customer would place it."""
    return {
        "idempotencyKey": key or uuid4().hex,
        "vendorId": world["vendor"],
        "items": [{"productId": world["product"], "quantity": 2}],
        "deliveryAddress": {
            "street": f"{world.tenant} street",
            "city": f"{world.tenant} city",
            "note": f"{world.tenant} bell",
            **HOME,
        },
    }


async def place_order(world: World) -> str:
    placed = await world.as_(
        "customer",
        "mutation($input: PlaceOrderInput!) {"
        " placeOrder(input: $input) { order { id } errors { code message } } }",
        input=wanted(world),
    )
    id: str = placed["order"]["id"]
    return id


async def step(world: World, who: str, name: str, order: str, reason: str | None = None) -> None:
    """A step of an order's life."""
    given = f", reason: {json.dumps(reason)}" if reason else ""
    query = f"mutation($id: ID!) {{ {name}(id: $id{given}) {{ errors {{ code message }} }} }}"
    await world.as_(who, query, id=world[order])


async def offered(world: World, order: str) -> None:
    """Wait until the order is offered to somebody."""
    query = "query($id: ID!) { order(id: $id) { rider { id } } }"
    await until(lambda: world.as_("admin", query, id=world[order]), lambda found: found["rider"])


async def dispatched(world: World, order: str) -> None:
    """Wait until a provider has the order."""
    query = "query($id: ID!) { order(id: $id) { delivery { reference } } }"
    await until(lambda: world.as_("admin", query, id=world[order]), lambda o: o["delivery"]["reference"])


async def until(ask: Callable[[], Awaitable[T]], true: Callable[[T], Any]) -> T:
    """The first answer of which something is true."""
    async with asyncio.timeout(_PATIENCE):
        while not true(found := await ask()):  # noqa: ASYNC110 (another process does it)
            await asyncio.sleep(0.05)
    return found


def new_phone() -> str:
    return f"+2010{randbelow(10**8):08}"
