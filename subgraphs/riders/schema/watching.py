"""Subscriptions that begin with a list: a rider's offers, the riders near a place."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from uuid import UUID

import strawberry

from subgraphs.common.auth import Role
from subgraphs.common.point import Point, checked_km, checked_point
from subgraphs.common.point_input import PointInput

from ..keys import own_channel
from ..loaders import AssignmentsByRiderId, OwnList
from ..models import OwnAssignmentRow
from ..positions import RiderState
from ..resources import Info
from ..statuses import AssignmentState
from ..whoami import rider_of_caller
from .queries import NearbyRider, nearby
from .types import Assignment


@strawberry.type(description="Riders near a place: those who are new there, or have changed; and who left.")
class NearbyRiders:
    """The first one has all."""

    riders: list[NearbyRider]
    gone: list[strawberry.ID]


@strawberry.type
class WatchingSubscriptions:
    """What can be watched."""

    @strawberry.subscription(
        description="One's own offers as a rider: those that are open first, then each new one, and each "
        "that is one no more, with what became of it."
    )
    async def assignment_offers(self, info: Info) -> AsyncGenerator[Assignment, None]:
        """FORBIDDEN for who is no rider."""
        rider_id = await rider_of_caller(info.context)
        channel = own_channel(info.context.caller.tenant, rider_id)
        seen: dict[UUID, int] = {}
        async with info.context.resources.live.follow(channel) as mailbox:
            while True:
                info.context.renew()
                for row in await _news(info, rider_id, seen):
                    yield Assignment.of(row)
                await mailbox.take()

    @strawberry.subscription(
        description="Riders near a point, for vendors' staff and admins: all first, then who moved, came or "
        "left, at most every WAYBILL_NEARBY_SECONDS."
    )
    async def nearby_riders(
        self, info: Info, point: PointInput, km: float = 5.0
    ) -> AsyncGenerator[NearbyRiders, None]:
        """The nearest hundred at most (`WAYBILL_PAGE_MAX`)."""
        info.context.caller.require(Role.VENDOR_STAFF, Role.ADMIN)
        settings = info.context.resources.settings
        place = checked_point(point.lat, point.lon, "point")
        checked_km(km, settings.nearby_max_km)
        before: dict[UUID, RiderState] | None = None
        while True:
            distances, states = await _near(info, place, km)
            seen = await _changed(info, distances, states, before or {})
            gone = [strawberry.ID(str(id)) for id in (before or {}) if id not in states]
            if before is None or seen or gone:
                yield NearbyRiders(riders=seen, gone=gone)
            before = states
            await asyncio.sleep(settings.nearby_seconds)


async def _news(info: Info, rider_id: UUID, seen: dict[UUID, int]) -> Sequence[OwnAssignmentRow]:
    """Offers that have changed since they were seen; `seen` holds the versions of those that are open."""
    lists = info.context.loader(AssignmentsByRiderId)
    most = info.context.resources.settings.page_max
    offered = list(await lists.load(OwnList(rider_id, AssignmentState.OFFERED.value, None, most)))
    ids = {row.order_id for row in offered}
    ended = [id for id in seen if id not in ids]
    # The first one that is not behind it is the order itself.
    exactly = [OwnList(rider_id, None, UUID(int=id.int + 1), 1) for id in ended]
    found = [row for rows in await lists.load_many(exactly) for row in rows if row.order_id in ended]
    news = [row for row in (*found, *offered) if seen.get(row.order_id) != row.version]
    seen.clear()
    seen.update({row.order_id: row.version for row in offered})
    return news


async def _near(info: Info, place: Point, km: float) -> tuple[Mapping[UUID, float], dict[UUID, RiderState]]:
    """Distances and states of those who are there, the nearest first."""
    resources, tenant = info.context.resources, info.context.caller.tenant
    most = resources.settings.page_max
    distances = dict(await resources.positions.near(tenant, place.lat, place.lon, km, most))
    states = await resources.positions.read(tenant, list(distances)) if distances else []
    return distances, {id: state for id, state in zip(distances, states, strict=True) if state}


async def _changed(
    info: Info,
    distances: Mapping[UUID, float],
    states: Mapping[UUID, RiderState],
    before: Mapping[UUID, RiderState],
) -> list[NearbyRider]:
    info.context.renew()
    ids = [id for id, state in states.items() if before.get(id) != state]
    shown = await asyncio.gather(*(nearby(info, id, distances[id]) for id in ids))
    return [each for each, _ in shown if each]
