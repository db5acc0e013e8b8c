"""Tables of the catalog subgraph, sharded by vendor: a product's id carries its vendor's bucket."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Double, Index, LargeBinary, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.common.models import Base

_SCHEMA = {"schema": "catalog"}


class VendorRow(Base):
    """A place that sells.

    `hours` are ranges [start, end) in minutes of the local week (Monday 00:00 is 0; each begins on a day and
    ends on that or the next one). `holidays` replace the hours that begin on a date: [{"date": "2026-12-25",
    "spans": [[600, 960]]}], in minutes of that day.

    It delivers within `delivery_rings` ([[[lat, lon], …], …], by the even-odd rule) or, if there are none,
    within `delivery_km`. `delivery_fees` are [[km, fee], …] by distance, the nearest first; beyond them it is
    `delivery_fee`. `state` is ACTIVE, PAUSED (until `paused_until`; null: until it is resumed) or CLOSED for
    good. `version` grows with every change; `rating` is null until somebody rated.
    """

    __tablename__ = "vendors"
    __table_args__ = (
        Index(None, "tenant_id", "id"),
        Index("vendors_tenant_id_lat_lon_idx", "tenant_id", "lat", "lon"),
        Index("vendors_cuisines_idx", "cuisines", postgresql_using="gin"),
        Index(None, "made_key", "tenant_id", unique=True),
        Index("vendors_uncovered_idx", "tenant_id", postgresql_where=text("NOT covered")),
        Index("vendors_paused_until_idx", "paused_until", postgresql_where=text("state = 'PAUSED'")),
        Index("vendors_place_idx", text("public.ll_to_earth(lat, lon)"), postgresql_using="gist"),
        _SCHEMA,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    cuisines: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    region: Mapped[str]
    city: Mapped[str] = mapped_column(server_default="")
    street: Mapped[str] = mapped_column(server_default="")
    lat: Mapped[float] = mapped_column(Double)
    lon: Mapped[float] = mapped_column(Double)
    timezone: Mapped[str] = mapped_column(server_default="UTC")
    hours: Mapped[list[tuple[int, int]]] = mapped_column(JSONB, server_default="[]")
    currency: Mapped[str]
    holidays: Mapped[list[Any]] = mapped_column(server_default="[]")
    delivery_fee: Mapped[int] = mapped_column(server_default="0")
    delivery_fees: Mapped[list[Any]] = mapped_column(server_default="[]")
    delivery_km: Mapped[float] = mapped_column(Double, server_default="10")
    delivery_rings: Mapped[list[Any]] = mapped_column(server_default="[]")
    delivery_rule: Mapped[str] = mapped_column(server_default="RIDERS_THEN_PROVIDER")
    riders_offers: Mapped[int] = mapped_column(server_default="3")
    minimum_order: Mapped[int | None]
    state: Mapped[str] = mapped_column(server_default="ACTIVE")
    paused_until: Mapped[datetime | None]
    prep_minutes: Mapped[int] = mapped_column(server_default="20")
    # `rating_sum` / `ratings`, kept by rate.py.
    rating: Mapped[float | None] = mapped_column(Double)
    rating_sum: Mapped[int] = mapped_column(BigInteger, server_default="0")
    ratings: Mapped[int] = mapped_column(server_default="0")
    # The idempotency key that made it, whose hash is also its bucket; what was asked for under that key.
    made_key: Mapped[str | None]
    made_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    # Whether the rows of its delivery cells are there.
    covered: Mapped[bool] = mapped_column(server_default="false")
    version: Mapped[int] = mapped_column(BigInteger, server_default=func.catalog.next_version())
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class DeliveryCellRow(Base):
    """A cell (h3) of a vendor's delivery area."""

    __tablename__ = "delivery_cells"
    __table_args__ = (Index(None, "tenant_id", "cell"), _SCHEMA)

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    cell: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    tenant_id: Mapped[str]


class ProductRow(Base):
    """Something on a vendor's menu, in the order of `position`; `category` is the name of a `CategoryRow`.

    `status` is DRAFT or ACTIVE; one that is deleted stays for the orders that have it.
    """

    __tablename__ = "products"
    __table_args__ = (
        Index(None, "vendor_id", "position", "id"),
        Index(None, "vendor_id", "category", "position", "id"),
        _SCHEMA,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    category: Mapped[str] = mapped_column(server_default="")
    position: Mapped[int] = mapped_column(server_default="0")
    price: Mapped[int]
    currency: Mapped[str]
    image: Mapped[str | None]
    available: Mapped[bool] = mapped_column(server_default="true")
    status: Mapped[str] = mapped_column(server_default="ACTIVE")
    deleted_at: Mapped[datetime | None]
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    # `rating_sum` / `ratings`, kept by rate.py.
    rating: Mapped[float | None] = mapped_column(Double)
    rating_sum: Mapped[int] = mapped_column(BigInteger, server_default="0")
    ratings: Mapped[int] = mapped_column(server_default="0")
    version: Mapped[int] = mapped_column(BigInteger, server_default=func.catalog.next_version())
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class CategoryRow(Base):
    """A part of a vendor's menu; its products name it."""

    __tablename__ = "categories"
    __table_args__ = (Index(None, "vendor_id", "name", unique=True), _SCHEMA)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    name: Mapped[str]
    position: Mapped[int]


class ReviewRow(Base):
    """What a customer thinks of a vendor, or of one of its products (`subject_id`), after an order."""

    __tablename__ = "reviews"
    __table_args__ = (
        Index(None, "vendor_id", "subject_id", "order_id", unique=True),
        Index(None, "vendor_id", "subject_id", "id"),
        _SCHEMA,
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    subject_id: Mapped[UUID]
    order_id: Mapped[UUID]
    stars: Mapped[int]
    text: Mapped[str | None]
    at: Mapped[datetime]


class ProductSaveRow(Base):
    """Which product an idempotency key made; `input_hash` tells a repetition from a mistake.

    A key of `changePrices` made no product: `product_id` is then the vendor's.
    """

    __tablename__ = "product_saves"
    __table_args__ = (Index(None, "at"), _SCHEMA)

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    product_id: Mapped[UUID]
    input_hash: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
