"""A headless Chromium that may reach nothing but this machine, and a router with GraphiQL."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, Request, async_playwright

from router.server.app import create_app
from router.server.context import ServerContext
from router.server.engines import Engines
from router.settings import ServerSettings
from tests.router.server.running import running_app
from tests.router.server.schema_engine import SchemaEngine

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
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
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (apt-get install chromium): GraphiQL is not tested")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def graphiql(tmp_path: Path) -> AsyncIterator[str]:
    """The address of a router with GraphiQL over a small schema."""
    config = tmp_path / "graphiql.json"
    config.write_text(json.dumps(CONFIG))
    settings = ServerSettings(graphiql_config=config)
    app = create_app(ServerContext(settings, Engines(SchemaEngine())))
    async with running_app(app, ws="websockets-sansio") as port:
        yield f"http://127.0.0.1:{port}/"


class Visit:
    """A page, and what it did: addresses it asked for, problems it had."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.hosts: set[str | None] = set()
        self.problems: list[str] = []
        page.on("request", self._note)
        page.on("websocket", lambda socket: self.hosts.add(urlsplit(socket.url).hostname))
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on(
            "console",
            lambda message: self.problems.append(message.text) if message.type == "error" else None,
        )

    def _note(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob"):
            self.hosts.add(address.hostname)


@pytest.fixture
async def visit(browser: Browser, graphiql: str) -> AsyncIterator[Visit]:
    """GraphiQL, opened; at the end nothing has left this machine and nothing went wrong."""
    context = await browser.new_context(viewport={"width": 1400, "height": 850})
    visit = Visit(await context.new_page())
    await visit.page.goto(graphiql)
    await visit.page.wait_for_selector(".graphiql-execute-button")
    yield visit
    await context.close()
    assert visit.hosts == {"127.0.0.1"}
    assert visit.problems == []
