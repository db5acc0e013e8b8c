"""Making a marketplace's people: each comes the way that people come."""

from __future__ import annotations

from secrets import randbelow
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from subgraphs.common.ids import new_id
from subgraphs.common.outbox import emit
from subgraphs.riders.models import RiderRow
from tests.walls.graph import Person
from tests.walls.world import ERRORS, World

PASSWORD = "correct horse walls"
_AUTH = f"user {{ id }} accessToken refreshToken {ERRORS}"


async def accept(world: World, name: str, code: str) -> Person:
    """Take up an invitation."""
    accepted = await world.as_(
        "visitor",
        "mutation($code: String!, $password: String!, $device: String) {"
        f" acceptInvitation(code: $code, password: $password, device: $device) {{ {_AUTH} }} }}",
        code=code,
        password=PASSWORD,
        device=world.text("phone"),
    )
    return _remember(world, name, accepted)


async def join(world: World, name: str) -> Person:
    """A new customer."""
    phone = new_phone()
    registered = await world.by_input(
        "visitor",
        "register",
        "user { id } accessToken refreshToken",
        name=world.text(name),
        phone=phone,
        password=PASSWORD,
        email=f"{name}@{world.tenant}.example",
        region="north-africa",
        device=world.text("phone"),
    )
    return _remember(world, name, registered, phone)


async def log_in(world: World, name: str) -> Person:
    """Somebody with fresh tokens, which say what he is now."""
    phone = world.people[name].phone
    login = await world.as_(
        "visitor",
        "mutation($phone: String!, $password: String!, $device: String) {"
        f" login(phone: $phone, password: $password, device: $device) {{ {_AUTH} }} }}",
        phone=phone,
        password=PASSWORD,
        device=world.text("phone"),
    )
    return _remember(world, name, login, phone)


def _remember(world: World, name: str, auth: Any, phone: str | None = None) -> Person:
    id = auth["user"]["id"]
    person = Person(name, world.tenant, auth["accessToken"], auth["refreshToken"], phone, id)
    world.people[name], world.ids[name] = person, id
    return person


async def hire(world: World, name: str, vendor: str, role: str) -> Person:
    """One of a vendor's staff."""
    invited = await world.by_input("admin", "inviteStaff", "code", **invitation(world, vendor, role))
    return await accept(world, name, invited["code"])


def invitation(world: World, vendor: str, role: str) -> dict[str, Any]:
    """To somebody new."""
    return {"vendorId": world[vendor], "phone": new_phone(), "name": world.text("staff"), "role": role}


async def make_rider(world: World, name: str) -> Person:
    """A rider who was approved, and whom somebody has rated."""
    user_id = UUID((await join(world, name)).id)
    id = new_id(like=user_id)
    values = {
        "id": id,
        "user_id": user_id,
        "tenant_id": world.tenant,
        "vehicle": "MOTORCYCLE",
        "region": "north-africa",
        "rating": 4.5,
        "ratings": 2,
    }
    async with world.tools.shards.transaction(id) as session:
        await session.execute(insert(RiderRow).values(values))
        told = {"riderId": str(id), "userId": str(user_id)}
        await emit(session, "rider.approved", id, told, tenant=world.tenant)
    world.ids[f"{name}_rider"] = str(id)
    await world.tools.quiet.wait()
    return await log_in(world, name)


def new_phone() -> str:
    return f"+2010{randbelow(10**8):08}"
