"""What the server counts. Without an admin port nothing is counted, and prometheus-client is not loaded."""

from __future__ import annotations

from typing import Protocol


class Metrics(Protocol):
    """Where endpoints report to; ``transport``: http, websocket, sse or multipart."""

    def request(self, transport: str, status: int, seconds: float) -> None:
        """One answered request."""

    def stream(self, transport: str, change: int) -> None:
        """A stream opened (+1) or ended (-1)."""

    def event(self, transport: str) -> None:
        """One response of a stream was sent."""

    def socket(self, change: int) -> None:
        """A WebSocket opened (+1) or ended (-1)."""

    def supergraph(self, *, loaded: bool) -> None:
        """A supergraph was loaded, or refused."""

    def token_keys(self, count: int) -> None:
        """So many keys are there to check tokens with; told where tokens are checked."""

    def started_over(self, reason: str) -> None:
        """A compiled run started over in the interpreter (docs/adr/0010)."""


class NoMetrics:
    """Counts nothing."""

    def request(self, transport: str, status: int, seconds: float) -> None:
        """Count nothing."""

    def stream(self, transport: str, change: int) -> None:
        """Count nothing."""

    def event(self, transport: str) -> None:
        """Count nothing."""

    def socket(self, change: int) -> None:
        """Count nothing."""

    def supergraph(self, *, loaded: bool) -> None:
        """Count nothing."""

    def token_keys(self, count: int) -> None:
        """Count nothing."""

    def started_over(self, reason: str) -> None:
        """Count nothing."""
