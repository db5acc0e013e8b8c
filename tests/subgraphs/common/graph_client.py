"""Talks GraphQL to a subgraph's real ASGI app, in process; its lifespan runs around the test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.applications import Starlette


@dataclass(frozen=True)
class Reply:
    """A response: its data, its errors, and the SQL statements that it took."""

    data: Any
    errors: list[dict[str, Any]]
    statements: dict[tuple[int, str], int]

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.errors]

    @property
    def most(self) -> dict[str, int]:
        """Each statement's greatest number on any one shard."""
        most: dict[str, int] = {}
        for (_, name), count in self.statements.items():
            most[name] = max(count, most.get(name, 0))
        return most


@dataclass(frozen=True)
class GraphClient:
    app: Starlette
    http: httpx.AsyncClient

    async def send(
        self,
        query: str,
        /,
        token: str | None = None,
        *,
        told: Mapping[str, str] | None = None,
        **variables: Any,
    ) -> Reply:
        """`told`: headers beside the token."""
        headers = {"x-waybill-trace": "1", **(told or {})}
        if token:
            headers["authorization"] = f"Bearer {token}"
        response = await self.http.post(
            "/graphql", json={"query": query, "variables": variables}, headers=headers
        )
        body = response.json()
        counted = body.get("extensions", {}).get("statements", [])
        return Reply(
            body["data"],
            body.get("errors", []),
            {(item["shard"], item["statement"]): item["count"] for item in counted},
        )

    async def entities(
        self, selection: str, representations: list[dict[str, Any]], token: str | None = None
    ) -> Reply:
        field = f"_entities(representations: $representations) {{ {selection} }}"
        query = f"query($representations: [_Any!]!) {{ {field} }}"
        return await self.send(query, token, representations=representations)


@asynccontextmanager
async def serve(app: Starlette) -> AsyncIterator[GraphClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://subgraph") as client,
    ):
        yield GraphClient(app, client)
