"""GraphQL over HTTP for a subgraph: a bare ASGI endpoint from the POST's bytes to the response's.

The header `x-waybill-trace: 1` adds the request's SQL statements to the response's extensions.
"""

from __future__ import annotations

import codecs
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import orjson
from graphql import GraphQLError
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from . import metrics
from .client_address import Networks, address_of
from .context import Context
from .errors import CodedError, ErrorCode
from .execution import Executor, Operation, present_error
from .execution.executor import Answer
from .hang_up import HungUp, until_hung_up
from .logs import request_id
from .statements import StatementCounts, count_statements
from .tenants import Asked

logger = logging.getLogger(__name__)

MakeContext = Callable[[Asked, str], Awaitable[Context[Any]]]


class GraphQLEndpoint:
    """Answers POST with `{query, variables, operationName}`."""

    def __init__(
        self,
        name: str,
        executor: Executor,
        make_context: MakeContext,
        *,
        body_max: int,
        slow_ms: float,
        proxies: Networks = (),
    ) -> None:
        self._name, self._executor, self._make_context = name, executor, make_context
        self._body_max, self._slow_ms, self._proxies = body_max, slow_ms, proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        started = time.perf_counter()
        headers = Headers(scope=scope)
        id = headers.get("x-request-id") or uuid4().hex
        request_id.set(id)
        counts = count_statements()
        try:
            status, answer, operation = await self._answer(scope, headers, receive, id)
        except HungUp:
            metrics.requests.labels(self._name, "left").observe(time.perf_counter() - started)
            return
        self._note(started, answer, operation)
        extensions = {"statements": trace(counts)} if headers.get("x-waybill-trace") else None
        await _respond(send, status, answer.encode(extensions), id)

    async def _answer(
        self, scope: Scope, headers: Headers, receive: Receive, id: str
    ) -> tuple[int, Answer, Operation | None]:
        operation = None
        try:
            if scope["method"] != "POST":
                raise _Refused(405, "Send operations by POST.")
            _check_media_type(headers.get("content-type"))
            operation = _operation(await self._body(receive))
            context = await self._make_context(Asked.by(headers), id)
            context.address = address_of(scope, headers, self._proxies)
            return 200, await self._execute(operation, context, receive), operation
        except _Refused as refusal:
            return refusal.status, _failed(CodedError(ErrorCode.BAD_REQUEST, str(refusal))), operation
        except CodedError as error:
            return 200, _failed(error), operation

    async def _execute(self, operation: Operation, context: Context[Any], receive: Receive) -> Answer:
        """Queries end with their caller's connection; a mutation is not left half done."""
        try:
            work = self._executor.execute(operation, context)
            return await until_hung_up(receive, work, lambda: self._executor.only_reads(operation))
        finally:
            context.abandon()

    async def _body(self, receive: Receive) -> bytes:
        message = await receive()
        body: bytes = message.get("body", b"")
        while message.get("more_body"):
            message = await receive()
            body += message.get("body", b"")
            if len(body) > self._body_max:
                break
        if len(body) > self._body_max:
            raise _Refused(413, "The request is too large.")
        return body

    def _note(self, started: float, answer: Answer, operation: Operation | None) -> None:
        seconds = time.perf_counter() - started
        metrics.requests.labels(self._name, "error" if answer.errors else "ok").observe(seconds)
        if seconds * 1000 > self._slow_ms:
            name = operation.name if operation else None
            logger.warning("slow request", extra={"operation": name, "ms": round(seconds * 1000)})


def trace(counts: StatementCounts) -> list[dict[str, object]]:
    """The counted statements as JSON."""
    return [{"shard": shard, "statement": label, "count": n} for (shard, label), n in sorted(counts.items())]


def _check_media_type(content_type: str | None) -> None:
    """JSON alone: no page may send it to another site without asking first."""
    if (content_type or "").partition(";")[0].strip().lower() != "application/json":
        raise _Refused(415, "Send operations as application/json.")


class _Refused(Exception):
    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


def _operation(body: bytes) -> Operation:
    try:
        request = orjson.loads(body.removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError as error:
        raise _Refused(400, "The body is not JSON.") from error
    if not isinstance(request, dict) or not isinstance(request.get("query"), str):
        raise _Refused(400, "The body must be an object with a `query`.")
    variables, name = request.get("variables"), request.get("operationName")
    if not isinstance(variables, dict | None) or not isinstance(name, str | None):
        raise _Refused(400, "`variables` must be an object and `operationName` a string.")
    return Operation(request["query"], variables, name)


def _failed(error: CodedError) -> Answer:
    return Answer(None, (present_error(GraphQLError(error.message, original_error=error)),))


async def _respond(send: Send, status: int, body: bytes, id: str) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"x-request-id", id.encode("latin-1", "replace")),
    ]
    if status == 405:
        headers.append((b"allow", b"POST"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
