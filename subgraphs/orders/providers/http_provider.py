"""The adapter of providers that speak JSON over HTTP: pooled connections, a timeout, retried calls."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from uuid import UUID

import orjson

from subgraphs.common.json_calls import CallFailed, JsonCalls, Reply

from .. import metrics
from .provider import ProviderFailed, ProviderRefused, Shipment

# Between two calls of one attempt; the job's backoff is for longer trouble.
RETRY_PAUSE = 0.1
# The provider knows of no such order, or of none any more.
_UNKNOWN = (404, 410)


@dataclass(frozen=True, slots=True)
class HttpProvider:
    """POST {url}/orders with an Idempotency-Key, which makes repeated calls harmless.

    POST {url}/orders/{order}/cancel, our id of the order being that key, is harmless by itself.
    """

    name: str
    url: str
    calls: JsonCalls
    retries: int
    seconds: float

    async def dispatch(self, shipment: Shipment) -> str:
        """Call, and call again where that may help; ProviderFailed or -Refused with the last reason."""
        reply = await self._ask("/orders", _body(shipment), shipment.order_id)
        if not reply.ok:
            raise ProviderRefused(f"HTTP {reply.status}")
        return _reference(reply)

    async def cancel(self, order_id: UUID) -> bool:
        """The same for taking an order back."""
        reply = await self._ask(f"/orders/{order_id}/cancel", {}, order_id)
        if not reply.ok and reply.status not in _UNKNOWN:
            raise ProviderRefused(f"HTTP {reply.status}")
        return reply.ok

    async def _ask(self, path: str, body: dict[str, object], order_id: UUID) -> Reply:
        """The provider's answer, which may be a refusal; ProviderFailed without one."""
        reason = ""
        for call in range(self.retries + 1):
            if call:
                await asyncio.sleep(RETRY_PAUSE * call)
            try:
                reply = await self._call(path, body, order_id)
            except CallFailed as error:
                reason = str(error)
                continue
            if reply.ok or _refuses(reply.status):
                return reply
            reason = f"HTTP {reply.status}"
        raise ProviderFailed(reason)

    async def _call(self, path: str, body: dict[str, object], order_id: UUID) -> Reply:
        headers = {"idempotency-key": str(order_id)}
        started = time.perf_counter()
        with metrics.concurrent.track_inprogress():
            reply = await self.calls.post(f"{self.url}{path}", body, headers, seconds=self.seconds)
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
