"""graphql-sse's single connection mode through nginx: requests find the router that has their stream."""

from __future__ import annotations

import asyncio

import httpx

from .platform import ROUTERS, Deployed

TOKEN = "x-graphql-event-stream-token"
QUERY = "{ vendors(first: 1) { edges { node { name } } } }"


async def test_operations_reach_the_router_that_has_their_stream(deployed: Deployed) -> None:
    async with httpx.AsyncClient(base_url=deployed.url, timeout=60) as http:
        reserved = await asyncio.gather(*(http.put("/graphql") for _ in range(6)))
        tokens = [response.text for response in reserved]
        assert {token.partition(".")[0] for token in tokens} == set(ROUTERS)
        await asyncio.gather(*(use(http, token) for token in tokens))


async def use(http: httpx.AsyncClient, token: str) -> None:
    """Open a stream, by the URL as browsers do; run an operation on it; stop another."""
    parameters = {"token": token}
    async with http.stream(
        "GET", "/graphql", params=parameters, headers={"accept": "text/event-stream"}
    ) as stream:
        assert stream.status_code == 200
        for operation in ("a", "b"):
            asked = {"query": QUERY, "extensions": {"operationId": operation}}
            accepted = await http.post("/graphql", json=asked, headers={TOKEN: token})
            assert accepted.status_code == 202, accepted.text
        ended = 0
        lines = stream.aiter_lines()  # kept: when an iterator goes, its stream is closed
        async for line in lines:
            ended += line == "event: complete"
            if ended == 2:
                break
        # Any other router would not know the token.
        stopped = await http.delete("/graphql", params={"operationId": "a"}, headers={TOKEN: token})
        assert stopped.status_code == 200
