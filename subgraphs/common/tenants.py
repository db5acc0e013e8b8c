"""Whose marketplace a request without a token is about: the one it names, else its host's, else the default.

    Asked(authorization, tenant, host) ─► token's tenant, or `Tenants.of_request(tenant, host)`

The table of tenants is kept in the process and read anew every `tenant_seconds`, not by requests: those cost
two look-ups. Only a name that nobody knows may be a tenant made a moment ago, and asks again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from .errors import CodedError, ErrorCode, NotFound
from .models import TenantRow
from .reads import Read

logger = logging.getLogger(__name__)

TENANT_HEADER = "waybill-tenant"
# The router's word for the host that its client has asked for (docs/adr/0014-tenants.md).
HOST_HEADER = "x-forwarded-host"
ACTIVE = "ACTIVE"
# A name that nobody knows may be new, or an attacker's: ask at most this often; who asks waits so long.
_UNKNOWN_PAUSE = 1.0
TENANTS = Read(select(TenantRow.id, TenantRow.hosts, TenantRow.status))

ReadTenants = Callable[[], Awaitable[Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a request's headers tells who asks, and about which marketplace."""

    authorization: str | None = None
    tenant: str | None = None
    host: str | None = None

    @classmethod
    def by(cls, headers: Mapping[str, str]) -> Asked:
        """From headers, their names in lower case."""
        host = headers.get(HOST_HEADER) or headers.get("host")
        return cls(headers.get("authorization"), headers.get(TENANT_HEADER), host)


class Tenants:
    """The active tenants, as of the last look at the table; `read` gives its rows."""

    def __init__(self, read: ReadTenants, *, default: str, seconds: float) -> None:
        self._read, self._default, self._seconds = read, default, seconds
        self._names: frozenset[str] = frozenset()
        self._by_host: dict[str, str] = {}
        self._known = False
        self._looked = float("-inf")
        self._lock = asyncio.Lock()

    async def of_request(self, name: str | None, host: str | None) -> str:
        """The tenant; NOT_FOUND for a name that is none's, UNAVAILABLE before the table could be read."""
        if name:
            return await self._named(name)
        if not host:
            return self._default
        if not self._known:
            await self._look_again()
        return self._by_host.get(host_name(host), self._default)

    async def keep(self) -> None:
        """Read the table again and again, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(self._seconds)

    async def look(self) -> None:
        """Read the table; what was known goes on while its shard is away."""
        async with self._lock:
            await self._look()

    async def _look(self) -> None:
        self._looked = time.monotonic()
        try:
            rows = [row for row in await self._read() if row.status == ACTIVE]
        except Exception as error:
            logger.warning("tenants not read", extra={"reason": type(error).__name__})
            return
        self._names = frozenset(row.id for row in rows)
        self._by_host = {host_name(host): row.id for row in rows for host in row.hosts}
        self._known = True

    async def _named(self, name: str) -> str:
        if name != self._default and name not in self._names:
            await self._look_again()
            if name not in self._names:
                raise NotFound("There is no marketplace of this name.")
        return name

    async def _look_again(self) -> None:
        """One look for all who wait for one, and none so soon after the last."""
        asked = time.monotonic()
        async with self._lock:
            if self._looked < asked:
                await asyncio.sleep(max(0.0, self._looked + _UNKNOWN_PAUSE - asked))
                await self._look()
        if not self._known:
            raise CodedError(ErrorCode.UNAVAILABLE, "Marketplaces cannot be told apart now.")


def host_name(host: str) -> str:
    """`Shop.Example:8080` → `shop.example`; of several, as proxies list them, the first."""
    first = host.partition(",")[0].strip().lower()
    if first.startswith("["):  # an IPv6 address has colons of its own
        return first.partition("]")[0] + "]"
    return first.partition(":")[0].rstrip(".")
