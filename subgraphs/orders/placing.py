"""Placing an order: once per idempotency key, priced by the catalog, told in the same transaction.

key known? ─► that order
check ─► offer of the catalog ─► placement, order, items, first step, event in one statement ─► answer
                                             └─► relay ─► the vendor's portal, who accepts it or not
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

import orjson
from sqlalchemy import Text, Uuid, bindparam, select

from subgraphs.common.database import Shards
from subgraphs.common.errors import CodedError, ErrorCode, NotFound
from subgraphs.common.ids import new_id
from subgraphs.common.point import checked_point
from subgraphs.common.reads import Read

from .catalog_client import CatalogClient, Offer, OfferedProduct
from .models import OrderRow, PlacementRow
from .settings import OrdersSettings
from .statuses import OrderStatus
from .write_order import NewOrder, write_order


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
    """What a customer orders: product ids with quantities, in order."""

    customer_id: UUID
    tenant: str
    key: str
    vendor_id: UUID
    lines: tuple[tuple[UUID, int], ...]
    destination: Destination

    @property
    def hash(self) -> bytes:
        """Equal for a repeated request, different for another order under the same key."""
        place = self.destination
        parts = [
            str(self.vendor_id),
            [[str(id), n] for id, n in self.lines],
            place.street,
            place.lat,
            place.lon,
        ]
        return sha256(orjson.dumps(parts)).digest()


_PLACEMENT = Read(
    select(PlacementRow.__table__).where(
        PlacementRow.customer_id == bindparam("customer", type_=Uuid),
        PlacementRow.key == bindparam("key", type_=Text),
    )
)
_LONGEST_TEXT = 1_000
# What GraphQL's Int can show.
_DEAREST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Placing:
    """Places orders."""

    shards: Shards
    catalog: CatalogClient
    settings: OrdersSettings

    async def place(self, wanted: Wanted, *, authorization: str | None, request_id: str) -> UUID:
        """The order's id; the same one however often the request comes."""
        known = await self._known(wanted)
        if known is not None:
            return known
        self._check(wanted)
        products = [id for id, _ in wanted.lines]
        offer = await self.catalog.offer(
            wanted.vendor_id, products, authorization=authorization, request_id=request_id
        )
        if offer is None:
            raise NotFound("There is no such vendor.", "vendorId")
        return await self._write(_priced(wanted, offer, self.settings), wanted, offer)

    def _check(self, wanted: Wanted) -> None:
        ids = [id for id, _ in wanted.lines]
        most, quantity_most = self.settings.order_items_max, self.settings.quantity_max
        if not 1 <= len(ids) <= most:
            raise _bad(f"An order has 1 to {most} products.", "items")
        if len(set(ids)) < len(ids):
            raise _bad("Each product may stand in an order once.", "items")
        if not all(1 <= quantity <= quantity_most for _, quantity in wanted.lines):
            raise _bad(f"Quantities are 1 to {quantity_most}.", "items")
        place = wanted.destination
        if max(len(place.street), len(place.city), len(place.note or "")) > _LONGEST_TEXT:
            raise _bad(f"Texts have at most {_LONGEST_TEXT} characters.", "deliveryAddress")
        checked_point(place.lat, place.lon, "deliveryAddress")

    async def _known(self, wanted: Wanted) -> UUID | None:
        if not 1 <= len(wanted.key) <= 200:
            raise _bad("The key has 1 to 200 characters.", "idempotencyKey")
        shard = self.shards.map.shard_of(wanted.customer_id)
        rows = await self.shards.fetch_as(
            PlacementRow, shard, _PLACEMENT, "Placement", customer=wanted.customer_id, key=wanted.key
        )
        return _same(rows[0], wanted) if rows else None

    async def _write(self, order: OrderRow, wanted: Wanted, offer: Offer) -> UUID:
        items = _items(wanted, offer)
        if await write_order(self.shards, NewOrder(order, items, wanted.key, wanted.hash)):
            return order.id
        # The same key came twice at once, and the other was faster.
        known = await self._known(wanted)
        assert known is not None
        return known


def _priced(wanted: Wanted, offer: Offer, settings: OrdersSettings) -> OrderRow:
    offered = [(_offered(id, wanted, offer), quantity) for id, quantity in wanted.lines]
    currencies = {product.currency for product, _ in offered}
    if len(currencies) > 1:
        raise _bad("The products have different currencies.", "items")
    items_total = sum(product.price * quantity for product, quantity in offered)
    service_fee = round(items_total * settings.service_fee_percent / 100)
    total = items_total + offer.delivery_fee + service_fee
    if total > _DEAREST:
        raise _bad("The order costs too much for one.", "items")
    pickup_lat, pickup_lon = offer.pickup or (None, None)
    return OrderRow(
        id=new_id(like=wanted.customer_id),
        customer_id=wanted.customer_id,
        tenant_id=wanted.tenant,
        vendor_id=wanted.vendor_id,
        status=OrderStatus.PENDING.value,
        region=offer.region,
        currency=currencies.pop(),
        items_total=items_total,
        delivery_fee=offer.delivery_fee,
        service_fee=service_fee,
        total=total,
        street=wanted.destination.street,
        city=wanted.destination.city,
        lat=wanted.destination.lat,
        lon=wanted.destination.lon,
        note=wanted.destination.note,
        pickup_lat=pickup_lat,
        pickup_lon=pickup_lon,
        prep_minutes=offer.prep_minutes,
        vendor_time_zone=offer.time_zone,
        delivery_rule=offer.delivery_rule.value,
        riders_offers=offer.riders_offers,
    )


def _offered(id: UUID, wanted: Wanted, offer: Offer) -> OfferedProduct:
    product = offer.products.get(id)
    if product is None or product.vendor_id != wanted.vendor_id:
        raise NotFound(f'The vendor has no product "{id}".', "items")
    if not product.available:
        raise CodedError(ErrorCode.PRODUCT_UNAVAILABLE, f"{product.name} cannot be ordered now.", "items")
    return product


def _items(wanted: Wanted, offer: Offer) -> list[dict[str, object]]:
    return [
        {
            "product_id": id,
            "name": offer.products[id].name,
            "quantity": quantity,
            "unit_price": offer.products[id].price,
        }
        for id, quantity in wanted.lines
    ]


def _same(row: PlacementRow, wanted: Wanted) -> UUID:
    if row.input_hash != wanted.hash:
        raise CodedError(ErrorCode.CONFLICT, "This key was used for another order.", "idempotencyKey")
    return row.order_id


def _bad(message: str, field: str) -> CodedError:
    return CodedError(ErrorCode.BAD_USER_INPUT, message, field)
