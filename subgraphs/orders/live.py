"""How a vendor's portal learns at once of its orders: each event of an order is told on its vendor's channel.

What is told is only which order; how it stands now, who follows reads for himself. So a message that comes
twice, or too late, harms nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson
from redis.asyncio import Redis

from subgraphs.common.events import Event
from subgraphs.common.live import Message


def vendor_channel(tenant: str, vendor_id: UUID) -> str:
    """Where a vendor's orders are told."""
    return f"waybill:live:vendor:{tenant}:{vendor_id}"


def order_of(message: Message) -> str:
    """The order that a message is about: a newer one about the same overtakes it."""
    return str(message.get("order", ""))


@dataclass(frozen=True, slots=True)
class TellVendors:
    """`order.*` → a message on the vendor's channel."""

    valkey: Redis

    NAME = "orders.live"

    async def handle(self, events: Sequence[Event]) -> None:
        """One round trip; whoever follows nobody costs nothing."""
        channels = {
            event.key: vendor_channel(event.tenant, UUID(event.payload["vendorId"]))
            for event in events
            if event.topic.startswith("order.") and event.payload.get("vendorId")
        }
        async with self.valkey.pipeline(transaction=False) as pipe:
            for order_id, channel in channels.items():
                pipe.publish(channel, orjson.dumps({"order": str(order_id)}))
            await pipe.execute()
