"""Mutations: what riders do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from uuid import UUID

import strawberry

from subgraphs.common.errors import CodedError
from subgraphs.common.ids import parse_id
from subgraphs.common.user_error import UserError

from ..change_status import change_status
from ..deliver import ACCEPT, COMPLETE, PICK_UP, decline, take_step
from ..report_location import Report, report_location
from ..resources import Info, RidersContext
from ..standing import apply_as_rider, judge
from ..statuses import RiderStanding, RiderStatus, Vehicle
from .types import Order, Rider, load_rider


@strawberry.input(description="Where a rider is; without `at`, now.")
class ReportLocationInput:
    """Degrees; `heading` clockwise from north."""

    lat: float
    lon: float
    heading: float | None = None
    at: datetime | None = None


@strawberry.type(description="The rider after a change, or why there was none.")
class RiderPayload:
    """One of the two is there."""

    rider: Rider | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type(description="Whether a location was taken.")
class ReportLocationPayload:
    """`errors` is empty when it was."""

    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type(description="The order after a rider's step, or why there was none.")
class AssignmentPayload:
    """One of the two is there; the order's own status follows in a moment."""

    order: Order | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class Mutation:
    """What riders can do."""

    @strawberry.mutation(description="Apply to ride for the marketplace; an admin decides.")
    async def apply_as_rider(self, info: Info, vehicle: Vehicle, region: str | None = None) -> RiderPayload:
        """Idempotent; sent again it changes the application. Without a region: the marketplace's."""
        return await _rider(info, apply_as_rider(info.context, vehicle, region))

    @strawberry.mutation(description="Let somebody ride who has applied, or was suspended; for admins.")
    async def approve_rider(self, info: Info, rider_id: strawberry.ID) -> RiderPayload:
        """Idempotent; the account becomes a RIDER's in a moment."""
        return await _judged(info, rider_id, RiderStanding.APPROVED)

    @strawberry.mutation(description="Reject an application; for admins.")
    async def reject_rider(self, info: Info, rider_id: strawberry.ID) -> RiderPayload:
        """Idempotent; he may apply again."""
        return await _judged(info, rider_id, RiderStanding.REJECTED)

    @strawberry.mutation(description="Keep somebody from riding any more; for admins.")
    async def suspend_rider(self, info: Info, rider_id: strawberry.ID) -> RiderPayload:
        """Idempotent; what he carries he may still deliver."""
        return await _judged(info, rider_id, RiderStanding.SUSPENDED)

    @strawberry.mutation(description="Go ONLINE or OFFLINE.")
    async def set_status(self, info: Info, status: RiderStatus) -> RiderPayload:
        """Idempotent."""
        return await _rider(info, change_status(info.context, status))

    @strawberry.mutation(description="Say where one is; up to some times a second.")
    async def report_location(self, info: Info, input: ReportLocationInput) -> ReportLocationPayload:
        """A report that is older than the last is taken and ignored."""
        try:
            await report_location(info.context, Report(input.lat, input.lon, input.heading, input.at))
        except CodedError as error:
            return ReportLocationPayload(errors=[UserError.of(error)])
        return ReportLocationPayload()

    @strawberry.mutation(description="Accept an order that was offered.")
    async def accept_assignment(self, info: Info, order_id: strawberry.ID) -> AssignmentPayload:
        """Idempotent."""
        return await _step(info, order_id, partial(take_step, step=ACCEPT))

    @strawberry.mutation(description="Let an order go that was offered; the next rider is asked.")
    async def decline_assignment(self, info: Info, order_id: strawberry.ID) -> AssignmentPayload:
        """Idempotent."""
        return await _step(info, order_id, decline)

    @strawberry.mutation(description="Say that one has the order.")
    async def pick_up(self, info: Info, order_id: strawberry.ID) -> AssignmentPayload:
        """Idempotent."""
        return await _step(info, order_id, partial(take_step, step=PICK_UP))

    @strawberry.mutation(description="Say that the order is delivered.")
    async def complete_assignment(self, info: Info, order_id: strawberry.ID) -> AssignmentPayload:
        """Idempotent."""
        return await _step(info, order_id, partial(take_step, step=COMPLETE))


async def _judged(info: Info, rider_id: strawberry.ID, to: RiderStanding) -> RiderPayload:
    async def attempt() -> UUID:
        return await judge(info.context, parse_id(rider_id), to)

    return await _rider(info, attempt())


async def _rider(info: Info, attempt: Awaitable[UUID]) -> RiderPayload:
    try:
        rider_id = await attempt
    except CodedError as error:
        return RiderPayload(errors=[UserError.of(error)])
    info.context.renew()
    return RiderPayload(rider=await load_rider(info, rider_id))


async def _step(
    info: Info, order_id: strawberry.ID, take: Callable[[RidersContext, UUID], Awaitable[None]]
) -> AssignmentPayload:
    try:
        await take(info.context, parse_id(order_id))
    except CodedError as error:
        return AssignmentPayload(errors=[UserError.of(error)])
    info.context.renew()
    return AssignmentPayload(order=Order(id=order_id))
