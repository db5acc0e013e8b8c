"""What the dispatching and counting of orders measures."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram, Summary

orders = Counter("delivery_orders", "Orders dispatched, or not.", ["provider", "status", "region"])
response_seconds = Histogram(
    "delivery_response_time_seconds",
    "Time of providers' answers.",
    ["provider"],
    buckets=(0.1, 0.5, 1, 2, 5, 10),
)
concurrent = Gauge("delivery_concurrent_orders", "Calls to providers under way.")
placed = Counter("delivery_orders_placed", "Orders placed.", ["region"])
delivery_seconds = Summary("delivery_seconds", "From placing an order to its delivery.", ["region"])
