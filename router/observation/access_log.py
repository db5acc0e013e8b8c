"""One structured log line per request."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from ..settings import AccessLog

logger = logging.getLogger("router.access")


@dataclass(slots=True)
class AccessEntry:
    """One answered request.

    ``transport``: http, websocket, sse or multipart; ``failed``: refused, or answered with errors, whose
    ``codes`` are given.
    """

    request_id: str
    transport: str
    method: str
    status: int
    seconds: float
    operation: str | None = None
    failed: bool = False
    codes: tuple[str, ...] = ()


def log_request(mode: AccessLog, entry: AccessEntry) -> None:
    """Log the entry where the setting wants it."""
    if mode == "off" or (mode == "errors" and not entry.failed):
        return
    logger.info(
        "request",
        extra={
            "request_id": entry.request_id,
            "transport": entry.transport,
            "method": entry.method,
            "status": entry.status,
            "ms": round(entry.seconds * 1000, 2),
            "operation": entry.operation,
            "codes": " ".join(entry.codes) or None,
        },
    )
