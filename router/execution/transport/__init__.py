"""How the router talks to subgraphs: a lean HTTP/1.1 client, httpx as a stand-in, WebSockets."""

from .client import NO_HEADERS, Headers, LeanTransport, ResponseFuture, SubgraphCall, SubgraphTransport
from .connection import HttpResponse
from .errors import (
    ConnectFailed,
    ConnectionDropped,
    DeadlineExceeded,
    ProtocolViolation,
    ResponseTooLarge,
    TransportError,
)
from .eventual import Eventual
from .head_shape import cut_length
from .httpx_bridge import HttpxTransport, LeanHttpxTransport
from .pool import PoolSettings
from .tls import TlsSettings
from .websocket import WebSocketSettings

__all__ = [
    "NO_HEADERS",
    "ConnectFailed",
    "ConnectionDropped",
    "DeadlineExceeded",
    "Eventual",
    "Headers",
    "HttpResponse",
    "HttpxTransport",
    "LeanHttpxTransport",
    "LeanTransport",
    "PoolSettings",
    "ProtocolViolation",
    "ResponseFuture",
    "ResponseTooLarge",
    "SubgraphCall",
    "SubgraphTransport",
    "TlsSettings",
    "TransportError",
    "WebSocketSettings",
    "cut_length",
]
