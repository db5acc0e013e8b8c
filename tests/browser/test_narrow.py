"""GraphiQL on a telephone: tabs, editor and response are seen without a pane in the way."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, FloatRect, expect

from .visit import Visit, visiting

pytestmark = pytest.mark.browser
WIDTH, HEIGHT = 420, 800


@pytest.fixture
async def narrow(browser: Browser, graphiql: str) -> AsyncIterator[Visit]:
    async with visiting(browser, graphiql, WIDTH, HEIGHT) as visit:
        yield visit


async def box(visit: Visit, selector: str) -> FloatRect:
    found = await visit.page.locator(selector).bounding_box()
    assert found is not None, f"{selector} is not shown"
    return found


def inside(rect: FloatRect) -> bool:
    """Whether it is on the screen as a whole, and more than a line of it."""
    right, bottom = rect["x"] + rect["width"], rect["y"] + rect["height"]
    return rect["x"] >= 0 and rect["y"] >= 0 and right <= WIDTH and bottom <= HEIGHT and rect["height"] > 25


async def test_editor_and_response_stand_one_above_the_other(narrow: Visit) -> None:
    tabs, editor = await box(narrow, ".graphiql-tabs"), await box(narrow, ".graphiql-query-editor")
    response = await box(narrow, ".graphiql-response")

    assert all(map(inside, (tabs, editor, response)))
    assert tabs["width"] > WIDTH / 2
    assert tabs["y"] < editor["y"] < response["y"]
    assert await narrow.page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    await expect(narrow.page.locator(".waybill-sign-in")).to_have_count(0)


async def test_a_query_is_run_and_another_tab_is_opened(narrow: Visit) -> None:
    await narrow.run()
    await narrow.expect_response("hello Amira")
    await narrow.open_tab("LiveToken")
    await expect(narrow.page.locator(".graphiql-query-editor")).to_contain_text("subscription")


async def test_signing_in_covers_the_editors_until_it_is_closed(narrow: Visit) -> None:
    await narrow.page.get_by_role("button", name="Show Sign in").click()
    await narrow.sign_in("Customer")
    assert inside(await box(narrow, ".waybill-sign-in"))
    await narrow.page.get_by_role("button", name="Hide Sign in").click()
    await expect(narrow.page.locator(".waybill-sign-in")).to_have_count(0)
    await narrow.run()
    await narrow.expect_response("hello Amira")
