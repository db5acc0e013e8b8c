"""The subgraphs as execution calls them: by name, with deadlines, identical queries in flight shared.

Enters: a subgraph's name, a body, headers. Leaves: a future of the HTTP response.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from .transport import Headers, ResponseFuture, SubgraphCall, SubgraphTransport

_Key: TypeAlias = tuple[str, bytes, bytes]


@dataclass(frozen=True, slots=True)
class SubgraphSettings:
    """How subgraphs are called. Seconds; ``timeouts`` by subgraph override ``timeout``."""

    timeout: float = 30.0
    timeouts: Mapping[str, float] = field(default_factory=dict)
    dedupe: bool = True


class Subgraphs:
    """All subgraphs of one supergraph."""

    def __init__(
        self, urls: Mapping[str, str], transport: SubgraphTransport, settings: SubgraphSettings | None = None
    ) -> None:
        self.urls = urls
        self.transport = self._transport = transport
        self.settings = settings or SubgraphSettings()
        self._dedupe = self.settings.dedupe
        self._flying: dict[_Key, ResponseFuture] = {}
        timeouts, timeout = self.settings.timeouts, self.settings.timeout
        self._targets = {name: (url, timeouts.get(name, timeout)) for name, url in urls.items()}

    def start(self, service: str, body: bytes, headers: Headers, *, idempotent: bool) -> ResponseFuture:
        """Call a subgraph, or join a call of the same content that is under way (queries only)."""
        url, timeout = self._targets[service]
        call = SubgraphCall(url, body, headers, timeout, idempotent)
        return self._join(service, call) if idempotent and self._dedupe else self._transport.start(call)

    def _join(self, service: str, call: SubgraphCall) -> ResponseFuture:
        key = (service, call.body, call.headers.block)
        flying = self._flying.get(key)
        if flying is None:
            flying = self._flying[key] = self._transport.start(call)
            flying.add_done_callback(lambda _: self._flying.pop(key, None))
        return flying

    def send_form(self, service: str, form: bytes, headers: Headers, content_type: str) -> ResponseFuture:
        """Call a subgraph with another body than JSON; never shared, never sent twice."""
        url, timeout = self._targets[service]
        call = SubgraphCall(url, form, headers, timeout, False, content_type)
        return self._transport.start(call)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._transport.aclose()
