"""A headless Chromium, and a router with GraphiQL over a small schema."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from router.server.app import create_app
from router.server.exchange.context import ServerContext
from router.settings import ServerSettings
from router.supply.engines import Engines
from tests.browser.visit import Visit, chromium, visiting
from tests.router.server.running import running_app
from tests.router.server.schema_engine import SchemaEngine

CONFIG = {
    "tabs": [
        {"title": "Greeting", "query": "query Greeting($name: String) {\n  hello(name: $name)\n}\n",
         "variables": {"name": "Amira"}, "login": "Customer"},
        {"title": "Counting", "query": "subscription Counting {\n  count(to: 3)\n}\n"},
        {"title": "Token", "query": 'query Token {\n  header(name: "authorization")\n}\n'},
        {
            "title": "Live token",
            "query": 'subscription LiveToken {\n  liveHeader(name: "authorization")\n}\n',
        },
    ],
    "logins": [
        {"title": "Customer", "description": "Amira", "query": "mutation { save }", "tokenPath": "data.save"},
        {"title": "Stranger", "query": "mutation { save }", "tokenPath": "data.nothing"},
    ],
}  # fmt: skip


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests."""
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def graphiql(tmp_path: Path) -> AsyncIterator[str]:
    """The address of a router with GraphiQL over a small schema."""
    config = tmp_path / "graphiql.json"
    config.write_text(json.dumps(CONFIG))
    settings = ServerSettings(graphiql_config=config)
    app = create_app(ServerContext(settings, Engines(SchemaEngine())))
    async with running_app(app, ws="websockets-sansio") as port:
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture
async def visit(browser: Browser, graphiql: str) -> AsyncIterator[Visit]:
    """GraphiQL, opened."""
    async with visiting(browser, graphiql) as visit:
        yield visit
