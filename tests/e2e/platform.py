"""A handle on the running platform: its address, its state, and clients signed in as the demo's people."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from gql import Client, GraphQLRequest
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport

from stack.demo.logins import LOGINS

STATEMENTS = re.compile(
    r'waybill_sql_statements_total\{shard="(?P<shard>\d+)",statement="(?P<statement>\w+)"\} (?P<count>\S+)'
)
LOGIN = """
mutation Login($phone: String!, $password: String!) {
  login(phone: $phone, password: $password) {
    accessToken refreshToken user { id role } errors { code message }
  }
}
"""


@dataclass(frozen=True)
class Platform:
    """A running `waybill up`."""

    url: str
    home: Path
    up: subprocess.Popen[bytes]

    @property
    def state(self) -> dict[str, Any]:
        """What the running platform says about its processes."""
        loaded: dict[str, Any] = json.loads((self.home / "state.json").read_text())
        return loaded

    async def ask(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Send one operation by plain HTTP; the whole response, errors included."""
        sent = {**_authorization(token), **(headers or {})}
        async with httpx.AsyncClient(timeout=30) as http:
            response = await http.post(
                f"{self.url}/graphql", json={"query": query, "variables": variables}, headers=sent
            )
        answer: dict[str, Any] = response.json()
        return answer

    async def data(
        self, query: str, variables: Mapping[str, Any] | None = None, *, token: str | None = None
    ) -> Any:
        """Send one operation with the gql client, which raises on errors; its data."""
        transport = HTTPXAsyncTransport(f"{self.url}/graphql", headers=_authorization(token), timeout=30)
        async with Client(transport=transport) as session:
            return await session.execute(GraphQLRequest(query, variable_values=dict(variables or {})))

    async def statements(self) -> Counter[tuple[str, str, str]]:
        """SQL statements run since the start: (subgraph, shard, statement) → count."""
        counts: Counter[tuple[str, str, str]] = Counter()
        async with httpx.AsyncClient(timeout=10) as http:
            for name in ("users", "catalog", "orders", "riders"):
                address = self.state["processes"][name]["address"]
                text = (await http.get(f"http://{address}/metrics")).text
                for line in text.splitlines():
                    if found := STATEMENTS.match(line):
                        counts[name, found["shard"], found["statement"]] = int(float(found["count"]))
        return counts

    async def token(self, who: str) -> str:
        """Sign in as one of the demo's people: customer, vendor, rider, admin."""
        login = LOGINS[who]
        return await self.log_in(login.phone, login.password)

    async def log_in(self, phone: str, password: str) -> str:
        """Sign in; the access token."""
        data = await self.data(LOGIN, {"phone": phone, "password": password})
        assert data["login"]["errors"] == []
        token: str = data["login"]["accessToken"]
        return token

    @asynccontextmanager
    async def subscribe(
        self, query: str, variables: Mapping[str, Any], *, token: str | None = None
    ) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        """Subscribe with the gql client over graphql-transport-ws."""
        transport = WebsocketsTransport(
            f"{self.url.replace('http', 'ws', 1)}/graphql",
            init_payload=_authorization(token),
            subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        )
        async with Client(transport=transport) as session:
            events = session.subscribe(GraphQLRequest(query, variable_values=dict(variables)))
            try:
                yield events
            finally:
                await events.aclose()


def _authorization(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}
