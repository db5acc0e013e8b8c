"""Who may see what: by type, and by field where a field is more, or less, private than its type.

`allowed(path, aim)` gives the people of the tenant whose the thing is; everybody else is a stranger. A type
without a rule fails the test, and a field has its type's until it is named here: so a new one is private.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLNamedType, GraphQLObjectType, get_named_type

from tests.walls.paths import Path, Step

# The people of a tenant, by what they are to its things.
SIGNED_IN = frozenset(
    {"customer", "other_customer", "leaver", "owner", "staff", "other_owner", "rider", "other_rider", "admin"}
)
EVERYBODY = SIGNED_IN | {"visitor"}
STAFF = frozenset({"owner", "staff", "admin"})
# Stands for whose the thing is, as its aim says.
SELF = "self"
OWN = frozenset({SELF, "admin"})
ORDER = frozenset({"customer", "owner", "staff", "rider", "admin"})

TYPES: dict[str, frozenset[str]] = {
    "Order": ORDER,
    "OrderTracking": ORDER,
    "VendorOrders": STAFF,
    "User": OWN,
    "Vendor": STAFF,
    "Product": STAFF,
    "Rider": OWN,
    "Assignment": OWN,
    "RiderMove": OWN | ORDER,
    "NearbyRiders": STAFF | {"other_owner"},
    "NearbyRider": STAFF | {"other_owner"},
    "StaffMember": STAFF,
    "Session": OWN,
    "Address": OWN,
    "Tenant": EVERYBODY | {"operator"},
    "MarketplaceFigures": frozenset({"admin"}),
    "Suggestion": EVERYBODY,
}

# Seen by whoever sees what they are part of; so are connections, edges and payloads.
PARTS = frozenset(
    {
        "PageInfo",
        "Money",
        "GeoPoint",
        "OpeningHours",
        "OpeningSpan",
        "Holiday",
        "DeliveryArea",
        "DeliveryTerms",
        "DistanceFee",
        "MenuCategory",
        "Category",
        "OrderItem",
        "OrderFees",
        "OrderStep",
        "DeliveryAddress",
        "Delivery",
        "OrderRating",
        "ProductStars",
        "Review",
        "RiderLocation",
        "SearchFacets",
        "FacetValue",
        "Highlight",
        "SalesReport",
        "SalesFigures",
        "SalesDay",
        "ProductSales",
        "Timing",
        "Turnover",
    }
)
_PART_ENDINGS = ("Connection", "Edge", "Payload")

# What is public on purpose, to everybody who names the marketplace: why, and where.
PUBLIC: dict[str, tuple[str, ...]] = {
    "a shop's window: an app shows the catalog before anybody has logged in": (
        *("Query.vendor", "Query.vendors", "Query.product", "Query.searchCatalog", "Query.suggest"),
        *("Vendor.id", "Vendor.name", "Vendor.description", "Vendor.cuisines", "Vendor.region"),
        *("Vendor.city", "Vendor.street", "Vendor.location", "Vendor.timezone", "Vendor.rating"),
        *("Vendor.ratingCount", "Vendor.prepTime", "Vendor.deliveryFee", "Vendor.isOpen"),
        *("Vendor.openingHours", "Vendor.menu", "Vendor.state", "Vendor.pausedUntil", "Vendor.opensAt"),
        *("Vendor.holidays", "Vendor.deliveryArea", "Vendor.feesByDistance", "Vendor.deliveryTo"),
        *("Vendor.products", "Vendor.reviews"),
        *("Product.status", "Product.deletedAt", "Product.reviews"),
        *("Vendor.minimumOrder", "Vendor.deliveryRule", "Vendor.ridersOffers"),
        *("Product.id", "Product.name", "Product.description", "Product.category", "Product.price"),
        *("Product.image", "Product.available", "Product.tags", "Product.rating"),
        *("Product.ratingCount", "Product.vendor"),
    ),
    "which marketplace one is in, for its name, currency and hosts": ("Query.tenant",),
}

# Where a field is for others than its type.
FIELDS: dict[str, frozenset[str]] = {
    **{coordinate: EVERYBODY for group in PUBLIC.values() for coordinate in group},
    "Query.tenant": EVERYBODY | {"operator"},
    "Query.tenants": frozenset({"operator"}),
    "Query.me": SIGNED_IN,
    "Query.user": SIGNED_IN,
    "Query.users": frozenset({"admin"}),
    "Query.riders": frozenset({"admin"}),
    "Subscription.assignmentOffers": frozenset({"rider", "other_rider"}),
    "Query.managedVendors": frozenset({"admin"}),
    "Query.rider": SIGNED_IN,
    # People who meet over an order see each other's names; what is private is the rest.
    **dict.fromkeys(("User.id", "User.name", "User.role", "User.region", "User.createdAt"), SIGNED_IN),
    **dict.fromkeys(("Rider.id", "Rider.user", "Rider.vehicle", "Rider.rating", "Rider.status"), SIGNED_IN),
    "Rider.location": OWN | ORDER,
}

# Behind these a person finds what is his own, whoever he is.
FINDS_OWN = frozenset({"Query.me", "Subscription.assignmentOffers"})


class NoRule(AssertionError):
    """The test cannot know who may see something."""


@dataclass(frozen=True, slots=True)
class Aim:
    """At what a door is tried: its arguments (or an entity's key), and who is what to it."""

    arguments: Mapping[str, Any] = field(default_factory=dict)
    # Who is to it what a rule names, where that is another person, or nobody (""): of each rule in his place.
    who: Mapping[str, str] = field(default_factory=dict)
    # Who alone may see this one, though others may see its like: it is tried besides, by itself.
    only: frozenset[str] | None = None


def allowed(path: Path, aim: Aim) -> frozenset[str]:
    """Who may see what is at the end of a path: whom every rule on the way lets pass."""
    if path[0].coordinate in FINDS_OWN:
        return rule(path[0]) or frozenset()
    people = EVERYBODY | {"operator"} if aim.only is None else aim.only
    for step in path:
        found = rule(step)
        if found is not None:
            people &= _of(found, aim)
    return people


def _of(found: frozenset[str], aim: Aim) -> frozenset[str]:
    """The people of a rule that is for some only, when they are what the aim says."""
    if found >= SIGNED_IN:
        return found
    return frozenset(aim.who.get(name, name) for name in found)


def rule(step: Step) -> frozenset[str] | None:
    """A field's own rule, else its type's; None of a part; a root field's is that of what it leads to."""
    if (own := FIELDS.get(step.coordinate)) is not None:
        return own
    if step.parent.name in ("Query", "Subscription"):
        return _rule_behind(step)
    return _type_rule(step.parent.name)


def _rule_behind(step: Step) -> frozenset[str]:
    type_: GraphQLNamedType | None = get_named_type(step.field.type)
    while isinstance(type_, GraphQLObjectType):
        if (found := _type_rule(type_.name)) is not None:
            return found
        inner = type_.fields.get("edges") or type_.fields.get("node")
        type_ = get_named_type(inner.type) if inner else None
    raise NoRule(f"{step.coordinate}: say who may see it in FIELDS (tests/walls/rules.py)")


def _type_rule(name: str) -> frozenset[str] | None:
    if name in TYPES:
        return TYPES[name]
    if name in PARTS or name.endswith(_PART_ENDINGS):
        return None
    raise NoRule(f"{name}: say who may see it in TYPES, or that it is a part in PARTS (tests/walls/rules.py)")


def strangers(people: Iterable[str], allowed: frozenset[str]) -> list[str]:
    """Who must not see it."""
    return [name for name in people if name not in allowed]
