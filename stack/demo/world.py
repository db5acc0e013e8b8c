"""Who and what there is before any order: people, vendors with menus, riders, each in a real city.

In: a seed, sizes and the present moment. Out: a World, which fits into memory (orders are made one by one).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from subgraphs.common.ids import bucket_of

from .chance import Chance
from .logins import LOGINS
from .menus import Product, make_menu
from .tables import City, Tables, read_tables

YEARS = 2
VEHICLES = ("BICYCLE", "MOTORCYCLE", "MOTORCYCLE", "CAR")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much to make."""

    vendors: int = 200
    products: int = 8_000
    users: int = 5_000
    riders: int = 300


class Person(NamedTuple):
    """A user with an address."""

    id: UUID
    name: str
    phone: str
    email: str
    role: str
    city: City
    street: str
    lat: float
    lon: float
    created_at: datetime
    vendor_id: UUID | None = None


class Vendor(NamedTuple):
    """A place that cooks; prices in its city's currency."""

    id: UUID
    name: str
    cuisines: tuple[str, ...]
    city: City
    street: str
    lat: float
    lon: float
    rating: float
    ratings: int
    prep_minutes: int
    delivery_fee: int
    opens: int
    closes: int
    created_at: datetime
    menu: tuple[Product, ...]


class Rider(NamedTuple):
    """Somebody who carries orders."""

    id: UUID
    user: Person
    vehicle: str
    rating: float
    ratings: int
    lat: float
    lon: float


@dataclass(slots=True)
class World:
    """All of them; by city where orders need them so."""

    now: datetime
    people: list[Person] = field(default_factory=list)
    vendors: list[Vendor] = field(default_factory=list)
    riders: list[Rider] = field(default_factory=list)
    customers_in: dict[str, list[Person]] = field(default_factory=dict)
    vendors_in: dict[str, list[Vendor]] = field(default_factory=dict)
    riders_in: dict[str, list[Rider]] = field(default_factory=dict)
    staff_of: dict[UUID, Person] = field(default_factory=dict)
    phones: set[str] = field(default_factory=set)

    @property
    def start(self) -> datetime:
        """When the first of them came."""
        return self.now - timedelta(days=365 * YEARS)


def make_world(seed: int, sizes: Sizes, now: datetime) -> World:
    """Make everything but the orders."""
    tables = read_tables()
    world = World(now)
    _add_vendors(world, tables, seed, sizes)
    _add_staff(world, tables, seed)
    _add_riders(world, tables, seed, sizes.riders)
    _add_others(world, tables, seed, sizes.users - len(world.people))
    return world


def _spread(cities: tuple[City, ...], count: int) -> list[City]:
    """Give each city its share, well mixed; the first city comes first (the demo logins live there)."""
    weighted = [(index / city.weight, city) for city in cities for index in range(count)]
    weighted.sort(key=lambda pair: pair[0])
    return [city for _, city in weighted[:count]]


def _add_vendors(world: World, tables: Tables, seed: int, sizes: Sizes) -> None:
    for number, city in enumerate(_spread(tables.cities, sizes.vendors)):
        chance = Chance.of(seed, "vendor", number)
        products = sizes.products // sizes.vendors + (number < sizes.products % sizes.vendors)
        vendor = _vendor(world, tables, chance, city, products)
        world.vendors.append(vendor)
        world.vendors_in.setdefault(city.name, []).append(vendor)


def _vendor(world: World, tables: Tables, chance: Chance, city: City, products: int) -> Vendor:
    keys = list(dict.fromkeys(chance.choices(city.cuisines, k=2)))[: chance.choice((1, 1, 2))]
    cuisines = [tables.cuisines[key] for key in keys]
    lat, lon = chance.near(city.lat, city.lon, 6)
    created = world.start - timedelta(days=chance.randrange(30, 400))
    id = chance.id(created)
    street = chance.choice(city.streets)
    name = chance.choice(cuisines[0].names).format(
        given=chance.choice(tables.given[city.names]),
        family=chance.choice(tables.family[city.names]),
        street=street,
    )
    opens = chance.choice((8, 9, 10, 11, 11, 12))
    return Vendor(
        id=id,
        name=name,
        cuisines=tuple(cuisine.label.lower() for cuisine in cuisines),
        city=city,
        street=f"{street} {chance.randrange(1, 180)}",
        lat=lat,
        lon=lon,
        rating=round(chance.triangular(3.2, 5.0, 4.5), 1),
        ratings=chance.randrange(20, 4000),
        prep_minutes=chance.choice((10, 15, 15, 20, 20, 25, 30)),
        delivery_fee=city.currency.price(chance.choice((0.8, 1.2, 1.5, 2.0, 2.5)) * city.cost),
        opens=opens,
        closes=opens + chance.choice((11, 12, 13, 14)),
        created_at=created,
        menu=make_menu(chance, tables, cuisines, city, id, created, products),
    )


def _add_staff(world: World, tables: Tables, seed: int) -> None:
    """Add one person for each vendor, and the admins."""
    for number, vendor in enumerate(world.vendors):
        login = "vendor" if number == 0 else None
        chance = Chance.of(seed, "staff", number)
        person = _person(world, tables, chance, vendor.city, "VENDOR_STAFF", login, vendor.id)
        world.people.append(person)
        world.staff_of[vendor.id] = person
    chance = Chance.of(seed, "admin")
    world.people.append(_person(world, tables, chance, tables.cities[0], "ADMIN", "admin"))


def _add_riders(world: World, tables: Tables, seed: int, count: int) -> None:
    for number, city in enumerate(_spread(tables.cities, count)):
        chance = Chance.of(seed, "rider", number)
        person = _person(world, tables, chance, city, "RIDER", "rider" if number == 0 else None)
        lat, lon = chance.near(city.lat, city.lon, 5)
        rider = Rider(
            chance.id(person.created_at, bucket_of(person.id)),
            person,
            chance.choice(VEHICLES),
            round(chance.triangular(3.8, 5.0, 4.8), 1),
            chance.randrange(10, 3000),
            lat,
            lon,
        )
        world.people.append(person)
        world.riders.append(rider)
        world.riders_in.setdefault(city.name, []).append(rider)


def _add_others(world: World, tables: Tables, seed: int, count: int) -> None:
    for number, city in enumerate(_spread(tables.cities, max(count, 1))):
        chance = Chance.of(seed, "customer", number)
        person = _person(world, tables, chance, city, "CUSTOMER", "customer" if number == 0 else None)
        world.people.append(person)
        world.customers_in.setdefault(city.name, []).append(person)


def _person(
    world: World,
    tables: Tables,
    chance: Chance,
    city: City,
    role: str,
    login: str | None = None,
    vendor_id: UUID | None = None,
) -> Person:
    created = world.start + timedelta(seconds=chance.random() ** 1.5 * 86_400 * 300)
    given, family = chance.choice(tables.given[city.names]), chance.choice(tables.family[city.names])
    lat, lon = chance.near(city.lat, city.lon, 5)
    known = LOGINS[login] if login else None
    id = chance.id(created)
    return Person(
        id=id,
        name=known.name if known else f"{given} {family}",
        phone=known.phone if known else _new_phone(world, chance, city),
        email=f"{login or f'u{id.hex[-10:]}'}@example.com",
        role=role,
        city=city,
        street=f"{chance.choice(city.streets)} {chance.randrange(1, 180)}",
        lat=lat,
        lon=lon,
        created_at=created,
        vendor_id=vendor_id,
    )


def _new_phone(world: World, chance: Chance, city: City) -> str:
    phone = chance.digits(city.phone)
    while phone in world.phones:
        phone = chance.digits(city.phone)
    world.phones.add(phone)
    return phone
