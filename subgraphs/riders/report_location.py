"""A rider says where he is: checked, counted, and passed on through Valkey at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite
from uuid import UUID

from subgraphs.common.errors import CodedError, ErrorCode, Forbidden
from subgraphs.common.point import checked_point

from .duty import carries
from .loaders import AssignmentByOrderId, RiderById
from .positions import Position, RiderState
from .resources import RidersContext
from .settings import RidersSettings
from .statuses import RiderStatus
from .whoami import rider_of_caller


@dataclass(frozen=True, slots=True)
class Report:
    """As it was sent; without `at` it is of now."""

    lat: float
    lon: float
    heading: float | None = None
    at: datetime | None = None


async def report_location(context: RidersContext, report: Report) -> UUID:
    """Take a report and return the rider's id; one that is older than the last is dropped."""
    rider_id = await rider_of_caller(context)
    settings, now = context.resources.settings, datetime.now(UTC)
    position = _checked(report, settings, now)
    positions, second = context.resources.positions, int(now.timestamp())
    count, state = await positions.count_report(context.caller.tenant, rider_id, second)
    if count > settings.reports_per_second:
        message = f"At most {settings.reports_per_second} reports a second are taken."
        raise CodedError(ErrorCode.RATE_LIMITED, message)
    state = state or await _restored(context, rider_id)
    if state.status is RiderStatus.OFFLINE:
        raise CodedError(ErrorCode.ILLEGAL_STATUS, "Go ONLINE before reporting where you are.")
    if state.position is None or state.position.at <= position.at:
        await positions.move(rider_id, state, position, pings_kept=settings.pings_kept)
    return rider_id


def _checked(report: Report, settings: RidersSettings, now: datetime) -> Position:
    place = checked_point(report.lat, report.lon)
    if report.heading is not None and not (isfinite(report.heading) and 0 <= report.heading <= 360):
        raise CodedError(ErrorCode.BAD_USER_INPUT, "A heading is between 0 and 360 degrees.", "heading")
    at = report.at or now
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    if at > now + timedelta(seconds=settings.report_max_ahead_seconds):
        raise CodedError(ErrorCode.BAD_USER_INPUT, "This time is yet to come.", "at")
    if at < now - timedelta(seconds=settings.report_max_age_seconds):
        raise CodedError(ErrorCode.BAD_USER_INPUT, "This is too long ago.", "at")
    return Position(place.lat, place.lon, report.heading, at)


async def _restored(context: RidersContext, rider_id: UUID) -> RiderState:
    """Valkey has lost the rider: his row still knows him."""
    row = await context.loader(RiderById).load(rider_id)
    if row is None:
        raise Forbidden("This account is not a rider's.")
    order = await context.loader(AssignmentByOrderId).load(row.order_id) if row.order_id else None
    await context.resources.positions.put(row, order if order and carries(row, order) else None)
    (state,) = await context.resources.positions.read(row.tenant_id, [rider_id])
    assert state is not None, "it was just put there"
    return state
