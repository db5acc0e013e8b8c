"""Tables of figures, on the vendor's shard: its id is the shard key.

`revenue` is that of delivered orders' items, in minor units of `currency`, without fees. A day is the one on
which the order was placed, by its vendor's clock, whenever it ended.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.common.models import Base


class VendorDayRow(Base):
    """A vendor's orders of a day in a currency; times are sums, of `prepared` and of `delivered` orders."""

    __tablename__ = "vendor_days"
    __table_args__ = (Index(None, "tenant_id", "day"), Index(None, "day"), {"schema": "orders"})

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    orders: Mapped[int] = mapped_column(BigInteger)
    delivered: Mapped[int] = mapped_column(BigInteger)
    cancelled: Mapped[int] = mapped_column(BigInteger)
    rejected: Mapped[int] = mapped_column(BigInteger)
    failed: Mapped[int] = mapped_column(BigInteger)
    revenue: Mapped[int] = mapped_column(BigInteger)
    prepared: Mapped[int] = mapped_column(BigInteger)
    preparation_ms: Mapped[int] = mapped_column(BigInteger)
    delivery_ms: Mapped[int] = mapped_column(BigInteger)


class ProductDayRow(Base):
    """A product in a vendor's orders of a day that have ended; `quantity` and `revenue` of those delivered.

    `name` is what one of these orders calls it.
    """

    __tablename__ = "product_days"
    __table_args__ = (Index(None, "day"), {"schema": "orders"})

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    product_id: Mapped[UUID] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    name: Mapped[str]
    delivered: Mapped[int] = mapped_column(BigInteger)
    undelivered: Mapped[int] = mapped_column(BigInteger)
    quantity: Mapped[int] = mapped_column(BigInteger)
    revenue: Mapped[int] = mapped_column(BigInteger)


class CountedOrderRow(Base):
    """Which stages of an order (`Stage`) stand in the figures: what makes counting it again do nothing."""

    __tablename__ = "counted_orders"
    __table_args__ = (Index(None, "placed_at"), {"schema": "orders"})

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    day: Mapped[date]
    stages: Mapped[int]
    placed_at: Mapped[datetime]
