"""Who tries: everybody of one marketplace, and strangers who know its name and all its ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from subgraphs.users.models import UserRow
from tests.walls.canaries import Rows
from tests.walls.graph import Person
from tests.walls.rules import SIGNED_IN
from tests.walls.world import World

# Makes an access token of an account, with the vendors that it names.
Issue = Callable[[UserRow, list[UUID]], str]
# Of another marketplace: one of each role.
_OTHERS = ("customer", "owner", "rider", "admin")


@dataclass(frozen=True, slots=True)
class Crowd:
    """One marketplace's world, its rows, and everybody who tries to see them; first its own people."""

    world: World
    rows: Rows
    outsiders: tuple[Person, ...]

    def __iter__(self) -> Iterator[Person]:
        yield from (self.world.people[name] for name in sorted(SIGNED_IN))
        yield self.world.visitor
        yield from self.outsiders

    def named(self, name: str) -> Person:
        """One of them, or somebody who has come since."""
        known = {person.name: person for person in self}
        return known.get(name) or self.world.people[name]

    def strangers(self, allowed: frozenset[str]) -> list[Person]:
        """All who are not allowed."""
        return [person for person in self if person.name not in allowed]

    def own(self, person: Person) -> frozenset[str]:
        """What somebody of this marketplace may find among others' in a list."""
        mine = {"other_owner": "other_vendor", "rider": "rider_rider", "other_rider": "other_rider_rider"}
        ids = (person.id, self.world.ids.get(mine.get(person.name, "")))
        return frozenset(id for id in ids if id)

    def is_outside(self, person: Person) -> bool:
        """Whether somebody is of another marketplace, where he may find what is his own."""
        return person in self.outsiders


def gather_crowd(world: World, rows: Rows, other: World, operator: Person, issue: Issue) -> Crowd:
    """The other marketplace's people name this one, but their tokens say where they are from; one works,
    by his token, for this one's vendor: so far an admin can bring somebody.
    """
    named = [
        replace(other.people[name], name=f"{name} from elsewhere", tenant=world.tenant) for name in _OTHERS
    ]
    claims = UserRow(id=UUID(other["owner"]), tenant_id=other.tenant, role="VENDOR_STAFF")
    intruder = Person("intruder", world.tenant, issue(claims, [UUID(world["vendor"])]))
    return Crowd(
        world,
        rows,
        (
            *named,
            intruder,
            replace(other.visitor, name="visitor elsewhere"),
            replace(operator, tenant=world.tenant),
            Person("nobody", ""),
        ),
    )
