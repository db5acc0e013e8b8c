"""From the demo's people, vendors and orders to rows of the subgraphs' tables.

Columns are named here and checked against the subgraphs' models by a test; values come in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from subgraphs.common.ids import bucket_of_text
from subgraphs.common.sharding import ShardMap

from .chance import Chance
from .load import Placed, Table
from .orders import Order
from .world import Person, World

USERS = Table(
    "users",
    "users",
    (
        "id",
        "tenant_id",
        "name",
        "phone",
        "email",
        "role",
        "region",
        "password_hash",
        "created_at",
    ),
)
ADDRESSES = Table(
    "users",
    "addresses",
    ("user_id", "id", "tenant_id", "label", "street", "city", "lat", "lon", "is_default"),
)
STAFF = Table("users", "staff", ("user_id", "vendor_id", "tenant_id", "membership", "since"))
PHONE_CLAIMS = Table("users", "phone_claims", ("phone", "tenant_id", "user_id", "at"))
ORDERS = Table(
    "orders",
    "orders",
    (
        *("id", "customer_id", "tenant_id", "vendor_id", "status", "region", "currency"),
        *("items_total", "delivery_fee", "service_fee", "total", "street", "city", "lat", "lon"),
        *("pickup_lat", "pickup_lon", "placed_at", "dispatch", "provider", "attempts"),
        *("rider_id", "rider_user_id", "delivered_by", "rider_wanted_since", "prep_minutes"),
        "vendor_time_zone",
    ),
)
ORDER_ITEMS = Table(
    "orders",
    "order_items",
    ("order_id", "line", "customer_id", "tenant_id", "product_id", "name", "quantity", "unit_price"),
)
ORDER_STEPS = Table(
    "orders", "order_steps", ("order_id", "status", "customer_id", "tenant_id", "at", "by_user")
)

DISPATCH = {"REJECTED": "CANCELLED", "CANCELLED": "CANCELLED", "FAILED": "FAILED"}  # else IDLE
WITHOUT_RIDER = ("ACCEPTED", "PREPARING", "READY")
FAILED_ATTEMPTS = 3
SERVICE_FEE_SHARE = 0.05
RIDERS_STEPS = ("PICKED_UP", "DELIVERED")
CUSTOMERS_STEPS = ("PENDING", "CANCELLED")


@dataclass(frozen=True, slots=True)
class Placing:
    """What every row needs: its tenant and the map of shards."""

    tenant: str
    shards: ShardMap
    password_hash: str


def person_rows(person: Person, placing: Placing) -> Iterator[Placed]:
    """Return the rows of one user, with an address and the claim on the phone number."""
    shard = placing.shards.shard_of(person.id)
    tenant = placing.tenant
    contact = (person.id, tenant, person.name, person.phone, person.email, person.role)
    yield Placed(
        USERS,
        shard,
        (*contact, person.city.region, placing.password_hash, person.created_at),
    )
    if person.vendor_id:
        yield Placed(STAFF, shard, (person.id, person.vendor_id, tenant, "OWNER", person.created_at))
    address_id = Chance.of("address", person.id).id(person.created_at)
    place = (person.street, person.city.name, person.lat, person.lon)
    yield Placed(ADDRESSES, shard, (person.id, address_id, tenant, "Home", *place, True))
    claimed_on = placing.shards.shard_of_bucket(bucket_of_text(person.phone))
    yield Placed(PHONE_CLAIMS, claimed_on, (person.phone, tenant, person.id, person.created_at))


def order_rows(order: Order, world: World, placing: Placing) -> Iterator[Placed]:
    """Return the rows of one order: itself, its items, its timeline."""
    shard, tenant = placing.shards.shard_of(order.id), placing.tenant
    yield Placed(ORDERS, shard, _order_values(order, tenant))
    for line, item in enumerate(order.items):
        product = item.product
        key = (order.id, line, order.customer.id, tenant)
        yield Placed(ORDER_ITEMS, shard, (*key, product.id, product.name, item.quantity, product.price))
    for status, at in order.timeline:
        by = _who(order, world, status)
        yield Placed(
            ORDER_STEPS, shard, (order.id, status, order.customer.id, tenant, at, by.id if by else None)
        )


def _order_values(order: Order, tenant: str) -> tuple[object, ...]:
    customer, vendor, rider = order.customer, order.vendor, order.rider
    currency = vendor.city.currency
    items_total = order.subtotal
    service_fee = round(items_total * SERVICE_FEE_SHARE / currency.step) * currency.step
    total = items_total + vendor.delivery_fee + service_fee
    attempts = FAILED_ATTEMPTS if order.provider else 0
    return (
        *(order.id, customer.id, tenant, vendor.id, order.status, vendor.city.region, currency.code),
        *(items_total, vendor.delivery_fee, service_fee, total),
        *(customer.street, customer.city.name, customer.lat, customer.lon, vendor.lat, vendor.lon),
        *(order.placed_at, DISPATCH.get(order.status, "IDLE"), order.provider, attempts),
        *((rider.id, rider.user.id) if rider else (None, None)),
        *(_delivered_by(order), _rider_wanted_since(order), vendor.prep_minutes, vendor.city.timezone),
    )


def _delivered_by(order: Order) -> str | None:
    if order.rider:
        return "RIDER"
    return "PROVIDER" if order.provider else None


def _rider_wanted_since(order: Order) -> datetime | None:
    return dict(order.timeline)["ACCEPTED"] if order.status in WITHOUT_RIDER else None


def _who(order: Order, world: World, status: str) -> Person | None:
    if status in CUSTOMERS_STEPS:
        return order.customer
    if status in RIDERS_STEPS:
        return order.rider.user if order.rider else None
    return None if status == "FAILED" else world.staff_of[order.vendor.id]
