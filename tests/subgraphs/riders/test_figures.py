"""How many riders are on duty, for the admins of their marketplace."""

from __future__ import annotations

from subgraphs.common.auth import Role
from tests.subgraphs.issuer import Person
from tests.subgraphs.riders.fleet import CAIRO, Fleet

ACTIVE = """query($id: ID!) { _entities(representations: [{__typename: "MarketplaceFigures", id: $id}]) {
    ... on MarketplaceFigures { activeRiders } } }"""


async def _active(fleet: Fleet, person: Person, tenant: str) -> int | str:
    reply = await fleet.client.send(ACTIVE, person.token, id=tenant)
    [figures] = reply.data["_entities"]
    if reply.errors:
        assert figures == {"activeRiders": None}
        return str(reply.codes[0])
    found: int = figures["activeRiders"]
    return found


async def test_riders_on_duty_are_counted(fleet: Fleet) -> None:
    admin = fleet.issuer.person(Role.ADMIN)
    assert await _active(fleet, admin, fleet.tenant) == 0
    first, _ = await fleet.rider(place=CAIRO), await fleet.rider()
    await fleet.go(first, "ONLINE")
    assert await _active(fleet, admin, fleet.tenant) == 1
    await fleet.go(first, "OFFLINE")
    assert await _active(fleet, admin, fleet.tenant) == 0


async def test_they_are_for_admins_of_the_marketplace(fleet: Fleet) -> None:
    for role in (Role.CUSTOMER, Role.VENDOR_STAFF, Role.RIDER):
        assert await _active(fleet, fleet.issuer.person(role), fleet.tenant) == "FORBIDDEN"
    assert await _active(fleet, fleet.issuer.person(Role.ADMIN), "another") == "FORBIDDEN"
