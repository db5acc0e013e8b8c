"""A subscription open at a subgraph, whatever it travels by."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Protocol


class SubscriptionRefused(Exception):
    """The subgraph answered with errors instead of events; ``errors`` are GraphQL errors."""

    def __init__(self, errors: list[Any]) -> None:
        super().__init__("The subgraph refused the subscription.")
        self.errors = errors


class EventSource(Protocol):
    """Iterate over the payloads (GraphQL responses, decoded), then close it."""

    def payloads(self) -> AsyncIterator[Any]:
        """Give each event's response, until the subgraph completes.

        Raises SubscriptionRefused if it reports errors instead, TransportError if the connection breaks.
        """
        ...

    async def close(self) -> None:
        """Tell the subgraph that nobody listens any more. Closing twice does no harm."""
        ...
