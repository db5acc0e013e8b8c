"""What attempts at a provider have in common: their tools, and when the next one is due.

A provider that is away for a while costs nothing: only its refusals (4xx) are counted, else it is tried for
`dispatch_give_up_seconds`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from subgraphs.common.database import Shards

from ..models import OrderRow
from ..providers import Provider, ProviderFailed, ProviderRefused
from ..settings import OrdersSettings

# Beyond any pause that is set, and far below where a float ends.
_MOST_DOUBLINGS = 30


@dataclass(frozen=True, slots=True)
class Dispatching:
    """What an attempt needs."""

    shards: Shards
    provider: Provider
    settings: OrdersSettings
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


def next_attempt(order: OrderRow, failure: ProviderFailed, tools: Dispatching) -> float | None:
    """Seconds until the next attempt; None if it is to be given up. Notes on the order what counts."""
    settings, now = tools.settings, tools.now()
    if isinstance(failure, ProviderRefused):
        order.refusals, order.provider_away_since = order.refusals + 1, None
        return None if order.refusals >= settings.dispatch_attempts else _pause(order.refusals, settings)
    # Not reached, or in trouble itself, which says nothing of the order: only time counts.
    order.provider_away_since = order.provider_away_since or now
    if now - order.provider_away_since >= timedelta(seconds=settings.dispatch_give_up_seconds):
        return None
    return _pause(order.attempts, settings)


def _pause(attempts: int, settings: OrdersSettings) -> float:
    doubled = settings.dispatch_backoff_seconds * 2.0 ** min(attempts - 1, _MOST_DOUBLINGS)
    return min(doubled, settings.dispatch_pause_max_seconds)
