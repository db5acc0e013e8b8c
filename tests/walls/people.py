"""Making a marketplace's people: each comes the way that people come."""

from __future__ import annotations

from secrets import randbelow
from typing import Any
from uuid import UUID

from sqlalchemy import update

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
    await join(world, name)
    id = world.ids[f"{name}_rider"] = await apply_as_rider(world, name)
    await world.as_("admin", f"mutation($id: ID!) {{ approveRider(riderId: $id) {{ {ERRORS} }} }}", id=id)
    async with world.tools.shards.transaction(UUID(id)) as session:
        rated = update(RiderRow).where(RiderRow.id == UUID(id)).values(rating=4.5, ratings=2)
        await session.execute(rated)
    await world.tools.quiet.wait()
    return await log_in(world, name)


async def apply_as_rider(world: World, name: str) -> str:
    """The rider that somebody would be."""
    query = (
        f'mutation {{ applyAsRider(vehicle: MOTORCYCLE, region: "levant") {{ rider {{ id }} {ERRORS} }} }}'
    )
    id: str = (await world.as_(name, query))["rider"]["id"]
    return id


def new_phone() -> str:
    return f"+2010{randbelow(10**8):08}"
