"""Asking the router or a subgraph as somebody."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from subgraphs.common.json_calls import JsonCalls
from subgraphs.common.tenants import TENANT_HEADER

EVENTS = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks: a token, or none; and the marketplace that is named, which a token's own outdoes."""

    name: str
    tenant: str
    token: str | None = None
    refresh: str | None = None
    phone: str | None = None
    id: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        named = {TENANT_HEADER: self.tenant} if self.tenant else {}
        return {**named, "authorization": f"Bearer {self.token}"} if self.token else named


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the data, the errors, and all of it as text."""

    data: Any
    errors: list[dict[str, Any]]
    text: str

    @classmethod
    def of(cls, body: bytes) -> Answer:
        answer = orjson.loads(body)
        return cls(answer.get("data"), answer.get("errors") or [], body.decode())

    @property
    def codes(self) -> set[str]:
        return {error.get("extensions", {}).get("code", "") for error in self.errors}


@dataclass(frozen=True, slots=True)
class Operation:
    """What is asked."""

    query: str
    variables: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All that it says."""
        return f"{self.query} {orjson.dumps(dict(self.variables)).decode()}"


NOTHING = Answer(None, [], "")


@dataclass(frozen=True, slots=True)
class Graph:
    """A GraphQL endpoint."""

    url: str
    calls: JsonCalls = field(repr=False)

    async def ask(self, operation: Operation, person: Person) -> Answer:
        """One operation by POST."""
        body = {"query": operation.query, "variables": operation.variables}
        return Answer.of((await self.calls.post(self.url, body, person.headers, seconds=60)).body)

    async def first(self, operation: Operation, person: Person, seconds: float) -> Answer:
        """The first value of a subscription; nothing if it ends, or none comes in so many seconds."""
        headers = {**person.headers, "accept": EVENTS}
        body = {"query": operation.query, "variables": operation.variables}
        try:
            async with (
                asyncio.timeout(seconds),
                httpx.AsyncClient() as http,
                http.stream("POST", self.url, json=body, headers=headers) as response,
            ):
                async for line in response.aiter_lines():
                    if line.startswith("data: {"):
                        return Answer.of(line.removeprefix("data: ").encode())
        except TimeoutError:
            pass
        return NOTHING

    async def must(self, query: str, person: Person, **variables: Any) -> Any:
        """The one root field's value, without errors of either kind."""
        answer = await self.ask(Operation(query, variables), person)
        assert not answer.errors, (person.name, query, answer.text)
        (value,) = answer.data.values()
        assert not (isinstance(value, dict) and value.get("errors")), (person.name, query, answer.text)
        return value
