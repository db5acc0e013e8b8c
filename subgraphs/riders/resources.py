"""What the riders subgraph holds besides the connections: positions, the live hub, who is which rider."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

import strawberry

from subgraphs.common.app import MakeResources
from subgraphs.common.context import Context, Resources
from subgraphs.common.live import LiveHub, Message, live_hub
from subgraphs.common.process import RequestConnections, remote_verifier

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
        async with live_hub(connections.valkey, _kind_of) as live:
            yield RidersResources(
                settings,
                connections.shards,
                connections.valkey,
                connections.http,
                tokens,
                Positions(connections.valkey),
                live,
            )

    return make


def _kind_of(message: Message) -> str:
    """A new position overtakes an old one, a new status an old one."""
    return "status" if "status" in message else "position"
