"""Whether a subgraph can do its work: /health/ready, green with 200, red with 503 and the reason.

Its servers must answer, and its tables must have somewhere to put the rows of this month. What is still well,
and will not be, stands in `warnings` beside the green: red a month too early would take all of it away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .context import Resources
from .unavailable import is_unavailable
from .upkeep.partitions import Ahead, partitions_ahead

_SECONDS = 5


def readiness(subgraph: str) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of a subgraph, whose tables are those of the schema of its name."""

    async def ready(request: Request) -> Response:
        resources: Resources[Any] = request.app.state.resources
        try:
            async with asyncio.timeout(_SECONDS):
                short = await _short_of_partitions(resources, subgraph)
        except Exception as error:
            if not is_unavailable(error):
                raise
            return _red(type(error).__name__)
        now_missing = [text for text, each in short if each.ahead < 0 and each.period == "month"]
        if now_missing:
            return _red("; ".join(now_missing))
        warnings = [text for text, _ in short]
        return JSONResponse({"status": "ready"} | ({"warnings": warnings} if warnings else {}))

    return ready


async def _short_of_partitions(resources: Resources[Any], subgraph: str) -> list[tuple[str, Ahead]]:
    """Ask every server; tables without a partition for the present or the next month (day)."""
    shards, now = resources.shards.of_nobody(), datetime.now(UTC)
    asked = (partitions_ahead(shards, shard, now) for shard in shards.all)
    found, _ = await asyncio.gather(asyncio.gather(*asked), resources.valkey.ping())
    return [
        (f"shard {shard}: {each}", each)
        for shard, tables in zip(shards.all, found, strict=True)
        for each in tables
        if each.schema == subgraph and each.ahead < 1
    ]


def _red(reason: str) -> Response:
    return JSONResponse({"status": "not ready", "reason": reason}, status_code=503)
