"""Subscriptions: a rider's moves, an order's way. Each begins with how things stand."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime
from uuid import UUID

import strawberry

from subgraphs.common.errors import Forbidden, NotFound
from subgraphs.common.ids import parse_id
from subgraphs.common.live import RESUMED

from ..following import may_follow_order, may_follow_rider
from ..keys import order_channel, rider_channel
from ..loaders import AssignmentByOrderId, RiderById, state_loader
from ..models import AssignmentRow
from ..positions import Position, position_of, read_position
from ..resources import Info
from ..statuses import OVER, OrderStatus
from .types import Order, Rider, RiderLocation, estimate_for, load_rider, rider_of
from .watching import WatchingSubscriptions


@strawberry.type(description="A rider's move.")
class RiderMove:
    """Where he is now."""

    lat: float
    lon: float
    heading: float | None
    at: datetime
    rider_id: strawberry.Private[UUID]

    @strawberry.field(description="Who moved.")
    async def rider(self, info: Info) -> Rider:
        """Loaded when it is selected."""
        rider = await load_rider(info, self.rider_id)
        if rider is None:
            raise NotFound("There is no such rider.")
        return rider

    @classmethod
    def of(cls, id: UUID, position: Position) -> RiderMove:
        """Show a position."""
        return cls(lat=position.lat, lon=position.lon, heading=position.heading, at=position.at, rider_id=id)


@strawberry.type(description="What happened on an order's way.")
class OrderTracking:
    """Status, place and arrival as of now."""

    status: OrderStatus
    location: RiderLocation | None
    order: Order
    row: strawberry.Private[AssignmentRow]

    @strawberry.field(description="When it arrives, by what is known now.")
    async def eta(self, info: Info) -> datetime | None:
        """Computed when it is selected."""
        return await estimate_for(info, self.row, self.status, (self.row.lat, self.row.lon))

    @strawberry.field(description="Who carries it; null until somebody does.")
    async def rider(self, info: Info) -> Rider | None:
        """Loaded when it is selected."""
        rider_id = rider_of(self.row)
        return await load_rider(info, rider_id) if rider_id else None


@strawberry.type
class Subscription(WatchingSubscriptions):
    """What can be followed."""

    @strawberry.subscription(description="A rider's moves; while one may see where he is.")
    async def rider_location(self, info: Info, rider_id: strawberry.ID) -> AsyncGenerator[RiderMove, None]:
        """The present position first, if there is one. Ends when he rides for somebody else."""
        id = parse_id(rider_id)
        order_id = await _allowed_order(info, id)
        channel = rider_channel(info.context.caller.tenant, id)
        async with info.context.resources.live.follow(channel) as mailbox:
            position = await _present(info, id)
            while True:
                if position:
                    info.context.renew()
                    yield RiderMove.of(id, position)
                message = await mailbox.take()
                position = read_position(message)
                if message.get("order") != order_id:
                    info.context.renew()
                    order_id = await _allowed_order(info, id)

    @strawberry.subscription(description="An order's way: its statuses and where its rider is.")
    async def order_tracking(
        self, info: Info, order_id: strawberry.ID
    ) -> AsyncGenerator[OrderTracking, None]:
        """How things stand first. Ends when the order has arrived, or never will."""
        id = parse_id(order_id)
        await _assignment(info, id)
        channel = order_channel(info.context.caller.tenant, id)
        async with info.context.resources.live.follow(channel) as mailbox:
            info.context.renew()
            row, moved = await _assignment(info, id), None
            while True:
                yield await _tracking(info, row, moved)
                if OrderStatus(row.order_status) in OVER:
                    return
                message = await mailbox.take()
                moved = read_position(message)
                info.context.renew()
                if "status" in message or message is RESUMED:
                    row = await _assignment(info, id)


async def _allowed_order(info: Info, id: UUID) -> str:
    """The order that the rider carries, as channels name it; Forbidden if the caller may not follow him."""
    info.context.caller.signed_in()
    state = await state_loader(info.context).load(id)
    if state is None or not may_follow_rider(info.context.caller, state):
        raise Forbidden("You may not follow this rider.")
    return str(state.order_id) if state.order_id else ""


async def _present(info: Info, id: UUID) -> Position | None:
    info.context.renew()
    state = await state_loader(info.context).load(id)
    if state and state.position:
        return state.position
    row = await info.context.loader(RiderById).load(id)
    return position_of(row) if row else None


async def _assignment(info: Info, id: UUID) -> AssignmentRow:
    info.context.caller.signed_in()
    row = await info.context.loader(AssignmentByOrderId).load(id)
    if row is None or not may_follow_order(info.context.caller, row):
        raise NotFound("There is no such order.")
    return row


async def _tracking(info: Info, row: AssignmentRow, moved: Position | None) -> OrderTracking:
    place = moved or await _place_of(info, row)
    return OrderTracking(
        status=OrderStatus(row.order_status),
        location=RiderLocation.of(place) if place else None,
        order=Order(id=strawberry.ID(str(row.order_id))),
        row=row,
    )


async def _place_of(info: Info, row: AssignmentRow) -> Position | None:
    rider_id = rider_of(row)
    state = await state_loader(info.context).load(rider_id) if rider_id else None
    return state.position if state and state.order_id == row.order_id else None
