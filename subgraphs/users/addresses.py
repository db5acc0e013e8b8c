"""A user's saved addresses, of which one is the default as long as there is any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.errors import CodedError, ErrorCode, NotFound
from subgraphs.common.ids import new_id
from subgraphs.common.point import checked_point

from .loaders import MOST_ADDRESSES
from .models import AddressRow
from .registration import UsersContext
from .roles import check_active, lock_user

_LONGEST = {"label": 100, "street": 300, "city": 100}
_NEEDED = "street", "city", "lat", "lon"


@dataclass(frozen=True, slots=True)
class AddressSave:
    """A wanted save: of the address `id`, or of a new one that `key` tells from others.

    `changes` are columns with their new values; of an existing address all others stay.
    """

    changes: dict[str, Any]
    id: UUID | None = None
    key: str | None = None


async def save_address(context: UsersContext, save: AddressSave) -> AddressRow:
    """Save and return the address; the same save again changes nothing."""
    user_id = context.caller.signed_in()
    if save.key is not None and not 1 <= len(save.key) <= 200:
        raise CodedError(ErrorCode.BAD_USER_INPUT, "The key has 1 to 200 characters.", "idempotencyKey")
    _check_texts(save.changes)
    async with context.shards.transaction(user_id, "save_address") as session:
        # All saves of one user come one after the other: of his addresses one alone is the default.
        check_active(await lock_user(session, user_id, context.caller.tenant))
        if save.id is None:
            id = await _create(context, session, user_id, save)
        else:
            id = await _change(session, user_id, save.id, save.changes)
        await _keep_one_default(session, user_id, id if save.changes.get("is_default") else None)
        row = await session.get_one(AddressRow, (user_id, id), populate_existing=True)
    context.renew()
    return row


async def delete_address(context: UsersContext, id: UUID) -> None:
    """Delete one of the caller's addresses; one that is gone stays gone. Orders keep theirs."""
    user_id = context.caller.signed_in()
    async with context.shards.transaction(user_id, "delete_address") as session:
        await lock_user(session, user_id, context.caller.tenant)
        await session.execute(delete(AddressRow).where(AddressRow.user_id == user_id, AddressRow.id == id))
        await _keep_one_default(session, user_id, None)
    context.renew()


async def _create(context: UsersContext, session: AsyncSession, user_id: UUID, save: AddressSave) -> UUID:
    mine = AddressRow.user_id == user_id
    if save.key is not None:
        made = await session.scalar(select(AddressRow.id).where(mine, AddressRow.key == save.key))
        if made is not None:
            return made
    for field in _NEEDED:
        if field not in save.changes:
            raise CodedError(ErrorCode.BAD_USER_INPUT, "A new address needs this.", field)
    if (await session.scalar(select(func.count()).where(mine)) or 0) >= MOST_ADDRESSES:
        message = f"At most {MOST_ADDRESSES} addresses can be saved; delete one."
        raise CodedError(ErrorCode.BAD_USER_INPUT, message)
    id = new_id(like=user_id)
    key = {"user_id": user_id, "id": id, "tenant_id": context.caller.tenant, "key": save.key}
    await session.execute(insert(AddressRow).values({**key, "label": "", **_placed(save.changes)}))
    return id


async def _change(session: AsyncSession, user_id: UUID, id: UUID, changes: dict[str, Any]) -> UUID:
    row = await session.get(AddressRow, (user_id, id))
    if row is None:
        raise NotFound("There is no such address.", "id")
    for name, value in _placed({"lat": row.lat, "lon": row.lon, **changes}).items():
        setattr(row, name, value)
    await session.flush()
    return id


async def _keep_one_default(session: AsyncSession, user_id: UUID, wanted: UUID | None) -> None:
    """The wanted one, else the one that is it, else the oldest."""
    order = (AddressRow.id == wanted).desc() if wanted else AddressRow.is_default.desc()
    query = select(AddressRow.id).where(AddressRow.user_id == user_id)
    chosen = await session.scalar(query.order_by(order, AddressRow.id).limit(1))
    if chosen is not None:
        these = update(AddressRow).where(AddressRow.user_id == user_id)
        await session.execute(
            these.values(is_default=AddressRow.id == chosen), execution_options={"synchronize_session": False}
        )


def _check_texts(changes: dict[str, Any]) -> None:
    for field, longest in _LONGEST.items():
        text = changes.get(field) or ""
        if len(text) > longest or "\0" in text:
            message = f"At most {longest} characters, none of them NUL."
            raise CodedError(ErrorCode.BAD_USER_INPUT, message, field)
    for field in ("street", "city"):
        if field in changes and not changes[field].strip():
            raise CodedError(ErrorCode.BAD_USER_INPUT, "This must not be empty.", field)


def _placed(changes: dict[str, Any]) -> dict[str, Any]:
    point = checked_point(changes["lat"], changes["lon"], "lat")
    return {**changes, "lat": point.lat, "lon": point.lon}
