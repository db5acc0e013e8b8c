"""What only grows: each with its age, its setting and who ends it. A new table is a line here.

Names, not classes: `common` knows none of the subgraphs (like `topics.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from .settings import UpkeepSettings

Age = Callable[[UpkeepSettings], timedelta]


def days(setting: str) -> Age:
    """The age that a setting gives in days."""
    return lambda settings: timedelta(days=getattr(settings, setting))


@dataclass(frozen=True, slots=True)
class Ageing:
    """Rows of a table that go when `column` (which has an index) is so long ago, and `only` holds."""

    table: str
    column: str
    age: Age
    only: str = "true"


# Deleted in small batches, on every shard.
TABLES = (
    Ageing("waybill.processed_events", "at", days("processed_event_days")),
    Ageing("orders.placements", "at", days("placement_days")),
    Ageing("orders.counted_orders", "placed_at", days("counted_order_days")),
    Ageing("catalog.product_saves", "at", days("product_save_days")),
    Ageing("riders.own_assignments", "let_go_at", days("let_go_days")),
    Ageing("users.refresh_tokens", "expires_at", days("refresh_token_grace_days")),
    Ageing("users.invitations", "expires_at", days("refresh_token_grace_days")),
    Ageing(
        "users.refresh_families",
        "created_at",
        days("refresh_token_grace_days"),
        # A login lives as long as its youngest token.
        only="NOT EXISTS (SELECT FROM users.refresh_tokens AS token "
        "WHERE token.user_id = old.user_id AND token.family_id = old.id)",
    ),
)

# Dropped as whole partitions.
DROPPED: Mapping[str, Age] = {"riders.pings": days("pings_days")}

# Tables with a time that are kept: why that is no growth without end, or meant.
KEPT: Mapping[str, str] = {
    "waybill.tenants": "one a marketplace",
    "waybill.outbox": "the relay deletes what it has published; alert OutboxGrows",
    "orders.orders": "the business itself; months move to the archive",
    "orders.order_items": "part of the order",
    "orders.order_steps": "part of the order",
    "orders.ratings": "part of the order",
    "orders.vendor_days": "one a vendor, day and currency; what reports read",
    "orders.product_days": "one a product, day and currency; what reports read",
    "riders.assignments": "part of the order",
    "riders.riders": "one a rider",
    "users.users": "one an account",
    "users.staff": "one for each vendor that an account works for",
    "users.phone_claims": "one a phone number; the next registration takes an unfinished one over",
    "catalog.vendors": "one a vendor",
    "catalog.reviews": "what customers said; one for each thing rated of an order",
    "catalog.products": "one a product; a deleted one stays for the orders that have it",
}

# Keys of Valkey by their patterns: what ends each.
KEYS: Mapping[str, str] = {
    "waybill:events:*": "events that are older than event_days, at most events_kept; dead_letter_days",
    "waybill:riders:pings": "deleted when it is written; at most pings_kept",
    "waybill:riders:geo:*": "one entry a rider who is not OFFLINE",
    "waybill:rider:*:reports:*": "expires after seconds",
    "waybill:rider:*": "one a rider",
    "streaq:*": "a job's data goes with the job, its result expires after minutes",
}
