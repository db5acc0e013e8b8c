"""What a customer wants, and whether it can be meant: before the catalog is asked."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

import orjson

from subgraphs.common.errors import bad
from subgraphs.common.point import checked_point

from .catalog_client import Asked
from .settings import OrdersSettings

_LONGEST_TEXT = 1_000
_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Destination:
    """Where to deliver."""

    street: str
    city: str
    lat: float
    lon: float
    note: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a customer orders: product ids with quantities, in order; the total that he was shown, if any."""

    customer_id: UUID
    tenant: str
    key: str
    vendor_id: UUID
    lines: tuple[tuple[UUID, int], ...]
    destination: Destination
    expected_total: int | None = None

    @property
    def hash(self) -> bytes:
        """Equal for a repeated request, different for another order under the same key."""
        place = self.destination
        lines = [[str(id), n] for id, n in self.lines]
        parts = [str(self.vendor_id), lines, place.street, place.lat, place.lon]
        return sha256(orjson.dumps(parts)).digest()

    @property
    def asked(self) -> Asked:
        """What the catalog is asked about."""
        return self.vendor_id, self.destination.lat, self.destination.lon


def check_key(wanted: Wanted) -> None:
    """BAD_USER_INPUT for what can be no key."""
    if not 1 <= len(wanted.key) <= _LONGEST_KEY:
        raise bad(f"The key has 1 to {_LONGEST_KEY} characters.", "idempotencyKey")


def check_wanted(wanted: Wanted, settings: OrdersSettings) -> None:
    """BAD_USER_INPUT for what no vendor could offer."""
    ids = [id for id, _ in wanted.lines]
    most, quantity_most = settings.order_items_max, settings.quantity_max
    if not 1 <= len(ids) <= most:
        raise bad(f"An order has 1 to {most} products.", "items")
    if len(set(ids)) < len(ids):
        raise bad("Each product may stand in an order once.", "items")
    if not all(1 <= quantity <= quantity_most for _, quantity in wanted.lines):
        raise bad(f"Quantities are 1 to {quantity_most}.", "items")
    place = wanted.destination
    if max(len(place.street), len(place.city), len(place.note or "")) > _LONGEST_TEXT:
        raise bad(f"Texts have at most {_LONGEST_TEXT} characters.", "deliveryAddress")
    checked_point(place.lat, place.lon, "deliveryAddress")
