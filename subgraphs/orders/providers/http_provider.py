"""The adapter of providers that speak JSON over HTTP: pooled connections, a timeout, retried calls."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import orjson

from subgraphs.common.json_calls import CallFailed, JsonCalls, Reply

from .. import metrics
from .provider import ProviderFailed, ProviderRefused, Shipment

# Between two calls of one attempt; the job's backoff is for longer trouble.
RETRY_PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class HttpProvider:
    """POST {url}/orders with an Idempotency-Key, which makes repeated calls harmless."""

    name: str
    url: str
    calls: JsonCalls
    retries: int
    seconds: float

    async def dispatch(self, shipment: Shipment) -> str:
        """Call, and call again where that may help; ProviderFailed or -Refused with the last reason."""
        reason = ""
        for call in range(self.retries + 1):
            if call:
                await asyncio.sleep(RETRY_PAUSE * call)
            try:
                reply = await self._call(shipment)
            except CallFailed as error:
                reason = str(error)
                continue
            if reply.ok:
                return _reference(reply)
            reason = f"HTTP {reply.status}"
            if _refuses(reply.status):
                raise ProviderRefused(reason)
        raise ProviderFailed(reason)

    async def _call(self, shipment: Shipment) -> Reply:
        headers = {"idempotency-key": str(shipment.order_id)}
        started = time.perf_counter()
        with metrics.concurrent.track_inprogress():
            reply = await self.calls.post(
                f"{self.url}/orders", _body(shipment), headers, seconds=self.seconds
            )
        metrics.response_seconds.labels(self.name).observe(time.perf_counter() - started)
        return reply


def _reference(reply: Reply) -> str:
    try:
        reference = orjson.loads(reply.body)["reference"]
    except (ValueError, KeyError, TypeError) as error:
        raise ProviderFailed("an answer without a reference") from error
    if not isinstance(reference, str) or not reference:
        raise ProviderFailed("an answer without a reference")
    return reference


def _refuses(status: int) -> bool:
    """A 4xx is about this order; but for those that ask for another time (RFC 9110, 15.5.9; 8470; 6585)."""
    return 400 <= status < 500 and status not in (408, 425, 429)


def _body(shipment: Shipment) -> dict[str, object]:
    lat, lon = shipment.destination
    return {
        "order": str(shipment.order_id),
        "pickup": {"lat": shipment.pickup[0], "lon": shipment.pickup[1]} if shipment.pickup else None,
        "destination": {"lat": lat, "lon": lon},
        "total": {"amount": shipment.total, "currency": shipment.currency},
    }
