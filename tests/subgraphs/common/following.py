"""Follows a subscription over a WebSocket, with the gql client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from gql import Client, gql
from gql.transport.websockets import WebsocketsTransport


@asynccontextmanager
async def following(url: str, query: str, id: object, token: str | None) -> AsyncIterator[AsyncIterator[Any]]:
    """Events of a subscription with one field, about one id, by somebody or nobody."""
    transport = WebsocketsTransport(
        url,
        init_payload={"Authorization": f"Bearer {token}"} if token else {},
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
    )
    async with asyncio.timeout(30), Client(transport=transport) as session:
        request = gql(query)
        request.variable_values = {"id": str(id)}
        events = session.subscribe(request)
        try:
            yield (next(iter(event.values())) async for event in events)
        finally:
            await events.aclose()
