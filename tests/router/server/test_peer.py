"""Whatever the transport, the engine hears who is at the other end of the connection."""

from __future__ import annotations

from tests.router.server.conftest import Serve
from tests.router.server.raw_http import post, wire
from tests.router.server.schema_engine import SchemaEngine
from tests.router.server.socket_client import hear, opened, subscribe

SAVE = b'{"query": "mutation { save }"}'


async def test_over_http_straight_from_the_connection_and_through_asgi(
    serve: Serve, engine: SchemaEngine
) -> None:
    for direct in (True, False):
        async with serve(direct_posts=direct) as server, wire(server.port) as client:
            await client.send(post(SAVE))
            await client.answer()
    assert [request.peer for request in engine.requests] == ["127.0.0.1"] * 2


async def test_over_websocket(serve: Serve, engine: SchemaEngine) -> None:
    async with serve() as server, opened(server) as client:
        await subscribe(client, "1", "mutation { save }")
        await hear(client)
    assert [request.peer for request in engine.requests] == ["127.0.0.1"]
