"""What a process's connections share to answer plain POSTs: engine, known heads, encodings, reports."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TypeAlias

from ...execution.transport import Eventual
from ...traffic.messages import GraphQLRequest, Identity, SingleResult
from ..access_log import AccessEntry
from ..context import ServerContext
from ..encodings import choose_encoding, compress
from ..engines import Lease
from ..read_request import read_members
from ..reply import THREAD_MINIMUM, VARY, Header
from ..requests import new_request_id
from ..status_codes import media_type_of, status_of_result
from .post_head import PostHead, PostHeads
from .response_head import ResponseHeads

Started: TypeAlias = "tuple[Post, Eventual[SingleResult]]"


@dataclass(slots=True)
class Post:
    """One request under way; ``started`` by the performance counter."""

    head: PostHead
    request: GraphQLRequest
    lease: Lease
    started: float


class Posts:
    """The way of a plain POST behind its connection."""

    def __init__(self, context: ServerContext) -> None:
        self._context = context
        self._settings = context.settings
        self.heads = PostHeads(context.settings)
        self._responses = ResponseHeads()

    def start(self, head: PostHead, body: bytes) -> Started | None:
        """Read the body and hand it to the engine; None where the ASGI application has to answer."""
        context = self._context
        identity: Identity | None = None
        if head.authorization is not None and context.authenticator is not None:
            identity = context.authenticator.remembered(head.authorization)
            if identity is None:
                return None
        members = read_members(body)
        if members is None or not context.engines.ready:
            return None
        lease = context.engines.lease()
        if lease.start is None:
            return None
        started = time.perf_counter()
        request = GraphQLRequest(
            members.query,
            members.operationName,
            members.variables,
            members.extensions,
            head.headers,
            identity,
            head.allow,
            head.request_id or new_request_id(),
            head.incremental,
        )
        answer = lease.start(request)
        if answer is None:
            return None
        lease.take()
        return Post(head, request, lease, started), answer

    def needs_thread(self, head: PostHead, body: bytes) -> bool:
        """Whether compressing a response takes too long for the event loop."""
        return len(body) >= THREAD_MINIMUM and self._encoding(head, body) is not None

    def encoded(self, head: PostHead, body: bytes) -> tuple[list[Header], bytes]:
        """Compress a body if it is large enough and the client takes it; gives the headers that say so."""
        if len(body) < self._settings.compression_minimum:
            return [], body
        encoding = self._encoding(head, body)
        if encoding is None:
            return [VARY], body
        return [VARY, (b"content-encoding", encoding.encode())], compress(body, encoding)

    def _encoding(self, head: PostHead, body: bytes) -> str | None:
        if head.accept_encoding is None or len(body) < self._settings.compression_minimum:
            return None
        return choose_encoding(head.accept_encoding, self._settings.compression)

    def status(self, head: PostHead, result: SingleResult) -> int:
        """The HTTP status of an answer."""
        return status_of_result(self._settings.http_edition, head.media_type, result)

    def head(self, post: Post, status: int, common: list[Header], own: list[Header], length: int) -> bytes:
        """The bytes before the body: ``common`` headers are the server's, ``own`` the response's."""
        if status == 405:
            own.append((b"allow", b"POST"))
        own.append((b"x-request-id", post.request.request_id.encode("latin-1")))
        media_type = media_type_of(self._settings.http_edition, post.head.media_type, status)
        return self._responses.head(status, media_type, common, own, length)

    def report(self, post: Post, status: int, *, failed: bool) -> None:
        """Count the request, and log it where the setting wants it."""
        seconds = time.perf_counter() - post.started
        self._context.metrics.request("http", status, seconds)
        if failed or self._settings.access_log == "all":
            request = post.request
            entry = AccessEntry(
                request.request_id, "http", "POST", status, seconds, request.operation_name, failed
            )
            self._context.log(entry)
