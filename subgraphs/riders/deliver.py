"""What a rider does with an order that he was assigned: accepts it, picks it up, completes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.common.errors import CodedError, ErrorCode, NotFound
from subgraphs.common.outbox import emit

from .duty import release, tell_state
from .models import AssignmentRow
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
    topic: str


ACCEPT = Step(S.ACCEPTED, frozenset({S.OFFERED}), "accepted_at", "assignment.accepted")
PICK_UP = Step(S.PICKED_UP, frozenset({S.OFFERED, S.ACCEPTED}), "picked_up_at", "assignment.picked_up")
COMPLETE = Step(S.COMPLETED, frozenset({S.PICKED_UP}), "completed_at", "assignment.completed")


async def take_step(context: RidersContext, order_id: UUID, step: Step) -> None:
    """Take a step of the caller's own assignment; one already taken is done again by doing nothing."""
    rider_id = await rider_of_caller(context)
    shards = context.shards
    async with shards.transaction(order_id, "assignment_step") as session:
        row = await lock_assignment(session, order_id)
        if row is None or row.rider_id != rider_id:
            raise NotFound("You have no such order.", "orderId")
        current = AssignmentStatus(row.status)
        if current is not step.to:
            if current not in step.allowed:
                message = f"An assignment cannot go from {current.value} to {step.to.value}."
                raise CodedError(ErrorCode.ILLEGAL_STATUS, message, "orderId")
            await _write(session, row, step)
    if step is COMPLETE:
        # The event does the same later, should this process end here.
        await release(shards, rider_id, order_id)
        await tell_state(shards, context.resources.positions, rider_id)


async def lock_assignment(session: AsyncSession, order_id: UUID) -> AssignmentRow | None:
    """The assignment, locked until the transaction ends."""
    query = select(AssignmentRow).where(AssignmentRow.order_id == order_id).with_for_update()
    return (await session.scalars(query)).first()


async def _write(session: AsyncSession, row: AssignmentRow, step: Step) -> None:
    values = {"status": step.to.value, step.column: datetime.now(UTC)}
    change = update(AssignmentRow).where(AssignmentRow.order_id == row.order_id).values(values)
    await session.execute(change, execution_options={"synchronize_session": False})
    await emit(session, step.topic, row.order_id, assignment_payload(row), tenant=row.tenant_id)


def assignment_payload(row: AssignmentRow) -> dict[str, str | None]:
    """What all `assignment.*` events tell."""
    return {
        "orderId": str(row.order_id),
        "riderId": str(row.rider_id) if row.rider_id else None,
        "riderUserId": str(row.rider_user_id) if row.rider_user_id else None,
        "customerId": str(row.customer_id),
        "vendorId": str(row.vendor_id),
    }
