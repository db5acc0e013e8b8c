"""What the riders subgraph holds besides the connections: positions, the live hub, who is which rider."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID

import strawberry

from subgraphs.common.app import MakeResources
from subgraphs.common.background import keep_running
from subgraphs.common.context import Context, Resources
from subgraphs.common.process import RequestConnections, remote_verifier

from .live import LiveHub
from .positions import Positions
from .settings import RidersSettings

# User → rider never changes; a process remembers those who report to it.
_REMEMBERED = 50_000


class KnownRiders:
    """Rider ids by tenant and user id: saves a statement for each reported position."""

    def __init__(self) -> None:
        self._ids: OrderedDict[tuple[str, UUID], UUID] = OrderedDict()

    def get(self, tenant: str, user_id: UUID) -> UUID | None:
        """The rider of a tenant's user, if it is known here."""
        return self._ids.get((tenant, user_id))

    def put(self, tenant: str, user_id: UUID, rider_id: UUID) -> None:
        """Remember one, forgetting the oldest."""
        self._ids[tenant, user_id] = rider_id
        if len(self._ids) > _REMEMBERED:
            self._ids.popitem(last=False)


@dataclass(frozen=True)
class RidersResources(Resources[RidersSettings]):
    """Made at the start of the process."""

    positions: Positions
    live: LiveHub
    known: KnownRiders = field(default_factory=KnownRiders)


RidersContext = Context[RidersResources]
Info = strawberry.Info[RidersContext, None]


def riders_resources(settings: RidersSettings) -> MakeResources:
    """The hub reads while the app runs."""

    @asynccontextmanager
    async def make(connections: RequestConnections) -> AsyncIterator[RidersResources]:
        tokens = remote_verifier(settings, connections.http)
        live = LiveHub(connections.valkey)
        reading = asyncio.create_task(keep_running("live channels", live.run, asyncio.Event()))
        try:
            yield RidersResources(
                settings,
                connections.shards,
                connections.valkey,
                connections.http,
                tokens,
                Positions(connections.valkey),
                live,
            )
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading
            await live.close()

    return make
