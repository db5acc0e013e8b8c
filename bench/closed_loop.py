"""A closed loop: so many connections, each asking again as soon as it is answered."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

import orjson

from .http_messages import MessageProtocol, with_length
from .router_process import RouterProcess


@dataclass(slots=True)
class Tally:
    """What a measured window held. ``wrong``: answers that were not as the first, checked one."""

    requests: int = 0
    wrong: int = 0
    latencies: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Measured:
    """CPU milliseconds per request of the router, its requests a second, and the median in milliseconds."""

    cpu_ms: float
    rps: float
    p50_ms: float
    response_bytes: int
    megabytes: float


class _Client(MessageProtocol):
    def __init__(self, request: bytes, expected: bytes, tally: Tally) -> None:
        super().__init__()
        self._request = request
        self._expected = expected
        self._tally = tally
        self._sent = 0.0

    def ask(self) -> None:
        self._sent = time.perf_counter()
        self.transport.write(self._request)

    def message(self, first_line: bytes, body: bytes) -> None:
        tally = self._tally
        tally.requests += 1
        tally.wrong += body != self._expected
        tally.latencies.append(time.perf_counter() - self._sent)
        self.ask()


class _Single(MessageProtocol):
    def __init__(self) -> None:
        super().__init__()
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def message(self, first_line: bytes, body: bytes) -> None:
        self.answer.set_result(body)


async def ask_once(port: int, request: bytes) -> bytes:
    """Send one request on a connection of its own; gives the body. RuntimeError if it holds errors."""
    transport, client = await asyncio.get_running_loop().create_connection(_Single, "127.0.0.1", port)
    transport.write(request)
    body = await client.answer
    transport.close()
    if "errors" in orjson.loads(body):
        raise RuntimeError(body[:500].decode())
    return body


async def connect(port: int, request: bytes, expected: bytes, tally: Tally, count: int) -> list[_Client]:
    """Open connections that ask nothing yet."""
    loop = asyncio.get_running_loop()
    clients = []
    for _ in range(count):
        _, client = await loop.create_connection(lambda: _Client(request, expected, tally), "127.0.0.1", port)
        clients.append(client)
    return clients


async def measure(
    router: RouterProcess, query: str, *, connections: int = 50, seconds: float = 2.0
) -> Measured:
    """Load a router with one query; the first half second is not counted."""
    request = with_length(b"POST /graphql HTTP/1.1\r\nhost: router", orjson.dumps({"query": query}))
    for _ in range(3):  # interpreted, compiled, checked
        expected = await ask_once(router.port, request)
    tally = Tally()
    clients = await connect(router.port, request, expected, tally, connections)
    for client in clients:
        client.ask()
    await asyncio.sleep(0.5 + connections / 2000)
    tally.requests = 0
    tally.latencies.clear()
    cpu, started = router.cpu_seconds(), time.perf_counter()
    await asyncio.sleep(seconds)
    if not tally.requests:
        raise RuntimeError(f"no answer in {seconds} seconds")
    cpu, passed = router.cpu_seconds() - cpu, time.perf_counter() - started
    requests, latencies = tally.requests, sorted(tally.latencies)
    memory = router.megabytes()
    for client in clients:
        client.transport.abort()
    if tally.wrong:
        raise RuntimeError(f"{tally.wrong} answers were wrong")
    middle = latencies[len(latencies) // 2] * 1000
    return Measured(cpu * 1000 / requests, requests / passed, middle, len(expected), memory)
