"""Queries: a rider, the riders near a point."""

from __future__ import annotations

import asyncio

import strawberry

from subgraphs.common.auth import Role
from subgraphs.common.connections import Connection, connection, encode_cursor
from subgraphs.common.ids import parse_id
from subgraphs.common.point import checked_km, checked_point
from subgraphs.common.point_input import PointInput

from ..list_riders import RiderFilter, list_riders
from ..loaders import RiderById, state_loader
from ..resources import Info
from ..statuses import RiderStanding, RiderStatus
from .types import Rider, RiderLocation, load_rider


@strawberry.type(description="A rider near a point.")
class NearbyRider:
    """As of his last report."""

    rider: Rider
    location: RiderLocation
    distance_km: float


@strawberry.type
class Query:
    """What can be asked of riders."""

    @strawberry.field(description="A rider of one's marketplace.")
    async def rider(self, info: Info, id: strawberry.ID) -> Rider | None:
        """Null if there is none."""
        return await load_rider(info, parse_id(id))

    @strawberry.field(description="All riders, and those who want to be, newest first; for admins.")
    async def riders(
        self,
        info: Info,
        standing: RiderStanding | None = None,
        status: RiderStatus | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Rider] | None:
        """Null where FORBIDDEN. Reads every shard and merges."""
        info.context.caller.require(Role.ADMIN)
        wanted = info.context.page(first, after)
        choice = RiderFilter(info.context.caller.tenant, standing, status)
        rows = await list_riders(info.context.shards, choice, wanted)
        return connection(rows, wanted, Rider.of, lambda row: encode_cursor(str(row.id)))

    @strawberry.field(description="Riders near a point, the nearest first; for vendors' staff and admins.")
    async def nearby_riders(
        self,
        info: Info,
        point: PointInput,
        km: float = 5.0,
        status: RiderStatus | None = None,
        first: int | None = None,
    ) -> list[NearbyRider]:
        """One search and one round trip in Valkey, one statement a shard."""
        caller = info.context.caller
        caller.require(Role.VENDOR_STAFF, Role.ADMIN)
        count = info.context.page(first, None).first
        place = checked_point(point.lat, point.lon, "point")
        checked_km(km, info.context.resources.settings.nearby_max_km)
        positions = info.context.resources.positions
        # Those who were put on the map by another tenant's key are not here; by status some fall out.
        near = await positions.near(caller.tenant, place.lat, place.lon, km, count * 4 if status else count)
        shown = await asyncio.gather(*(nearby(info, *each) for each in near))
        wanted = [each for each, state in shown if each and state and status in (None, state)]
        return wanted[:count]


async def nearby(info: Info, id: object, distance: float) -> tuple[NearbyRider | None, RiderStatus | None]:
    """A rider of the caller's marketplace as he is seen on the map, and his status; None for others."""
    rider_id = parse_id(str(id))
    state, row = await asyncio.gather(
        state_loader(info.context).load(rider_id), info.context.loader(RiderById).load(rider_id)
    )
    if row is None or state is None or state.position is None or row.tenant_id != info.context.caller.tenant:
        return None, None
    place = RiderLocation.of(state.position)
    return NearbyRider(rider=Rider.of(row), location=place, distance_km=distance), state.status
