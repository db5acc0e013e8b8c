"""What holds for all operations of a socket: settled by the handshake and by ``connection_init``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...execution.deferred import IncrementalSpec
from ..exchange.requests import headers_of_payload


@dataclass(frozen=True, slots=True)
class Terms:
    """``headers`` are those of each operation's request, ``incremental`` is the format of deferred parts."""

    headers: Mapping[str, str]
    incremental: IncrementalSpec = "20220824"

    def with_payload(self, payload: Mapping[str, Any] | None) -> Terms:
        """The payload's headers come before the handshake's; its ``incrementalSpec`` may be ``v0.2``."""
        newer = payload is not None and payload.get("incrementalSpec") == "v0.2"
        headers = {**self.headers, **headers_of_payload(payload)}
        return Terms(headers, "v0.2" if newer else self.incremental)
