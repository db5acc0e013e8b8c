"""What every process of the platform measures, in Prometheus' terms."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

requests = Histogram(
    "waybill_graphql_request_seconds",
    "GraphQL requests, by operation.",
    ["subgraph", "outcome"],
    buckets=_SECONDS,
)
statements = Counter("waybill_sql_statements", "SQL statements, by shard and name.", ["shard", "statement"])
statement_seconds = Histogram(
    "waybill_sql_seconds", "Time of SQL statements.", ["statement"], buckets=_SECONDS
)
events_published = Counter("waybill_events_published", "Events that the relay published.", ["stream"])
events_handled = Counter("waybill_events_handled", "Events that consumers handled.", ["group", "outcome"])
outbox_waiting = Gauge("waybill_outbox_waiting", "Events of a shard that wait to be published.", ["shard"])
task_failures = Counter(
    "waybill_task_failures", "Times that a task of a background process failed and began again.", ["task"]
)
skipped = Counter(
    "waybill_skipped",
    "Things that were passed over because they cannot be handled, by what did so.",
    ["what"],
)
events_held = Gauge(
    "waybill_events_held", "Events that a member of a group holds while their server is away.", ["group"]
)
partitions_ahead = Gauge(
    "waybill_partitions_ahead",
    "Months (days, for pings) after the present one for which a table has partitions; -1: not even for that.",
    ["shard", "table", "period"],
)
removed = Counter("waybill_removed", "Rows and events that were removed for their age.", ["what"])
upkeep_done = Gauge(
    "waybill_upkeep_done_timestamp_seconds", "When a task of the upkeep was last done.", ["task"]
)
