"""GraphQL over HTTP: POST and GET, one response or a stream, batches.

A bare ASGI endpoint, for the way of a POST is the hot path: headers → Accept → identity → body → engine →
response. What may fail raises ``RequestError``, which is answered in one place.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

from starlette.types import Receive, Scope, Send

from ...errors import RequestError
from ...observation.access_log import AccessEntry
from ...traffic.messages import GraphQLEngine, GraphQLRequest, SingleResult, StreamResult
from ..exchange.context import ServerContext
from ..exchange.csrf import check_preflighted
from ..exchange.exchange import Exchange
from ..exchange.negotiate import PLAIN_JSON, Acceptance, allowed_kinds, negotiate, prefers_page
from ..exchange.read_body import ClientGone, read_body
from ..exchange.read_request import Parameters, read_json, read_parameters, read_query_string, read_single
from ..exchange.read_upload import is_form, read_upload
from ..exchange.reply import Reply
from ..exchange.requests import choose_request_id, peer_of, read_headers
from ..single_connection.answer import SingleConnection
from ..single_connection.relay import relay
from ..single_connection.reservations import TOKEN_HEADER, parameter, token_of
from ..streaming.formats import StreamFormat, format_of, format_of_parts
from ..streaming.right import rightful
from ..streaming.run_stream import ResponseStream, close_events, once

logger = logging.getLogger(__name__)

TO_GRAPHIQL = ((b"location", b"/"), (b"vary", b"accept"), (b"cache-control", b"no-store"))
METHODS = (b"allow", b"GET, HEAD, POST, PUT, DELETE, OPTIONS")


class HttpEndpoint:
    """The ASGI endpoint of ``http`` scopes."""

    def __init__(self, context: ServerContext) -> None:
        self._context = context
        self._settings = context.settings
        self._has_page = context.settings.graphiql and context.settings.graphql_path != "/"
        self._single_connection = SingleConnection(context)
        self._siblings = context.siblings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens, and report it."""
        started = time.perf_counter()
        headers = read_headers(scope["headers"])
        request_id = choose_request_id(headers.get("x-request-id"))
        reply = Reply(send, self._settings, request_id, headers.get("accept-encoding"))
        exchange = Exchange(scope, receive, headers, request_id, reply, Acceptance(None))
        try:
            status = await self._answer(exchange)
        except RequestError as error:
            exchange.fail(error.code)
            status = await reply.refuse(error)
        except ClientGone:
            return
        except asyncio.CancelledError:
            exchange.fail("SHUTTING_DOWN")
            status = await self._answer_cancelled(exchange)
        except Exception:
            exchange.fail("INTERNAL_SERVER_ERROR")
            status = await self._answer_fault(exchange)
        self._report(exchange, status, time.perf_counter() - started)

    async def _answer_fault(self, exchange: Exchange) -> int:
        """A bug: the log gets all of it, the client its id."""
        logger.exception("A request failed", extra={"request_id": exchange.request_id})
        if exchange.reply.started:
            raise
        return await exchange.reply.refuse(RequestError("INTERNAL_SERVER_ERROR", "Internal server error."))

    async def _answer_cancelled(self, exchange: Exchange) -> int:
        """The process ends, and the request took longer than it was given."""
        if exchange.reply.started or not self._context.drain.stopping:
            raise
        return await exchange.reply.refuse(RequestError("SHUTTING_DOWN", "The request took too long to end."))

    def _report(self, exchange: Exchange, status: int, seconds: float) -> None:
        self._context.report(
            AccessEntry(
                exchange.request_id,
                exchange.transport,
                exchange.scope["method"],
                status,
                seconds,
                exchange.operation,
                exchange.failed,
                exchange.codes,
            )
        )

    async def _answer(self, exchange: Exchange) -> int:
        """Check the envelope, read the parameters, run them; returns the status."""
        method = exchange.scope["method"]
        if self._siblings is not None:
            token = token_of(exchange.headers, exchange.scope["query_string"])
            owner = self._siblings.owner_of(token)
            if owner is not None:
                return await relay(exchange, owner, self._settings.body_limit)
        if method not in ("POST", "GET", "HEAD"):
            return await self._answer_other(exchange, method)
        headers = exchange.headers
        if method != "POST" and self._is_visit(exchange):
            await exchange.reply.send(302, list(TO_GRAPHIQL), b"")
            return 302
        exchange.acceptance = acceptance = negotiate(headers.get("accept"))
        if acceptance.single is not None:
            exchange.reply.media_type = acceptance.single
        if "authorization" in headers:
            exchange.identity = await self._context.identify(headers["authorization"])
        if method != "POST":
            return await self._answer_get(exchange, method)
        if is_form(headers.get("content-type")) and self._settings.upload_files:
            return await self._run_upload(exchange)
        body = await read_body(exchange.receive, headers, self._settings.body_limit)
        parameters = read_single(body, headers.get("content-type"))
        if parameters is not None:
            return await self._run(exchange, parameters)
        payload = read_json(body, headers.get("content-type"))
        if isinstance(payload, list):
            return await self._run_batch(exchange, payload)
        return await self._run(exchange, read_parameters(payload))

    async def _answer_get(self, exchange: Exchange, method: str) -> int:
        """Run a URL's query, or open an event stream. HEAD is a GET without the body, so it opens none."""
        query_string = exchange.scope["query_string"]
        token = token_of(exchange.headers, query_string)
        exchange.reply.cacheable = True
        if method == "HEAD":
            exchange.acceptance = Acceptance(exchange.acceptance.single or PLAIN_JSON)
        elif token is not None and parameter(query_string, "query") is None:
            return await self._single_connection.open(exchange, token)
        if self._settings.csrf_protection:
            check_preflighted(exchange.headers, self._settings)
        return await self._run(exchange, read_query_string(query_string))

    def _is_visit(self, exchange: Exchange) -> bool:
        """Whether somebody opens the endpoint in a browser: the page for that is GraphiQL."""
        accept = exchange.headers.get("accept", "")
        is_asked = parameter(exchange.scope["query_string"], "query") is not None
        return self._has_page and not is_asked and prefers_page(accept)

    async def _run_upload(self, exchange: Exchange) -> int:
        """Run a request with files. Any page may send a form, so it must carry a header no page may."""
        check_preflighted(exchange.headers, self._settings)
        body = await read_body(exchange.receive, exchange.headers, self._settings.upload_limit)
        content_type = exchange.headers["content-type"]
        return await self._run(exchange, await read_upload(body, content_type, self._settings.upload_files))

    async def _answer_other(self, exchange: Exchange, method: str) -> int:
        if method == "OPTIONS":
            await exchange.reply.empty(204, [METHODS])
            return 204
        if method in ("PUT", "DELETE"):
            await self._context.identify(exchange.headers.get("authorization"))
            connection = self._single_connection
            return await (connection.reserve(exchange) if method == "PUT" else connection.stop(exchange))
        raise RequestError("METHOD_NOT_ALLOWED", f"{method} is not a method of this endpoint.", (METHODS,))

    async def _run(self, exchange: Exchange, parameters: Parameters) -> int:
        """Execute one request on the engine of the moment, which it keeps to its end."""
        exchange.operation = parameters.operation_name
        token = token_of_operation(exchange, parameters)
        if token is not None:
            return await self._single_connection.execute(exchange, token, self._request(exchange, parameters))
        with self._context.engines.lease() as engine:
            result = await engine.execute(self._request(exchange, parameters))
            if isinstance(result, StreamResult):
                events = rightful(result.events, exchange.identity, self._context)
                return await self._stream(exchange, StreamResult(events, result.incremental))
            if result.rejected or result.codes:
                exchange.fail(*result.codes)
            if exchange.acceptance.single is not None or result.status == 405:
                return await exchange.reply.single(result)
            parts = exchange.acceptance.parts
            only = StreamResult(once(result.body), None if parts is None else parts.spec)
            return await self._stream(exchange, only)

    def _request(self, exchange: Exchange, parameters: Parameters) -> GraphQLRequest:
        return GraphQLRequest(
            parameters.query,
            parameters.operation_name,
            parameters.variables,
            parameters.extensions,
            exchange.headers,
            exchange.identity,
            allowed_kinds(exchange.scope["method"], exchange.acceptance),
            exchange.request_id,
            None if exchange.acceptance.parts is None else exchange.acceptance.parts.spec,
            parameters.uploads,
            peer_of(exchange.scope),
        )

    async def _stream(self, exchange: Exchange, result: StreamResult) -> int:
        form = _form(exchange.acceptance, result)
        if form is None:
            await close_events(result.events)
            raise RequestError("NOT_ACCEPTABLE", "A subscription needs a client that accepts a stream.")
        exchange.transport = form.transport
        stream = ResponseStream(self._context, form, exchange.receive, exchange.reply)
        await stream.run(result.events)
        if stream.refusal is not None:
            exchange.fail(stream.refusal.code)
        return 200

    async def _run_batch(self, exchange: Exchange, payloads: list[Any]) -> int:
        """Run all at once, answer in order. A member that is no request fails the whole batch."""
        check_batch(payloads, self._settings.batch_limit)
        if exchange.acceptance.single is None:
            raise RequestError("NOT_ACCEPTABLE", "A batch is answered as JSON.")
        exchange.acceptance = Acceptance(exchange.acceptance.single)
        requests = [self._request(exchange, read_parameters(payload)) for payload in payloads]
        with self._context.engines.lease() as engine:
            results = await asyncio.gather(*(run_member(engine, request) for request in requests))
        failed = [result for result in results if result.rejected or result.codes]
        if failed:
            exchange.fail(*dict.fromkeys(code for result in failed for code in result.codes))
        await exchange.reply.json(200, b"[" + b",".join(result.body for result in results) + b"]", [])
        return 200


def token_of_operation(exchange: Exchange, parameters: Parameters) -> str | None:
    """The event stream an operation is for. In a URL, ``token`` may be anything but for the id beside."""
    if exchange.scope["method"] == "HEAD":
        return None
    if TOKEN_HEADER in exchange.headers:
        return exchange.headers[TOKEN_HEADER]
    of_stream = "operationId" in (parameters.extensions or ())
    return parameter(exchange.scope["query_string"], "token") if of_stream else None


def _form(acceptance: Acceptance, result: StreamResult) -> StreamFormat | None:
    """Choose the format of a stream; None if the client reads none that fits."""
    if result.incremental is not None and acceptance.parts is not None:
        return format_of_parts(acceptance.parts.media, result.incremental)
    return None if acceptance.stream is None else format_of(acceptance.stream)


def check_batch(payloads: list[Any], limit: int) -> None:
    """Refuse batches that are off, empty or too large."""
    if limit == 0:
        raise RequestError("BATCHING_DISABLED", "Batched requests are not accepted here.")
    if len(payloads) > limit:
        raise RequestError("BATCH_TOO_LARGE", f"A batch holds at most {limit} requests.")
    if not payloads:
        raise RequestError("INVALID_REQUEST", "The batch is empty.")


async def run_member(engine: GraphQLEngine, request: GraphQLRequest) -> SingleResult:
    """Execute one request of a batch."""
    result = await engine.execute(request)
    if isinstance(result, SingleResult):
        return result
    await close_events(result.events)
    refusal = RequestError("NOT_ACCEPTABLE", "A batch cannot hold a subscription.")
    return SingleResult(refusal.body(), rejected=True, codes=(refusal.code,))
