"""GraphiQL on the whole platform, in a real browser: every audience's tab as it is, a query, live moves."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.browser.visit import Visit, chromium, visiting

from .platform import Platform

pytestmark = pytest.mark.browser

REPORT = """
mutation { reportLocation(input: { lat: 31.96123, lon: 35.91456, heading: 45 }) { errors { code } } }
"""
# The README's query, in the words of GraphiQL's tab for customers.
FOUR_SUBGRAPHS = (
    '"name": "Layla Haddad"',  # users
    '"status": "PICKED_UP"',  # orders
    '"product"',  # catalog
    '"location"',  # riders
)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def visit(browser: Browser, platform: Platform) -> AsyncIterator[Visit]:
    async with visiting(browser, f"{platform.url}/") as visit:
        yield visit


async def test_each_audience_has_a_tab(visit: Visit) -> None:
    tabs = [await tab.inner_text() for tab in await visit.page.get_by_role("tab").all()]

    assert tabs == [
        "Catalog",
        "CustomerOrders",
        "CustomerTracking",
        "VendorOrders",
        "VendorLive",
        "RiderWork",
        "RiderReport",
        "AdminUsers",
    ]


async def test_the_catalog_is_searched_without_a_login(visit: Visit) -> None:
    await visit.open_tab("Catalog")
    await visit.run()
    await visit.expect_response("Shawarma")


async def test_a_customer_signs_in_by_a_click_and_sees_orders_of_four_subgraphs(visit: Visit) -> None:
    await visit.open_tab("CustomerOrders")
    await expect(visit.page.locator(".waybill-empty")).to_contain_text("Sign in as “Customer”")
    await visit.sign_in("Customer")
    await visit.run()
    await visit.expect_response("Layla Haddad")
    await visit.page.locator(".result-window").click()
    await visit.page.keyboard.press("Control+a")
    await visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await visit.page.keyboard.press("Control+c")
    shown = await visit.page.evaluate("navigator.clipboard.readText()")
    assert [part for part in FOUR_SUBGRAPHS if part not in shown] == []
    assert '"errors"' not in shown


async def test_a_riders_report_appears_in_the_customers_tracking_tab(
    visit: Visit, platform: Platform
) -> None:
    await visit.open_tab("CustomerTracking")
    await visit.sign_in("Customer")
    await visit.run()
    await visit.expect_response("Shawarma")
    reported = await platform.data(REPORT, token=await platform.token("rider"))
    assert reported["reportLocation"]["errors"] == []
    await visit.expect_response("31.96123")


@pytest.mark.parametrize(
    ("tab", "login", "shown"),
    [
        ("VendorOrders", "Vendor", "Chicken shawarma"),
        ("VendorLive", "Vendor", "Layla Haddad"),
        ("RiderReport", "Rider", '"errors": []'),
        ("RiderWork", "Rider", '"status": "PICKED_UP"'),
        ("AdminUsers", "Admin", "middle-east"),
    ],
)
async def test_a_tab_works_as_it_is_for_its_login(visit: Visit, tab: str, login: str, shown: str) -> None:
    await visit.open_tab(tab)
    await expect(visit.login(login)).to_contain_text("for this tab")
    await visit.sign_in(login)
    await visit.run()
    await visit.expect_response(shown)


async def test_a_customer_signed_in_once_is_signed_in_to_the_customers_other_tab(visit: Visit) -> None:
    await visit.open_tab("CustomerOrders")
    await visit.sign_in("Customer")
    await visit.open_tab("CustomerTracking")
    await visit.run()
    await visit.expect_response("Shawarma")
