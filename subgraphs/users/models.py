"""Tables of the users subgraph, sharded by user; phone claims are sharded by phone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Double, Index, LargeBinary, false, func
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.common.models import Base

_SCHEMA = {"schema": "users"}


class UserRow(Base):
    """An account; `role` is a `Role`'s name; without a password it waits to be accepted."""

    __tablename__ = "users"
    __table_args__ = (
        Index(None, "tenant_id", "id"),
        Index(None, "tenant_id", "role", "id"),
        _SCHEMA,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    name: Mapped[str]
    phone: Mapped[str]
    email: Mapped[str | None]
    role: Mapped[str]
    region: Mapped[str]
    password_hash: Mapped[str | None]
    is_operator: Mapped[bool] = mapped_column(server_default=false())
    deactivated_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AddressRow(Base):
    """A place where a user gets deliveries."""

    __tablename__ = "addresses"
    __table_args__ = (Index(None, "user_id", "key", unique=True), _SCHEMA)

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    label: Mapped[str]
    street: Mapped[str]
    city: Mapped[str]
    lat: Mapped[float] = mapped_column(Double)
    lon: Mapped[float] = mapped_column(Double)
    # What tells a save that is sent again from another one.
    key: Mapped[str | None]
    is_default: Mapped[bool] = mapped_column(server_default=false())


class PhoneClaimRow(Base):
    """Whose phone number it is; on the shard of the number's hash, so that no global lock is needed."""

    __tablename__ = "phone_claims"
    __table_args__ = _SCHEMA

    phone: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class RefreshFamilyRow(Base):
    """One login: all refresh tokens that descend from it live and die together."""

    __tablename__ = "refresh_families"
    __table_args__ = (Index(None, "created_at"), _SCHEMA)

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    refreshed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    device: Mapped[str | None]
    revoked_at: Mapped[datetime | None]


class RefreshTokenRow(Base):
    """A refresh token: good for one use; its secret is kept as a hash."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (Index(None, "expires_at"), _SCHEMA)

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    family_id: Mapped[UUID]
    tenant_id: Mapped[str]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class StaffRow(Base):
    """A user's membership of a vendor's staff; `membership` is a `StaffRole`'s name."""

    __tablename__ = "staff"
    __table_args__ = (Index(None, "vendor_id", "user_id"), _SCHEMA)

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    membership: Mapped[str]
    since: Mapped[datetime] = mapped_column(server_default=func.now())


class InvitationRow(Base):
    """A code by which a user sets his first password; kept as a hash, and gone when it is used."""

    __tablename__ = "invitations"
    __table_args__ = (Index(None, "expires_at"), _SCHEMA)

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]
