"""Where riders are and what they do, as kept in Valkey: many a second in, one round trip for many out.

All of it can be made anew from the riders' rows (`restore.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from redis.asyncio import Redis

from subgraphs.common import metrics
from subgraphs.common.point import is_on_map

from .keys import PINGS, geo_key, order_channel, own_channel, rate_key, rider_channel, rider_key
from .models import AssignmentRow, RiderRow
from .statuses import RiderStatus

_FIELDS = (
    "tenant",
    "user",
    "status",
    "vehicle",
    "order",
    "customer",
    "vendor",
    "lat",
    "lon",
    "heading",
    "at",
)
# A second's counter is of no use after it.
_RATE_SECONDS = 2
# What the client library takes for a hash; ours are all texts.
Values = dict[
    bytes | bytearray | memoryview | str | int | float, bytes | bytearray | memoryview | str | int | float
]


@dataclass(frozen=True, slots=True)
class Position:
    """A place on earth at a moment; `heading` in degrees from north."""

    lat: float
    lon: float
    heading: float | None
    at: datetime


@dataclass(frozen=True, slots=True)
class RiderState:
    """What a rider does, for whom, and where he is."""

    tenant: str
    user_id: UUID
    status: RiderStatus
    vehicle: str
    order_id: UUID | None
    customer_id: UUID | None
    vendor_id: UUID | None
    position: Position | None


class Positions:
    """Reads and writes them."""

    def __init__(self, valkey: Redis) -> None:
        self._valkey = valkey

    async def read(self, tenant: str, rider_ids: Sequence[UUID]) -> list[RiderState | None]:
        """States in the order of the ids; one round trip."""
        async with self._valkey.pipeline(transaction=False) as pipe:
            for id in rider_ids:
                pipe.hmget(rider_key(tenant, id), *_FIELDS)
            answers: list[Any] = await pipe.execute()
        return [_state(dict(zip(_FIELDS, values, strict=True))) for values in answers]

    async def count_report(self, tenant: str, rider_id: UUID, second: int) -> tuple[int, RiderState | None]:
        """Count a report of this second; return the count and the rider's state."""
        key = rate_key(tenant, rider_id, second)
        async with self._valkey.pipeline(transaction=False) as pipe:
            pipe.incr(key)
            pipe.expire(key, _RATE_SECONDS)
            pipe.hmget(rider_key(tenant, rider_id), *_FIELDS)
            count, _, values = await pipe.execute()
        return count, _state(dict(zip(_FIELDS, values, strict=True)))

    async def move(self, rider_id: UUID, state: RiderState, position: Position, *, pings_kept: int) -> None:
        """Note where a rider is, tell who follows him or his order, and queue it for PostgreSQL.

        The position must be on the map (`checked_point`): the first command that Valkey refuses leaves the
        others done.
        """
        message = position_message(position, state.order_id)
        async with self._valkey.pipeline(transaction=False) as pipe:
            pipe.hset(rider_key(state.tenant, rider_id), mapping=_place(position))
            pipe.geoadd(geo_key(state.tenant), (position.lon, position.lat, str(rider_id)))
            ping = {"rider": str(rider_id), "tenant": state.tenant, **_place(position)}
            pipe.xadd(PINGS, ping, maxlen=pings_kept, approximate=True)
            pipe.publish(rider_channel(state.tenant, rider_id), message)
            if state.order_id:
                pipe.publish(order_channel(state.tenant, state.order_id), message)
            await pipe.execute()

    async def put(self, row: RiderRow, order: AssignmentRow | None) -> None:
        """Make the state like the rider's row; the position only where there is none yet."""
        values: Values = {
            "tenant": row.tenant_id,
            "user": str(row.user_id),
            "status": row.status,
            "vehicle": row.vehicle,
            "order": str(order.order_id) if order else "",
            "customer": str(order.customer_id) if order else "",
            "vendor": str(order.vendor_id) if order else "",
        }
        position = position_of(row)
        async with self._valkey.pipeline(transaction=False) as pipe:
            pipe.hset(rider_key(row.tenant_id, row.id), mapping=values)
            for name, value in _place(position).items() if position else ():
                pipe.hsetnx(rider_key(row.tenant_id, row.id), name, value)
            pipe.hmget(rider_key(row.tenant_id, row.id), "lat", "lon")
            (*_, (lat, lon)) = await pipe.execute()
        place = (float(lat), float(lon)) if lat and lon else None
        await self._show(row, None if row.status == RiderStatus.OFFLINE.value else place)

    async def _show(self, row: RiderRow, place: tuple[float, float] | None) -> None:
        """On the map, or off it: also where his row is from a time when any place was taken."""
        if place and is_on_map(*place):
            await self._valkey.geoadd(geo_key(row.tenant_id), (place[1], place[0], str(row.id)))
        else:
            await self._valkey.zrem(geo_key(row.tenant_id), str(row.id))

    async def tell_order(self, tenant: str, order_id: UUID, status: str) -> None:
        """Tell who follows an order that it has a status now."""
        await self._valkey.publish(order_channel(tenant, order_id), orjson.dumps({"status": status}))

    async def tell_rider(self, tenant: str, rider_id: UUID) -> None:
        """Tell a rider's app that his list of assignments has changed."""
        await self._valkey.publish(own_channel(tenant, rider_id), orjson.dumps({"assignments": True}))

    async def near(
        self, tenant: str, lat: float, lon: float, km: float, count: int
    ) -> list[tuple[UUID, float]]:
        """Riders who are not OFFLINE, the nearest first, with their distances in km; nobody off the map."""
        if not is_on_map(lat, lon):
            return []
        found: Any = await self._valkey.geosearch(
            geo_key(tenant),
            longitude=lon,
            latitude=lat,
            radius=km,
            unit="km",
            sort="ASC",
            count=count,
            withdist=True,
        )
        return [(UUID(id), float(distance)) for id, distance in found]


def position_of(row: RiderRow) -> Position | None:
    """A rider's place as of the last batch that was written."""
    if row.lat is None or row.lon is None or row.located_at is None:
        return None
    return Position(row.lat, row.lon, row.heading, row.located_at)


def position_message(position: Position, order_id: UUID | None) -> bytes:
    """What is published: the position, and the order that it belongs to."""
    return orjson.dumps({**_place(position), "order": str(order_id) if order_id else ""})


def read_position(values: Mapping[str, Any]) -> Position | None:
    """From a message, or from a rider's hash."""
    if not values.get("lat") or not values.get("lon") or not values.get("at"):
        return None
    heading = float(values["heading"]) if values.get("heading") else None
    return Position(float(values["lat"]), float(values["lon"]), heading, datetime.fromisoformat(values["at"]))


def _place(position: Position) -> Values:
    # `repr` keeps every digit of what was sent.
    heading = "" if position.heading is None else repr(position.heading)
    return {
        "lat": repr(position.lat),
        "lon": repr(position.lon),
        "heading": heading,
        "at": position.at.isoformat(),
    }


def _state(values: Mapping[str, str | None]) -> RiderState | None:
    """None where there is none, or what is there makes no sense: then it is lost like one that is gone."""
    try:
        return _read_state(values)
    except ValueError:
        metrics.skipped.labels("rider's state").inc()
        return None


def _read_state(values: Mapping[str, str | None]) -> RiderState | None:
    tenant, user, status = values["tenant"], values["user"], values["status"]
    if not tenant or not user or not status:
        return None
    return RiderState(
        tenant=tenant,
        user_id=UUID(user),
        status=RiderStatus(status),
        vehicle=values["vehicle"] or "",
        order_id=_id(values["order"]),
        customer_id=_id(values["customer"]),
        vendor_id=_id(values["vendor"]),
        position=read_position(values),
    )


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None
