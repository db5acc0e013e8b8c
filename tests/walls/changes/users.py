"""Mutations of the users subgraph."""

from __future__ import annotations

from uuid import uuid4

from tests.walls.changes.book import ANYBODY, HIS_OWN, Prepare, Prepared, only
from tests.walls.make_world import tenant_of
from tests.walls.people import PASSWORD, hire, invitation, join, new_phone
from tests.walls.trade import HOME, save_address
from tests.walls.world import World

GUEST = only("guest")


async def _update_profile(world: World) -> Prepared:
    await join(world, "guest")
    changes = {"name": world.text("other"), "email": f"o@{world.tenant}.example", "region": "levant"}
    return Prepared({"input": changes}, GUEST, ANYBODY, HIS_OWN)


async def _change_password(world: World) -> Prepared:
    await join(world, "guest")
    given = {"oldPassword": PASSWORD, "newPassword": f"{PASSWORD} anew"}
    return Prepared(given, GUEST, ANYBODY, HIS_OWN)


async def _change_phone(world: World) -> Prepared:
    await join(world, "guest")
    return Prepared({"phone": new_phone(), "password": PASSWORD}, GUEST, ANYBODY, HIS_OWN)


async def _save_address(world: World) -> Prepared:
    await join(world, "guest")
    given = {"id": await save_address(world, "guest"), "label": world.text("work"), **HOME}
    return Prepared({"input": {**given, "isDefault": True}}, GUEST)


async def _delete_address(world: World) -> Prepared:
    await join(world, "guest")
    return Prepared({"id": await save_address(world, "guest")}, GUEST)


async def _invite_staff(world: World) -> Prepared:
    given = invitation(world, "vendor", "STAFF")
    unknown = "users knows no vendors: whoever works for a vendor that is not there works for nobody"
    return Prepared({"input": given}, only("owner", "admin"), elsewhere=unknown)


async def _remove_staff(world: World) -> Prepared:
    await hire(world, "temp", "vendor", "STAFF")
    given = {"vendorId": world["vendor"], "userId": world["temp"]}
    return Prepared(given, only("owner", "admin", "temp"))


async def _end_session(world: World) -> Prepared:
    await join(world, "guest")
    me = await world.as_("guest", "{ me { sessions { id } } }")
    return Prepared({"id": me["sessions"][0]["id"]}, GUEST)


async def _logout_everywhere(world: World) -> Prepared:
    await join(world, "guest")
    return Prepared({}, GUEST, ANYBODY, HIS_OWN)


async def _set_role(world: World) -> Prepared:
    await join(world, "guest")
    return Prepared({"userId": world["guest"], "role": "ADMIN"}, only("admin"))


async def _deactivate(world: World) -> Prepared:
    await join(world, "guest")
    return Prepared({"userId": world["guest"]}, only("admin"))


async def _reactivate(world: World) -> Prepared:
    return Prepared({"userId": world["leaver"]}, only("admin"))


async def _create_tenant(world: World) -> Prepared:
    id = f"{world.tenant}-{uuid4().hex[:8]}"
    return Prepared({"input": tenant_of(world, id)}, only("operator"))


async def _update_tenant(world: World) -> Prepared:
    changes = {"id": world.tenant, "name": world.text(uuid4().hex), "region": "levant"}
    return Prepared({"input": changes}, only("operator"))


async def _register(world: World) -> Prepared:
    given = {"name": world.text("guest"), "phone": new_phone(), "password": PASSWORD}
    return Prepared({"input": given}, only("visitor"), ANYBODY, HIS_OWN)


async def _login(world: World) -> Prepared:
    guest = await join(world, "guest")
    return Prepared({"phone": guest.phone, "password": PASSWORD}, only("visitor"), ANYBODY)


async def _accept_invitation(world: World) -> Prepared:
    given = invitation(world, "vendor", "STAFF")
    invited = await world.by_input("admin", "inviteStaff", "code", **given)
    return Prepared({"code": invited["code"], "password": PASSWORD}, only("visitor"), ANYBODY)


async def _refresh(world: World) -> Prepared:
    guest = await join(world, "guest")
    return Prepared({"refreshToken": guest.refresh}, only("visitor"), ANYBODY)


async def _logout(world: World) -> Prepared:
    guest = await join(world, "guest")
    return Prepared({"refreshToken": guest.refresh}, only("visitor"), ANYBODY)


BOOK: dict[str, Prepare] = {
    "updateProfile": _update_profile,
    "changePassword": _change_password,
    "changePhone": _change_phone,
    "saveAddress": _save_address,
    "deleteAddress": _delete_address,
    "inviteStaff": _invite_staff,
    "removeStaff": _remove_staff,
    "endSession": _end_session,
    "logoutEverywhere": _logout_everywhere,
    "setRole": _set_role,
    "deactivateUser": _deactivate,
    "reactivateUser": _reactivate,
    "createTenant": _create_tenant,
    "updateTenant": _update_tenant,
    "register": _register,
    "login": _login,
    "acceptInvitation": _accept_invitation,
    "refresh": _refresh,
    "logout": _logout,
}
