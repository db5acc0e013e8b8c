"""A customer's word on a delivered order: vendor, products and rider in stars, and a text. Given once.

What comes of it is others': `order.rated` becomes reviews in catalog, a rider's rating in riders.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.auth import Caller
from subgraphs.common.database import Shards
from subgraphs.common.errors import CodedError, ErrorCode, Forbidden, NotFound, bad
from subgraphs.common.outbox import emit

from .changing import may_see
from .delivery import DeliveredBy
from .models import OrderItemRow, OrderRatingRow, OrderRow
from .statuses import OrderStatus
from .steps import lock_order

_MOST_STARS = 5
_LONGEST_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class Rating:
    """Stars are 1 to 5, or None where nothing is said; products by id."""

    vendor_stars: int | None
    products: Mapping[UUID, int]
    rider_stars: int | None
    text: str | None

    @property
    def columns(self) -> dict[str, Any]:
        """As a row has it."""
        products = [{"id": str(id), "stars": stars} for id, stars in self.products.items()]
        return {
            "vendor_stars": self.vendor_stars,
            "products": products,
            "rider_stars": self.rider_stars,
            "text": self.text,
        }


async def rate_order(shards: Shards, caller: Caller, order_id: UUID, rating: Rating) -> None:
    """Rate it; the same rating again does nothing, another one is a CONFLICT."""
    user_id = caller.signed_in()
    _check(rating)
    async with shards.transaction(order_id, "rate_order") as session:
        order = await lock_order(session, order_id)
        if not may_see(caller, order):
            raise NotFound("There is no such order.", "orderId")
        if order.customer_id != user_id:
            raise Forbidden("Only the customer may rate an order.")
        await _check_against(session, order, rating)
        await _write(session, order, rating)


def _check(rating: Rating) -> None:
    for field, stars in (("vendorStars", rating.vendor_stars), ("riderStars", rating.rider_stars)):
        if stars is not None and not 1 <= stars <= _MOST_STARS:
            raise bad(f"Stars are 1 to {_MOST_STARS}.", field)
    if not all(1 <= stars <= _MOST_STARS for stars in rating.products.values()):
        raise bad(f"Stars are 1 to {_MOST_STARS}.", "products")
    if rating.vendor_stars is None and rating.rider_stars is None and not rating.products:
        raise bad("Give stars to the vendor, to products, or to the rider.", "vendorStars")
    if len(rating.text or "") > _LONGEST_TEXT:
        raise bad(f"The text has at most {_LONGEST_TEXT} characters.", "text")


async def _check_against(session: AsyncSession, order: OrderRow, rating: Rating) -> None:
    if order.status != OrderStatus.DELIVERED.value:
        raise CodedError(ErrorCode.ILLEGAL_STATUS, "Only what was delivered can be rated.")
    if rating.rider_stars is not None and order.delivered_by != DeliveredBy.RIDER.value:
        raise bad("No rider of the marketplace brought this order.", "riderStars")
    if rating.products:
        query = select(OrderItemRow.product_id).where(OrderItemRow.order_id == order.id)
        ordered = set(await session.scalars(query, execution_options={"label": "ordered_products"}))
        if not rating.products.keys() <= ordered:
            raise NotFound("There is no such product in the order.", "products")


async def _write(session: AsyncSession, order: OrderRow, rating: Rating) -> None:
    """The order is locked: nobody rates it at the same time."""
    query = select(OrderRatingRow).where(OrderRatingRow.order_id == order.id)
    known = (await session.scalars(query, execution_options={"label": "rating"})).first()
    if known is not None:
        if any(getattr(known, name) != value for name, value in rating.columns.items()):
            raise CodedError(ErrorCode.CONFLICT, "The order has been rated otherwise.", "orderId")
        return
    whose = {"order_id": order.id, "customer_id": order.customer_id, "tenant_id": order.tenant_id}
    row = insert(OrderRatingRow).values({**whose, **rating.columns}).returning(OrderRatingRow.at)
    at = (await session.execute(row, execution_options={"label": "rating"})).scalar_one()
    await emit(session, "order.rated", order.id, _payload(order, rating, at), tenant=order.tenant_id)


def _payload(order: OrderRow, rating: Rating, at: datetime) -> dict[str, Any]:
    by_rider = order.delivered_by == DeliveredBy.RIDER.value and order.rider_id is not None
    return {
        "orderId": str(order.id),
        "customerId": str(order.customer_id),
        "vendorId": str(order.vendor_id),
        "vendorStars": rating.vendor_stars,
        "products": rating.columns["products"],
        "riderId": str(order.rider_id) if by_rider else None,
        "riderStars": rating.rider_stars,
        "text": rating.text,
        "at": at.isoformat(),
    }
