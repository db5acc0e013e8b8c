"""A page of a headless Chromium that may reach nothing but this machine, and what the page did."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Locator, Page, Request, async_playwright, expect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


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

    async def open_tab(self, name: str) -> None:
        """Choose one of GraphiQL's tabs."""
        await self.page.get_by_role("tab", name=name).get_by_role("button", name=name, exact=True).click()

    async def run(self) -> None:
        """Run the open tab's operation."""
        await self.page.locator(".graphiql-execute-button").click()

    async def expect_response(self, text: str, timeout: float = 15_000) -> None:
        """Wait until the result pane shows this text."""
        await expect(self.page.locator(".result-window")).to_contain_text(text, timeout=timeout)

    def login(self, who: str) -> Locator:
        """A login of the sign-in pane."""
        title = self.page.locator(".waybill-login-title").get_by_text(who, exact=True)
        return self.page.locator(".waybill-login").filter(has=title)

    async def sign_in(self, who: str) -> None:
        """Click a login of the sign-in pane."""
        login = self.login(who)
        await login.click()
        await expect(login).to_contain_text("signed in")


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser; skips where there is none."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (apt-get install chromium): GraphiQL is not tested")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@asynccontextmanager
async def visiting(browser: Browser, url: str, width: int = 1400, height: int = 850) -> AsyncIterator[Visit]:
    """GraphiQL, opened; at the end nothing has left this machine and nothing went wrong."""
    context = await browser.new_context(viewport={"width": width, "height": height})
    visit = Visit(await context.new_page())
    await visit.page.goto(url)
    await visit.page.wait_for_selector("main:not([inert])")
    yield visit
    await context.close()
    assert visit.hosts == {"127.0.0.1"}
    assert visit.problems == []
