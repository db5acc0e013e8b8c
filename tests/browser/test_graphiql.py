"""GraphiQL in a real browser: tabs, a query, a subscription, signing in, all offline."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.async_api import expect

from router.server.graphiql import DIST
from tests.browser.visit import Visit

pytestmark = pytest.mark.browser


async def test_the_configured_tabs_are_open_and_a_query_runs_with_its_variables(visit: Visit) -> None:
    names = [await tab.inner_text() for tab in await visit.page.get_by_role("tab").all()]
    assert names == ["Greeting", "Counting", "Token", "LiveToken"]
    await expect(visit.page.locator(".graphiql-query-editor")).to_contain_text("# Greeting")
    await visit.run()
    await visit.expect_response('"hello": "hello Amira"')


async def test_a_subscription_runs_over_a_websocket(visit: Visit) -> None:
    await visit.open_tab("Counting")
    async with visit.page.expect_websocket() as opening:
        await visit.run()
    assert (await opening.value).url.startswith("ws://127.0.0.1:")
    await visit.expect_response('"count": 3')


async def test_a_click_on_a_login_puts_the_token_into_the_tabs_headers(visit: Visit) -> None:
    page = visit.page
    await visit.open_tab("Token")
    login = page.get_by_role("button", name="Customer")
    await login.click()
    await expect(login).to_contain_text("signed in")
    await visit.run()
    await visit.expect_response('"header": "Bearer saved"')
    await page.get_by_role("button", name="Sign out of this tab").click()
    await visit.run()
    await visit.expect_response('"header": null')


async def test_the_tabs_headers_go_over_the_websocket_too(visit: Visit) -> None:
    await visit.open_tab("LiveToken")
    await visit.page.get_by_role("button", name="Customer").click()
    await expect(visit.page.get_by_role("button", name="Customer")).to_contain_text("signed in")
    await visit.run()
    await visit.expect_response('"liveHeader": "Bearer saved"')


async def test_a_login_that_fails_says_why(visit: Visit) -> None:
    await visit.page.get_by_role("button", name="Stranger").click()
    alert = visit.page.locator(".waybill-sign-in").get_by_role("alert")
    await expect(alert).to_have_text("Stranger: The response has no token.")


async def test_the_sign_in_pane_is_open_at_first_and_names_the_tabs_login(visit: Visit) -> None:
    await expect(visit.page.get_by_role("heading", name="Sign in")).to_be_visible()
    await expect(visit.page.get_by_role("button", name="Customer")).to_contain_text("for this tab")
    await visit.open_tab("Counting")
    await expect(visit.page.get_by_role("button", name="Customer")).not_to_contain_text("for this tab")


async def test_the_schema_can_be_read_and_completes(visit: Visit) -> None:
    page = visit.page
    await page.get_by_role("button", name="Show Documentation Explorer").click()
    await page.get_by_role("link", name="Subscription").click()
    await expect(page.locator(".graphiql-doc-explorer")).to_contain_text("forever")
    await page.locator(".graphiql-query-editor .view-line").last.click()
    await page.keyboard.press("Control+End")
    await page.keyboard.type("query More { hel")
    await expect(page.locator(".suggest-widget")).to_contain_text("hello")


async def test_assets_are_kept_for_ever_and_the_page_is_asked_for_anew(graphiql: str) -> None:
    async with httpx.AsyncClient(base_url=graphiql) as client:
        page = await client.get("/")
        assert page.headers["cache-control"] == "no-cache"
        assert "default-src 'self'" in page.headers["content-security-policy"]
        script = re.search(r'src="\./(graphiql/[^"]+\.js)"', page.text)
        assert script is not None
        asset = await client.get(script[1])
        assert "immutable" in asset.headers["cache-control"]
        assert asset.headers["content-encoding"] == "gzip"
        etag = page.headers["etag"]
        assert (await client.get("/", headers={"if-none-match": etag})).status_code == 304
        assert (await client.get("/graphiql/../../package.json")).status_code == 404


def test_what_is_built_names_no_other_host_to_fetch_from() -> None:
    pages = "".join(file.read_text() for file in DIST.rglob("*.html"))
    assert re.findall(r'(?:src|href)="(?!\./)[^"]*"', pages) == []
    styles = "".join(file.read_text() for file in DIST.rglob("*.css"))
    assert re.findall(r"url\((?![\"']?(?:data:|\./))[^)]*\)", styles) == []
