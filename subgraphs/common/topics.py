"""Which stream an event is published on: that of the subgraph that owns what it tells of."""

from __future__ import annotations

STREAM_PREFIX = "waybill:events:"
DEAD_LETTERS = "waybill:events:dead"

# first word of the topic: subgraph
OWNERS = {
    "user": "users",
    "staff": "users",
    "vendor": "catalog",
    "product": "catalog",
    "review": "catalog",
    "order": "orders",
    "rider": "riders",
    "assignment": "riders",
}


def stream_of(topic: str) -> str:
    """`order.placed` → `waybill:events:orders`; ValueError for a topic nobody owns."""
    owner = OWNERS.get(topic.partition(".")[0])
    if owner is None:
        raise ValueError(f"no subgraph owns the topic {topic!r}")
    return STREAM_PREFIX + owner
