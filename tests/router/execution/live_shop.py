"""A shop whose items are sold live: by a subgraph with WebSockets, or by one that streams over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from router.traffic.settings import EngineSettings, ExecutionMode
from tests.router.execution.gateway import Gateway, gateway
from tests.router.execution.subgraph_server import TestSubgraph, serve_app

LIVE = """
  type Query { live: Int }
  type Subscription { sold(min: Int): Item big: Big }
  scalar Big
  type Item @key(fields: "id") { id: ID! price: Int }
"""
SHOP = """
  type Query { shop: Int }
  type Item @key(fields: "id") { id: ID! name: String! }
"""
QUERY = "subscription($m: Int) { item: sold(min: $m) { price title: name } }"


def sold(key: str, price: int | None = 5) -> dict[str, Any]:
    return {"item": item(key, price)}


def item(key: str, price: int | None = 5) -> dict[str, Any]:
    return {"__typename": "Item", "id": key, "price": price}


def shop() -> TestSubgraph:
    def named(sent: dict[str, Any]) -> dict[str, Any]:
        if sent["id"] == "0":
            raise GraphQLError("not sold any more")
        return {"name": f"item {sent['id']}"}

    return TestSubgraph(SHOP, {}, {"Item": named})


async def routed(stack: AsyncExitStack, url: str, mode: ExecutionMode = "auto") -> Gateway:
    """A router over the shop, and a live subgraph elsewhere."""
    subgraphs = {"live": TestSubgraph(LIVE, {}, {"Item": dict}), "shop": shop()}
    return await stack.enter_async_context(gateway(subgraphs, EngineSettings(execution=mode), {"live": url}))


@dataclass
class HttpLive:
    """A subgraph that has no WebSocket: it answers a POST with chunks."""

    content_type: str
    chunks: list[bytes]
    waits: bool = False
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: Request) -> Response:
        await request.body()
        return StreamingResponse(self._stream(), self.status, self.headers, self.content_type)

    async def _stream(self) -> AsyncIterator[bytes]:
        try:
            for chunk in self.chunks:
                yield chunk
            if self.waits:
                await asyncio.Event().wait()
        finally:
            self.released.set()

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/graphql", self.answer, methods=["POST"])])


async def all_over_http(live: HttpLive) -> list[dict[str, Any]]:
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(serve_app(live.app()))
        router = await routed(stack, f"{url}/graphql")
        return [response async for response in router.events(QUERY)]


def cut(text: str, size: int) -> list[bytes]:
    """The text in pieces, so that nothing stands whole in one."""
    raw = text.encode()
    return [raw[start : start + size] for start in range(0, len(raw), size)]


ONE, TWO = json.dumps({"data": {"item": item("1")}}), json.dumps({"data": {"item": item("2")}})
SSE = f":\n\nevent: next\ndata: {ONE}\n\n:\n\nevent: next\r\ndata: {TWO}\r\n\r\nevent: complete\ndata:\n\n"
MULTIPART = (
    "\r\n--x\r\ncontent-type: application/json\r\n\r\n{}"
    f'\r\n--x\r\ncontent-type: application/json\r\n\r\n{{"payload": {ONE}}}'
    f'\r\n--x\r\ncontent-type: application/json\r\n\r\n{{"payload": {TWO}}}\r\n--x--\r\n'
)
BOTH = [{"data": {"item": {"price": 5, "title": f"item {number}"}}} for number in (1, 2)]
