"""What the endpoints share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from ...observation.access_log import AccessEntry, log_request
from ...observation.metrics import Metrics, NoMetrics
from ...settings import ServerSettings
from ...supply.engines import Engines
from ...traffic.messages import Identity
from .clock import Clock, SystemClock
from .drain import Drain
from .siblings import Siblings


class Identifies(Protocol):
    """Who is behind an ``Authorization`` header; a coded error for a bad one."""

    @property
    def keys(self) -> int:
        """How many keys there are to check with; none: nobody can be identified."""

    async def prepare(self) -> None:
        """Return when there are some."""

    async def identify(self, authorization: str | None) -> Identity | None:
        """None for nobody."""

    def remembered(self, authorization: str) -> Identity | None:
        """The same at once; None where the header has to be looked at."""


@dataclass(frozen=True, slots=True)
class ServerContext:
    """The parts behind every endpoint; ``authenticator`` is None where tokens are not checked.

    ``siblings``: the other workers behind the same port, if there are any.
    """

    settings: ServerSettings
    engines: Engines
    authenticator: Identifies | None = None
    drain: Drain = field(default_factory=Drain)
    metrics: Metrics = field(default_factory=NoMetrics)
    siblings: Siblings | None = None
    clock: Clock = field(default_factory=SystemClock)

    async def identify(self, authorization: str | None) -> Identity | None:
        """The caller behind a header; None for nobody, and where tokens are not checked."""
        if self.authenticator is None or authorization is None:
            return None
        return await self.authenticator.identify(authorization)

    def report(self, entry: AccessEntry) -> None:
        """Count and log one answered request."""
        self.metrics.request(entry.transport, entry.status, entry.seconds)
        self.log(entry)

    def log(self, entry: AccessEntry) -> None:
        """Log one answered request, where the setting wants it."""
        log_request(self.settings.access_log, entry)
