"""What a process's connections share to answer plain POSTs: engine, known heads, encodings, reports."""

from __future__ import annotations

import time
from typing import Protocol

import msgspec

from ....execution.transport import Eventual
from ....observation.access_log import AccessEntry
from ....observation.metrics import NoMetrics
from ....supply.engines import Lease
from ....traffic.messages import GraphQLRequest, Identity, SingleResult
from ...exchange.context import ServerContext
from ...exchange.read_request import read_members
from ...exchange.requests import new_request_id
from ...exchange.status_codes import status_of_result
from .post_head import PostHead, PostHeads
from .response_head import ResponseHeads


class Post(msgspec.Struct, eq=False):
    """One request under way; ``started`` by the performance counter, ``codes`` of its answer's errors."""

    head: PostHead
    request: GraphQLRequest
    lease: Lease
    started: float
    answer: Eventual[SingleResult]
    failed: bool = False
    codes: tuple[str, ...] = ()


class Posts:
    """The way of a plain POST behind its connection."""

    def __init__(self, context: ServerContext) -> None:
        self._context = context
        self._settings = context.settings
        self._edition = context.settings.http_edition
        self.reports_all = context.settings.access_log == "all" or type(context.metrics) is not NoMetrics
        """Whether anybody wants to know of requests that did not fail."""
        self.heads = PostHeads(context.settings)
        self.responses = ResponseHeads(context.settings.http_edition)

    def start(self, head: PostHead, body: bytes, peer: str) -> Post | None:
        """Read the body and hand it to the engine; None where the ASGI application has to answer."""
        context = self._context
        identity: Identity | None = None
        if head.authorization is not None and context.authenticator is not None:
            identity = context.authenticator.remembered(head.authorization)
            if identity is None:
                return None
        members = read_members(body)
        lease = context.engines.at_hand
        if members is None or lease is None or lease.start is None:
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
            None,
            peer,
        )
        answer = lease.start(request)
        if answer is None:
            return None
        lease.take()
        return Post(head, request, lease, started, answer)

    def status(self, post: Post, result: SingleResult) -> int:
        """The HTTP status of an answer."""
        return status_of_result(self._edition, post.head.media_type, result)

    def report(self, post: Post, status: int) -> None:
        """Count the request, and log it where the setting wants it."""
        seconds = time.perf_counter() - post.started
        self._context.metrics.request("http", status, seconds)
        if post.failed or self._settings.access_log == "all":
            request = post.request
            entry = AccessEntry(
                request.request_id,
                "http",
                "POST",
                status,
                seconds,
                request.operation_name,
                post.failed,
                post.codes,
            )
            self._context.log(entry)


class HasPosts(Protocol):
    """An application whose plain POSTs go the short way: all that its connections know of it."""

    @property
    def posts(self) -> Posts:
        """What all of them share."""
