"""Figures of the demo's orders, which no event ever told of: made by what makes figures anew from rows."""

from __future__ import annotations

from collections.abc import Sequence

from subgraphs.common.database import SystemShards
from subgraphs.common.settings import CommonSettings
from subgraphs.orders.figures.remake import Remaking, remake_days
from subgraphs.orders.figures.verify import whole_span

_REMAKING = Remaking(days=31, statement_ms=600_000)


async def make_figures(dsns: Sequence[str]) -> None:
    """Of all days on which there are orders; the addresses are the owner's, whom nothing holds back."""
    shards = SystemShards(CommonSettings(shards=tuple(dsns)))
    try:
        if span := await whole_span(shards):
            await remake_days(shards, span.days, _REMAKING)
    finally:
        await shards.close()
