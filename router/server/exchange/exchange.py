"""One HTTP request on its way through the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.types import Receive, Scope

from ...traffic.messages import Identity
from .negotiate import Acceptance
from .reply import Reply


@dataclass(slots=True)
class Exchange:
    """One HTTP request and the way to its response."""

    scope: Scope
    receive: Receive
    headers: Mapping[str, str]
    request_id: str
    reply: Reply
    acceptance: Acceptance
    identity: Identity | None = None
    transport: str = "http"
    operation: str | None = None
    failed: bool = False
    codes: tuple[str, ...] = ()
    """Those of the errors it was answered with."""

    def fail(self, *codes: str) -> None:
        """It was refused, or answered with errors."""
        self.failed = True
        self.codes += codes
