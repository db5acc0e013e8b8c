"""The ASGI side of one WebSocket: accept, send, close; nothing of GraphQL."""

from __future__ import annotations

from starlette.types import Receive, Scope, Send

from .messages import SUBPROTOCOL, SUBPROTOCOL_NOT_ACCEPTABLE

# A close frame holds 125 bytes, two of them the code (RFC 6455 §5.5).
REASON_LIMIT = 123


class Socket:
    """Sends text and closes once; sending to a client that is gone does nothing."""

    __slots__ = ("_receive", "_send", "closed", "scope")

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self._receive = receive
        self._send = send
        self.closed = False

    async def accept(self) -> bool:
        """Finish the handshake; False (and closed by 4406) when the client speaks another subprotocol."""
        await self._receive()
        if SUBPROTOCOL in self.scope.get("subprotocols", ()):
            await self._send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL})
            return True
        await self._send({"type": "websocket.accept"})
        await self.close(SUBPROTOCOL_NOT_ACCEPTABLE, "Subprotocol not acceptable")
        return False

    async def refuse(self) -> None:
        """Refuse the handshake (HTTP 403)."""
        await self._receive()
        await self._send({"type": "websocket.close"})

    async def receive(self) -> dict[str, str] | None:
        """The next frame; None when the client is gone."""
        message = await self._receive()
        return None if message["type"] == "websocket.disconnect" else dict(message)

    async def send(self, text: str) -> None:
        """Send a text frame; waits while the client is slow."""
        if not self.closed:
            try:
                await self._send({"type": "websocket.send", "text": text})
            except OSError:
                self.closed = True

    async def close(self, code: int, reason: str) -> None:
        """Send a close frame."""
        if not self.closed:
            self.closed = True
            short = reason.encode()[:REASON_LIMIT].decode(errors="ignore")
            try:
                await self._send({"type": "websocket.close", "code": code, "reason": short})
            except OSError:
                return
