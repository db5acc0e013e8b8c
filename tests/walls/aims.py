"""The book of arguments: at what each root field and each entity is aimed, and what else a field needs.

Whoever adds a field with an argument that is required, or that names something by its id, is asked by the
test to add a line here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    get_named_type,
    is_required_argument,
)

from tests.walls.paths import Path
from tests.walls.rules import ORDER, SELF, STAFF, Aim
from tests.walls.trade import DRAFT, HOME, PLACE
from tests.walls.world import World

Aims = Callable[[World], list[Aim]]
# Wherever it is which day.
_NOW = datetime.now(UTC)
DAYS = {"from": f"{_NOW - timedelta(days=2):%Y-%m-%d}", "to": f"{_NOW + timedelta(days=2):%Y-%m-%d}"}
# Whose rider carries each order; nobody's, where a provider does, or nobody yet.
CARRIED = {"order": "rider", "rated": "other_rider", "dispatched": "", "cancelled": ""}
NOBODYS_ORDER = dict.fromkeys(ORDER - {"admin"}, "")
NOT_THE_STAFFS = {"owner": "", "staff": ""}


def _orders(world: World) -> list[Aim]:
    return [Aim({"id": world[name]}, {"rider": rider}) for name, rider in CARRIED.items()]


def _users(world: World) -> list[Aim]:
    return [Aim({"id": world[name]}, {SELF: name}) for name in ("customer", "owner", "rider", "leaver")]


def _riders(world: World) -> list[Aim]:
    """One on his way, and one who has brought an order and is offered another."""
    return [
        Aim({"id": world["rider_rider"]}, {SELF: "rider"}),
        Aim({"id": world["other_rider_rider"]}, {SELF: "other_rider", **NOBODYS_ORDER}),
    ]


# An entity by its key; root fields that take an `id` of it are aimed at the same.
ENTITIES: dict[str, Aims] = {
    "Order": _orders,
    "User": _users,
    "Rider": _riders,
    "Vendor": lambda world: [
        Aim({"id": world["vendor"]}),
        *(Aim({"id": world[name]}, NOT_THE_STAFFS) for name in ("other_vendor", "paused_vendor")),
    ],
    "Product": lambda world: [
        Aim({"id": world["product"]}),
        Aim({"id": world["deleted_product"]}),
        Aim({"id": world["draft"]}, only=STAFF),
    ],
    "Tenant": lambda world: [Aim({"id": world.tenant})],
    "MarketplaceFigures": lambda world: [Aim({"id": world.tenant})],
}

# What a subgraph's representations hold beside the key, where a field requires it.
REQUIRED: dict[tuple[str, str], dict[str, Any]] = {
    ("orders", "Vendor"): {"timezone": "Africa/Cairo"},
    ("riders", "Order"): {"status": "PICKED_UP", "deliveryAddress": PLACE},
}

# Root fields that are aimed otherwise than by an `id`.
ROOTS: dict[str, Aims] = {
    "Query.marketplaceFigures": lambda _: [Aim(DAYS)],
    "Query.nearbyRiders": lambda _: [Aim({"point": PLACE})],
    "Query.searchCatalog": lambda world: [
        Aim({"query": f"{world.tenant}", "first": 1, "filters": {"near": {**HOME, "km": 50.0}}}),
        Aim({"query": f"{world.tenant}", "filters": {"kinds": ["VENDOR"]}}),
        Aim({"query": f"{world.tenant}", "filters": {"kinds": ["PRODUCT"]}}),
        Aim({"query": DRAFT, "filters": {"vendorId": world["vendor"]}}, only=STAFF),
    ],
    "Query.suggest": lambda world: [Aim({"prefix": world.tenant})],
    "Subscription.nearbyRiders": lambda _: [Aim({"point": PLACE})],
    "Subscription.riderLocation": lambda world: [Aim({"riderId": world["rider_rider"]}, {SELF: "rider"})],
    "Subscription.vendorOrders": lambda world: [Aim({"vendorId": world["vendor"]})],
    "Subscription.orderTracking": lambda world: [Aim({"orderId": world["order"]})],
}

# Arguments of fields further on; short pages show that there is more.
ARGUMENTS: dict[str, dict[str, Any]] = {
    "Query.tenants": {"first": 1},
    "User.orders": {"first": 1},
    "Vendor.orders": {"first": 1},
    "Vendor.salesReport": DAYS,
    "SalesReport.products": {"first": 1},
    "Vendor.deliveryTo": {"point": HOME},
    "Vendor.staff": {"first": 1},
    "Vendor.menu": {"first": 1},
    "MenuCategory.products": {"first": 1},
}

# Where nothing, 0 or false is all that there is to see.
MAY_BE_NOTHING: dict[str, str] = {
    "PageInfo.hasPreviousPage": "true only behind a cursor",
    "PageInfo.hasNextPage": "not every list here has a second page",
    "SearchConnection.corrected": "true only for a misspelt query",
    "SearchConnection.tookMs": "a search may take less than a millisecond",
    "Assignment.endedAt": "the rider is still on his way",
    "SalesFigures.rejected": "nothing has been rejected",
    "SalesFigures.failed": "nothing has failed",
    "Session.current": "true only for the login that asks",
}

# What a field does not lead to, though it leads to its type.
NOT_BEHIND: dict[str, frozenset[str]] = {
    # Who sells now: not who has paused.
    "Query.vendors": frozenset({"Vendor.pausedUntil"}),
    "Query.searchCatalog": frozenset({"Vendor.pausedUntil", "Product.deletedAt"}),
    # What is only being offered.
    "Subscription.assignmentOffers": frozenset(
        {"Assignment.acceptedAt", "Assignment.pickedUpAt", "Assignment.endedAt"}
    ),
    # The first value, of which nobody has gone yet.
    "Subscription.nearbyRiders": frozenset({"NearbyRiders.gone"}),
}

# Says nothing of anybody's.
NO_DATA: dict[str, str] = {
    "SearchConnection.tookMs": "how long the search took",
    "SalesReport.from": "what was asked for",
    "SalesReport.to": "what was asked for",
    "SalesDay.day": "the date, by a time zone that is public; there are no days in a list without orders",
}


class NoAim(AssertionError):
    """The test does not know what to try a field with."""


def aims_of(path: Path, world: World) -> list[Aim]:
    """At what a root field is aimed."""
    step = path[0]
    if step.coordinate in ROOTS:
        return ROOTS[step.coordinate](world)
    named = get_named_type(step.field.type).name
    if set(step.field.args) == {"id"} and named in ENTITIES:
        return ENTITIES[named](world)
    if not needed(step.field):
        return [Aim(ARGUMENTS.get(step.coordinate, {}))]
    raise NoAim(f"{step.coordinate} needs {needed(step.field)}: add it to ROOTS (tests/walls/aims.py)")


def entity_aims(name: str, world: World) -> list[Aim]:
    """At which entities of a type its fields are tried."""
    if name not in ENTITIES:
        raise NoAim(f"entity {name}: add one of it to ENTITIES (tests/walls/aims.py)")
    return ENTITIES[name](world)


def arguments_of(coordinate: str, field: GraphQLField) -> dict[str, Any]:
    """The arguments of a field that is no door."""
    given = ARGUMENTS.get(coordinate, {})
    if missing := [name for name in needed(field) if name not in given]:
        raise NoAim(f"{coordinate} needs {missing}: add it to ARGUMENTS (tests/walls/aims.py)")
    return {name: value for name, value in given.items() if name in field.args}


def needed(field: GraphQLField) -> list[str]:
    """Arguments that a try cannot do without: required ones, and those that can name something by its id."""
    return [
        name
        for name, argument in field.args.items()
        if is_required_argument(argument) or _names_something(get_named_type(argument.type), frozenset())
    ]


def _names_something(type_: Any, seen: frozenset[str]) -> bool:
    if type_.name == "ID":
        return True
    if not isinstance(type_, GraphQLInputObjectType) or type_.name in seen:
        return False
    inner = (get_named_type(each.type) for each in type_.fields.values())
    return any(_names_something(each, seen | {type_.name}) for each in inner)
