"""uvicorn's WebSocket protocol, which answers nothing to a handshake that its parser cannot read.

Such are more than 128 headers, a line above 8 kB, whatever else the parser takes for no request.
"""

from __future__ import annotations

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from ...errors import RequestError
from ..exchange.farewell import farewell


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """One socket, from its handshake on."""

    def data_received(self, data: bytes) -> None:
        """Read the handshake, or frames."""
        super().data_received(data)
        if not self.handshake_initiated and self.conn.handshake_exc is not None:
            self._refuse(self.conn.handshake_exc.__cause__)

    def _refuse(self, cause: BaseException | None) -> None:
        """Answer as HTTP does what is no request, and end the connection."""
        self.handshake_initiated = self.close_sent = True
        refusal = RequestError("INVALID_HTTP", f"The handshake of the WebSocket cannot be read: {cause}.")
        self.transport.write(farewell(refusal, self.default_headers))
        self.transport.close()
