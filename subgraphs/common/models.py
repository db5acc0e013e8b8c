"""Tables that all subgraphs share, on every shard in the Postgres schema `waybill`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Identity, Index, MetaData, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}


# Where the rows of `TenantRow` are.
TENANTS_SHARD = 0


class Base(DeclarativeBase):
    """Common to all tables: annotated Python types and their columns."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {
        str: Text(),
        UUID: Uuid(),
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
    }


def table_of(model: type[Base]) -> Table:
    """A model's table, for statements that need none of the unit of work's machinery."""
    return cast("Table", model.__table__)


class TenantRow(Base):
    """A marketplace: `status` is ACTIVE or CLOSED, `hosts` are the names under which clients reach it.

    Few and seldom changed, they stand on `TENANTS_SHARD` alone; every process keeps them (tenants.py).
    """

    __tablename__ = "tenants"
    __table_args__ = {"schema": "waybill"}

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    hosts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    status: Mapped[str] = mapped_column(server_default="ACTIVE")
    currency: Mapped[str]
    region: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class OutboxRow(Base):
    """An event that waits to be published; written in the transaction of the change that it tells."""

    __tablename__ = "outbox"
    __table_args__ = {"schema": "waybill"}

    # The order of publishing; taken after the row that changed is locked, so one row's events keep their
    # order.
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    id: Mapped[UUID]
    tenant_id: Mapped[str]
    topic: Mapped[str]
    key: Mapped[UUID]
    payload: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    request_id: Mapped[str | None]


class ProcessedEventRow(Base):
    """An event that a consumer has applied on this shard; what makes consumers idempotent."""

    __tablename__ = "processed_events"
    __table_args__ = (Index(None, "at"), {"schema": "waybill"})

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    consumer: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
