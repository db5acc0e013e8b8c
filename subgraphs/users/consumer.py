"""What users do in the background: an account's role follows its rider's approval.

rider.approved ─► RIDER          rider.suspended ─► what the account is besides: staff, or a customer
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import UUID

from subgraphs.common.auth import Role
from subgraphs.common.database import Shards
from subgraphs.common.errors import NotFound
from subgraphs.common.events import Consumer, Event, first_time
from subgraphs.common.logs import configure_logs
from subgraphs.common.outbox import emit
from subgraphs.common.process import connect, stop_event

from .roles import lock_user, role_without_others, set_role
from .settings import UsersSettings

GROUP = "users"
_APPROVED, _SUSPENDED = "rider.approved", "rider.suspended"


async def run() -> None:
    """Run until SIGTERM or SIGINT."""
    settings = UsersSettings()
    configure_logs(settings.log_level, settings.log_format)
    stop = stop_event()
    async with connect(settings) as connections:
        handler = EventHandler(connections.shards)
        await Consumer(connections.valkey, ["riders"], GROUP, handler.handle, settings=settings).run(stop)


class EventHandler:
    """Each event is applied once, however often it comes: an old approval must not undo a suspension."""

    def __init__(self, shards: Shards) -> None:
        self._shards = shards

    async def handle(self, events: Sequence[Event]) -> None:
        """In their order."""
        for event in events:
            if event.topic in (_APPROVED, _SUSPENDED):
                with event.logged():
                    await self._follow(event)

    async def _follow(self, event: Event) -> None:
        user_id = UUID(event.payload["userId"])
        async with self._shards.transaction(user_id, "follow_rider") as session:
            if not await first_time(session, GROUP, event):
                return
            try:
                user = await lock_user(session, user_id, event.tenant)
            except NotFound:  # the account of a rider from before is gone: there is nothing to follow
                return
            role = user.role
            if event.topic == _APPROVED and role in (Role.CUSTOMER.value, Role.VENDOR_STAFF.value):
                role = Role.RIDER.value
            elif event.topic == _SUSPENDED and role == Role.RIDER.value:
                role = (await role_without_others(session, user_id)).value
            if role != user.role:
                await set_role(session, user, Role(role))
                await emit(session, "user.saved", user_id, {"id": str(user_id)}, tenant=event.tenant)


if __name__ == "__main__":
    asyncio.run(run())
