"""A GraphQLEngine over one executable schema: the server's protocols, without planning and subgraphs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
from graphql import (
    ExecutionResult,
    GraphQLArgument,
    GraphQLError,
    GraphQLField,
    GraphQLInt,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    execute,
    get_operation_ast,
    parse,
    subscribe,
    validate,
)

from router.execution.transport import Eventual
from router.traffic.messages import GraphQLRequest, GraphQLResult, SingleResult, StreamResult


def _tell(answer: Eventual[SingleResult], done: asyncio.Future[GraphQLResult]) -> None:
    if done.cancelled() or answer.done():
        return
    error = done.exception()
    if error is not None:
        answer.set_exception(error)
        return
    result = done.result()
    assert isinstance(result, SingleResult)
    answer.set_result(result)


class SchemaEngine:
    """Executes on ``schema``; ``requests`` keeps what came in, ``open_streams`` counts open sources.

    ``flooded``: characters that the subscription ``flood`` has given.
    """

    def __init__(self) -> None:
        self.requests: list[GraphQLRequest] = []
        self.open_streams = 0
        self.stream_closed = asyncio.Event()
        self.closed = False
        self.flooded = 0
        self.left = False
        """Whether somebody went before the answer came."""
        self.gate = asyncio.Event()
        self.entered = asyncio.Event()
        self.schema = self._make_schema()

    async def execute(self, request: GraphQLRequest) -> GraphQLResult:
        self.requests.append(request)
        if request.query is None:
            return rejected("PersistedQueryNotFound")
        try:
            document = parse(request.query)
        except GraphQLError as error:
            return rejected(error.message)
        errors = validate(self.schema, document)
        operation = get_operation_ast(document, request.operation_name)
        if errors or operation is None:
            return rejected(errors[0].message if errors else "Unknown operation.")
        kind: Any = operation.operation.value
        if kind not in request.allow:
            return rejected(f"A {kind} cannot be run this way.", 406 if kind == "subscription" else 405)
        options: dict[str, Any] = {
            "variable_values": dict(request.variables or {}),
            "operation_name": request.operation_name,
            "context_value": request,
        }
        if kind == "subscription":
            source = await subscribe(self.schema, document, **options)
            if isinstance(source, ExecutionResult):
                return SingleResult(encode(source), rejected=True, status=400)
            return StreamResult(self._encoded(source))
        result = execute(self.schema, document, **options)
        if not isinstance(result, ExecutionResult):
            result = await result
        if result.data is None and result.errors and not result.errors[0].path:
            return SingleResult(encode(result), rejected=True, status=400)
        return SingleResult(encode(result))

    def start(self, request: GraphQLRequest) -> Eventual[SingleResult] | None:
        """Like the router's: at once, where the answer is no stream."""
        if "subscription" in (request.query or ""):
            return None
        answer: Eventual[SingleResult] = Eventual()
        running = asyncio.ensure_future(self.execute(request))
        running.add_done_callback(lambda done: _tell(answer, done))
        answer.add_done_callback(lambda _: self._end(answer, running))
        return answer

    def _end(self, answer: Eventual[SingleResult], running: asyncio.Future[GraphQLResult]) -> None:
        self.left = self.left or answer.cancelled()
        running.cancel()

    async def aclose(self) -> None:
        self.closed = True

    async def _encoded(self, source: Any) -> AsyncIterator[bytes]:
        self.open_streams += 1
        try:
            async for result in source:
                yield encode(result)
        finally:
            self.open_streams -= 1
            self.stream_closed.set()

    def _make_schema(self) -> GraphQLSchema:
        async def wait(_root: Any, _info: Any) -> str:
            self.entered.set()
            await self.gate.wait()
            return "through"

        async def count(_root: Any, _info: Any, to: int) -> AsyncIterator[int]:
            for number in range(1, to + 1):
                yield number

        async def forever(_root: Any, _info: Any) -> AsyncIterator[int]:
            yield 1
            await asyncio.Event().wait()

        async def silent(_root: Any, _info: Any) -> AsyncIterator[int]:
            await asyncio.Event().wait()
            yield 1

        async def flood(_root: Any, _info: Any, to: int) -> AsyncIterator[str]:
            while True:
                self.flooded += to
                yield "x" * to
                await asyncio.sleep(0)

        async def broken(_root: Any, _info: Any) -> AsyncIterator[int]:
            yield 1
            raise RuntimeError("secret")

        async def live_header(_root: Any, info: Any, name: str) -> AsyncIterator[str | None]:
            yield info.context.headers.get(name)

        def fail(_root: Any, _info: Any) -> str:
            raise GraphQLError("No.")

        def deny(*_: Any, **__: Any) -> None:
            raise GraphQLError("Too old.", extensions={"code": "UNAUTHENTICATED"})

        def same(value: Any, *_: Any, **__: Any) -> Any:
            return value

        number = {"to": GraphQLArgument(GraphQLNonNull(GraphQLInt))}
        string, integer = GraphQLString, GraphQLInt
        query = {
            "hello": GraphQLField(
                GraphQLNonNull(string),
                {"name": GraphQLArgument(string)},
                lambda _r, _i, name="world": f"hello {name}",
            ),
            "who": GraphQLField(string, resolve=lambda _r, info: subject(info.context)),
            "header": GraphQLField(
                string,
                {"name": GraphQLArgument(GraphQLNonNull(string))},
                lambda _r, info, name: info.context.headers.get(name),
            ),
            "long": GraphQLField(string, number, lambda _r, _i, to: "x" * to),
            "fail": GraphQLField(GraphQLNonNull(string), resolve=fail),
            "maybe": GraphQLField(string, resolve=fail),
            "wait": GraphQLField(string, resolve=wait),
        }
        subscription = {
            "count": GraphQLField(integer, number, subscribe=count, resolve=same),
            "liveHeader": GraphQLField(
                string,
                {"name": GraphQLArgument(GraphQLNonNull(string))},
                subscribe=live_header,
                resolve=same,
            ),
            "forever": GraphQLField(integer, subscribe=forever, resolve=same),
            "silent": GraphQLField(integer, subscribe=silent, resolve=same),
            "denied": GraphQLField(integer, number, subscribe=count, resolve=deny),
            "flood": GraphQLField(string, number, subscribe=flood, resolve=same),
            "broken": GraphQLField(integer, subscribe=broken, resolve=same),
        }
        mutation = {"save": GraphQLField(string, resolve=lambda *_: "saved")}
        return GraphQLSchema(
            GraphQLObjectType("Query", query),
            GraphQLObjectType("Mutation", mutation),
            GraphQLObjectType("Subscription", subscription),
        )


def subject(request: GraphQLRequest) -> str | None:
    return None if request.identity is None else str(request.identity.claims.get("sub"))


def rejected(message: str, status: int = 400) -> SingleResult:
    return SingleResult(orjson.dumps({"errors": [{"message": message}]}), rejected=True, status=status)


def encode(result: ExecutionResult) -> bytes:
    return orjson.dumps(result.formatted)
