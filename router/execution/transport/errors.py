"""What can go wrong between the router and a subgraph's socket.

TransportError
  ├ ConnectFailed      nothing was sent: always safe to repeat
  │  └ WebSocketRefused   there is a server, but no WebSocket
  ├ ConnectionDropped  the peer closed before the whole response was there
  ├ DeadlineExceeded   no whole response in time
  ├ ResponseTooLarge   more body than the cap
  └ ProtocolViolation  not HTTP, or not what was asked for
"""

from __future__ import annotations


class TransportError(Exception):
    """A subgraph could not be asked, or its answer did not arrive whole."""


class ConnectFailed(TransportError):
    """No connection could be made; nothing was sent."""


class WebSocketRefused(ConnectFailed):
    """The server answered, but not with a WebSocket that speaks our protocol."""


class ConnectionDropped(TransportError):
    """The peer closed the connection before the whole response had arrived."""


class DeadlineExceeded(TransportError):
    """The response did not arrive in time."""


class ResponseTooLarge(TransportError):
    """The response is larger than allowed."""


class ProtocolViolation(TransportError):
    """The peer does not speak HTTP as it should."""
