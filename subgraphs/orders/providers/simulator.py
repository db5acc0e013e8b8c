"""A delivery provider on this machine: takes orders over HTTP as a real one would, only without couriers.

POST /orders              {order, …} with Idempotency-Key → 201 {reference}
POST /orders/{key}/cancel → 200 {reference}; 404 if it has not taken such an order
GET  /orders              what it has taken, newest last
POST /behaviour           {failures, status, delayMs}: the next calls fail, or take longer
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


class SimulatorSettings(BaseSettings):
    """How the simulator behaves from the start."""

    model_config = SettingsConfigDict(env_prefix="WAYBILL_SIMULATOR_", extra="ignore", frozen=True)

    delay_ms: float = Field(50.0, description="How long the provider simulator takes for an answer.")
    kept: int = Field(10_000, description="Orders that the provider simulator remembers.")


@dataclass
class _Simulator:
    delay_ms: float
    kept: int
    failures: int = 0
    status: int = 503
    calls: int = 0
    taken: OrderedDict[str, dict[str, Any]] = field(default_factory=OrderedDict)

    async def take(self, request: Request) -> JSONResponse:
        key, body = request.headers.get("idempotency-key"), await request.json()
        if failure := await self._work():
            return failure
        if not key:
            return JSONResponse({"error": "Idempotency-Key is missing"}, status_code=400)
        return JSONResponse(self._remember(key, body), status_code=201)

    async def cancel(self, request: Request) -> JSONResponse:
        if failure := await self._work():
            return failure
        known = self.taken.get(request.path_params["key"])
        if known is None:
            return JSONResponse({"error": "no such order"}, status_code=404)
        known["cancelled"] = True
        return JSONResponse({"reference": known["reference"]})

    async def _work(self) -> JSONResponse | None:
        """Take the time that a call takes; the answer of one that is to fail."""
        self.calls += 1
        await asyncio.sleep(self.delay_ms / 1000)
        if self.failures <= 0:
            return None
        self.failures -= 1
        return JSONResponse({"error": "no courier"}, status_code=self.status)

    async def show(self, request: Request) -> JSONResponse:
        return JSONResponse({"calls": self.calls, "orders": list(self.taken.values())})

    async def behave(self, request: Request) -> JSONResponse:
        wanted = await request.json()
        self.failures = int(wanted.get("failures", self.failures))
        self.status = int(wanted.get("status", self.status))
        self.delay_ms = float(wanted.get("delayMs", self.delay_ms))
        return JSONResponse({"failures": self.failures, "status": self.status, "delayMs": self.delay_ms})

    def _remember(self, key: str, body: dict[str, Any]) -> dict[str, str]:
        # From the key, so that a restarted simulator gives a repeated call the same reference.
        reference = f"SIM-{blake2b(key.encode(), digest_size=6).hexdigest().upper()}"
        known = self.taken.setdefault(key, {"reference": reference, "times": 0, "cancelled": False, **body})
        known["times"] += 1
        while len(self.taken) > self.kept:
            self.taken.popitem(last=False)
        return {"reference": reference}


async def _live(request: Request) -> JSONResponse:
    return JSONResponse({"status": "live"})


def create_app(settings: SimulatorSettings | None = None) -> Starlette:
    """Factory for uvicorn."""
    settings = settings or SimulatorSettings()
    simulator = _Simulator(settings.delay_ms, settings.kept)
    return Starlette(
        routes=[
            Route("/orders", simulator.take, methods=["POST"]),
            Route("/orders", simulator.show, methods=["GET"]),
            Route("/orders/{key}/cancel", simulator.cancel, methods=["POST"]),
            Route("/behaviour", simulator.behave, methods=["POST"]),
            Route("/health/live", _live),
            Route("/health/ready", _live),
        ]
    )
