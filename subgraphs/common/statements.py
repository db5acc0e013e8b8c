"""Counts SQL statements: for the metrics of the process, and per request for tests and traces.

A statement is counted under the name it was given with `label` (a loader's class name, as a rule).
"""

from __future__ import annotations

from collections import Counter
from contextvars import ContextVar

StatementCounts = Counter[tuple[int, str]]

_counts: ContextVar[StatementCounts | None] = ContextVar("statement_counts", default=None)


def count_statements() -> StatementCounts:
    """Start counting in this task and those it starts; the result fills up: (shard, label) → n."""
    counts: StatementCounts = Counter()
    _counts.set(counts)
    return counts


def record_statement(shard: int, label: str) -> None:
    """Note that a statement runs."""
    counts = _counts.get()
    if counts is not None:
        counts[shard, label] += 1
