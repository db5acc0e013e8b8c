"""What a rider does with an order that he was offered: accepts or declines, picks it up, completes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from subgraphs.common.errors import CodedError, ErrorCode, NotFound

from .assignments import News, lock_assignment, take_back, tell
from .duty import release, tell_state
from .loaders import RiderById
from .models import AssignmentRow
from .own_assignments import note_news
from .resources import RidersContext
from .statuses import AssignmentStatus
from .whoami import rider_of_caller

S = AssignmentStatus


@dataclass(frozen=True, slots=True)
class Step:
    """From which statuses to which, the column that notes when, and the event that tells."""

    to: AssignmentStatus
    allowed: frozenset[AssignmentStatus]
    column: str
    event: str


ACCEPT = Step(S.ACCEPTED, frozenset({S.OFFERED}), "accepted_at", "accepted")
PICK_UP = Step(S.PICKED_UP, frozenset({S.OFFERED, S.ACCEPTED}), "picked_up_at", "picked_up")
COMPLETE = Step(S.COMPLETED, frozenset({S.PICKED_UP}), "completed_at", "completed")


async def take_step(context: RidersContext, order_id: UUID, step: Step) -> None:
    """Take a step of the caller's own assignment; one already taken is done again by doing nothing."""
    rider_id, news = await rider_of_caller(context), None
    async with context.shards.transaction(order_id, "assignment_step") as session:
        row = _own(await lock_assignment(session, order_id), rider_id)
        if row.rider_id != rider_id:
            raise _illegal("You have this order no more.")
        current = AssignmentStatus(row.status)
        if current is not step.to:
            if current not in step.allowed:
                raise _illegal(f"An assignment cannot go from {current.value} to {step.to.value}.")
            row.status = step.to.value
            setattr(row, step.column, datetime.now(UTC))
            news = await tell(session, row, step.event)
    # The event does the same later, should this process end here.
    if step is COMPLETE:
        await release(context.shards, rider_id, order_id)
    await _note(context, rider_id, news)


async def decline(context: RidersContext, order_id: UUID) -> None:
    """Let an offer go; who let it go already, or was too late to, need not."""
    rider_id, news = await rider_of_caller(context), None
    async with context.shards.transaction(order_id, "decline") as session:
        row = _own(await lock_assignment(session, order_id), rider_id)
        if row.rider_id == rider_id:
            if row.status != S.OFFERED.value:
                raise _illegal(f"An assignment that is {row.status} cannot be declined.")
            news = await take_back(session, row, "declined")
    await release(context.shards, rider_id, order_id)
    await _note(context, rider_id, news)


async def let_go(context: RidersContext, rider_id: UUID) -> UUID | None:
    """The order that a rider was being offered, and no longer is: he goes off duty.

    He stays BUSY with it, so that nobody offers him another one, until whoever asks for this writes his row.
    """
    rider, news = await RiderById(context.shards).load(rider_id), None
    if rider is None or rider.order_id is None:
        return None
    async with context.shards.transaction(rider.order_id, "decline") as session:
        row = await lock_assignment(session, rider.order_id)
        if row is not None and row.rider_id == rider_id:
            if row.status not in (S.OFFERED.value, S.CLAIMING.value):
                return None
            news = await take_back(session, row, "declined")
    if news:
        await note_news(context.shards, news)
    return rider.order_id


async def _note(context: RidersContext, rider_id: UUID, news: News | None) -> None:
    """Let the rider see what he has just done."""
    if news:
        await note_news(context.shards, news)
    await tell_state(context.shards, context.resources.positions, rider_id)


def _own(row: AssignmentRow | None, rider_id: UUID) -> AssignmentRow:
    """The assignment of who has the order, or had an offer of it."""
    if row is None or (row.rider_id != rider_id and rider_id not in row.tried):
        raise NotFound("You have no such order.", "orderId")
    return row


def _illegal(message: str) -> CodedError:
    return CodedError(ErrorCode.ILLEGAL_STATUS, message, "orderId")
