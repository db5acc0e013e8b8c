"""From what a customer wants and what the vendor offers to the order, or to why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from subgraphs.common.errors import CodedError, ErrorCode, NotFound, bad
from subgraphs.common.ids import new_id

from .catalog_client import Offer, OfferedProduct
from .models import OrderRow
from .settings import OrdersSettings
from .statuses import OrderStatus
from .wanted import Wanted

# What GraphQL's Int can show.
_DEAREST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Hint:
    """What an app needs to help with a refusal; amounts in minor units of `currency`."""

    opens_at: datetime | None = None
    minimum: int | None = None
    total: int | None = None
    currency: str = ""
    product_ids: tuple[UUID, ...] = ()


class Refused(CodedError):
    """An order that the vendor would not take as it is."""

    def __init__(self, code: ErrorCode, message: str, field: str, hint: Hint) -> None:
        super().__init__(code, message, field)
        self.hint = hint


def priced(wanted: Wanted, offer: Offer, settings: OrdersSettings) -> OrderRow:
    """The order as it would be; Refused, or another coded error, if it cannot be."""
    fee = _check_vendor(offer)
    offered = _offered(wanted, offer)
    currency = _currency(offered)
    items_total = sum(product.price * quantity for product, quantity in offered)
    if offer.minimum is not None and items_total < offer.minimum:
        hint = Hint(minimum=offer.minimum, currency=currency)
        raise Refused(ErrorCode.BELOW_MINIMUM, "The vendor's least order is larger.", "items", hint)
    service_fee = round(items_total * settings.service_fee_percent / 100)
    total = items_total + fee + service_fee
    if total > _DEAREST:
        raise bad("The order costs too much for one.", "items")
    if wanted.expected_total not in (None, total):
        hint = Hint(total=total, currency=currency)
        raise Refused(ErrorCode.PRICE_CHANGED, "The order costs something else now.", "expectedTotal", hint)
    money = {"items_total": items_total, "delivery_fee": fee, "service_fee": service_fee, "total": total}
    return _order(wanted, offer, currency, money)


def _check_vendor(offer: Offer) -> int:
    """What it takes for delivering there."""
    opens = Hint(opens_at=offer.opens_at)
    if offer.state == "PAUSED":
        raise Refused(ErrorCode.VENDOR_PAUSED, "The vendor takes no orders for a while.", "vendorId", opens)
    if offer.state != "ACTIVE" or not offer.is_open:
        raise Refused(ErrorCode.VENDOR_CLOSED, "The vendor is closed.", "vendorId", opens)
    if offer.delivery_fee is None:
        message = "The vendor does not deliver to this place."
        raise Refused(ErrorCode.OUT_OF_AREA, message, "deliveryAddress", Hint())
    return offer.delivery_fee


def _offered(wanted: Wanted, offer: Offer) -> list[tuple[OfferedProduct, int]]:
    offered = []
    for id, quantity in wanted.lines:
        product = offer.products.get(id)
        if product is None or product.vendor_id != wanted.vendor_id:
            raise NotFound(f'The vendor has no product "{id}".', "items")
        offered.append((product, quantity))
    if gone := [product for product, _ in offered if not product.available]:
        message = f"{', '.join(product.name for product in gone)} cannot be ordered now."
        hint = Hint(product_ids=tuple(product.id for product in gone))
        raise Refused(ErrorCode.PRODUCT_UNAVAILABLE, message, "items", hint)
    return offered


def _currency(offered: list[tuple[OfferedProduct, int]]) -> str:
    currencies = {product.currency for product, _ in offered}
    if len(currencies) > 1:
        raise bad("The products have different currencies.", "items")
    return currencies.pop()


def _order(wanted: Wanted, offer: Offer, currency: str, money: dict[str, int]) -> OrderRow:
    place = wanted.destination
    pickup_lat, pickup_lon = offer.pickup or (None, None)
    return OrderRow(
        id=new_id(like=wanted.customer_id),
        customer_id=wanted.customer_id,
        tenant_id=wanted.tenant,
        vendor_id=wanted.vendor_id,
        status=OrderStatus.PENDING.value,
        region=offer.region,
        currency=currency,
        **money,
        street=place.street,
        city=place.city,
        lat=place.lat,
        lon=place.lon,
        note=place.note,
        pickup_lat=pickup_lat,
        pickup_lon=pickup_lon,
        prep_minutes=offer.prep_minutes,
        vendor_time_zone=offer.time_zone,
        delivery_rule=offer.delivery_rule.value,
        riders_offers=offer.riders_offers,
    )
