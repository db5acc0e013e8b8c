"""What passes between the server and the rest of the router: one request in, one outcome out.

The server speaks protocols (HTTP, WebSocket, SSE); everything behind it speaks these. What each request makes
is a struct: at a third of a dataclass's cost.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import msgspec

from ..execution.deferred import IncrementalSpec
from ..execution.uploads import Upload
from ..planning.plan import OperationKind


@dataclass(frozen=True, slots=True)
class Identity:
    """A verified caller: the token's claims. ``scopes`` are for ``@requiresScopes``.

    ``ends_at``: Unix time from which the token is none, the leeway included; None: never.
    """

    claims: Mapping[str, Any]
    scopes: frozenset[str] = frozenset()
    ends_at: float | None = None


class GraphQLRequest(msgspec.Struct, eq=False):
    """One GraphQL request, its members type-checked by the server (GraphQL over HTTP §5).

    ``headers`` are the client's, names in lower case. ``allow`` is what this transport may run
    (GET: queries; POST: queries and mutations; WebSocket, SSE and multipart: all).
    """

    query: str | None
    operation_name: str | None = None
    variables: Mapping[str, Any] | None = None
    extensions: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = {}
    identity: Identity | None = None
    allow: frozenset[OperationKind] = frozenset({"query", "mutation"})
    request_id: str = ""
    incremental: IncrementalSpec | None = None
    """The format in which the client takes deferred parts; None: it takes a whole answer only."""
    uploads: Mapping[str, Upload] | None = None
    """Files by the marks that stand for them in ``variables``."""
    peer: str = ""
    """The other end of the connection; empty for a Unix socket."""


class SingleResult(msgspec.Struct):
    """A whole response as JSON. ``rejected``: a request error, nothing was executed (no ``data``).

    ``codes``: those of its errors, for the log.

    ``status`` is a suggestion for ``application/graphql-response+json`` (400 when rejected, 405 for a
    mutation by GET, 429, 503 …).
    """

    body: bytes
    rejected: bool = False
    status: int = 200
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StreamResult:
    """A subscription's responses, each a whole response as JSON; closing it ends the source.

    ``incremental``: instead they are the payloads of one response in parts, in this format.
    """

    events: AsyncIterator[bytes]
    incremental: IncrementalSpec | None = None


GraphQLResult: TypeAlias = SingleResult | StreamResult


class GraphQLEngine(Protocol):
    """What the server needs to know of the router behind it."""

    async def execute(self, request: GraphQLRequest) -> GraphQLResult:
        """Answer one request. Never raises for a client's or a subgraph's mistake."""
        ...
