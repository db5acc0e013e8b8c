"""What placeOrder makes of the catalog's answer: an error is never read as absence."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from subgraphs.common.errors import CodedError, ErrorCode
from subgraphs.common.ids import new_id
from subgraphs.common.json_calls import json_calls
from subgraphs.orders.catalog_client import CatalogClient, Offer
from tests.subgraphs.common.http_server import served

VENDOR, TEA = new_id(), new_id()
KNOWN_VENDOR = {
    "id": str(VENDOR),
    "region": "north-africa",
    "location": {"lat": 30.0, "lon": 31.0},
    "deliveryTo": {"delivers": True, "fee": {"amount": 1500}},
    "minimumOrder": None,
    "state": "ACTIVE",
    "isOpen": True,
    "opensAt": None,
    "pausedUntil": None,
    "timezone": "Africa/Cairo",
    "prepTime": 20,
    "deliveryRule": "PROVIDER",
    "ridersOffers": 3,
}
KNOWN_TEA = {
    "id": str(TEA),
    "name": "Tea",
    "available": True,
    "price": {"amount": 1000, "currency": "EGP"},
    "vendor": {"id": str(VENDOR)},
}


async def offer(answer: object, status: int = 200) -> Offer | CodedError | None:
    """The offer that a catalog with this answer makes, or the error that is raised instead."""

    async def catalog(request: Request) -> JSONResponse:
        return JSONResponse(answer, status)

    app = Starlette(routes=[Route("/graphql", catalog, methods=["POST"])])
    async with served(app) as url, json_calls() as calls:
        client = CatalogClient(calls, f"{url}/graphql", 5)
        try:
            return await client.offer((VENDOR, 30.0, 31.0), [TEA], authorization=None, request_id="r")
        except CodedError as raised:
            return raised


def error(code: str, *path: str | int) -> dict[str, Any]:
    return {"message": f"{code} it is", "path": list(path), "extensions": {"code": code}}


async def test_a_vendor_that_is_not_there_is_absent() -> None:
    assert await offer({"data": {"vendor": [None], "products": [None]}}) is None


async def test_a_product_that_is_not_there_is_left_out() -> None:
    found = await offer({"data": {"vendor": [KNOWN_VENDOR], "products": [None]}})
    assert isinstance(found, Offer)
    assert found.products == {}


@pytest.mark.parametrize(
    "answer",
    [
        {"data": {"vendor": [None], "products": [None]}, "errors": [error("UNAVAILABLE", "vendor", 0)]},
        {"data": {"vendor": [KNOWN_VENDOR], "products": [None]}, "errors": [error("ANY", "products", 0)]},
        {"data": {"vendor": [KNOWN_VENDOR], "products": [KNOWN_TEA]}, "errors": [{"message": "no path"}]},
        {"data": {"vendor": [None], "products": []}, "errors": "not a list"},
        {"data": {"vendor": [None], "products": []}, "errors": [None]},
        {"data": None, "errors": [error("INTERNAL_SERVER_ERROR")]},
        {"data": {"vendor": [], "products": []}},
        {"data": {"vendor": [{"id": str(VENDOR)}], "products": []}},
        {"data": {"vendor": [KNOWN_VENDOR], "products": [{**KNOWN_TEA, "vendor": None}]}},
        {"data": {}},
        {"data": []},
        [],
        "text",
    ],
)
async def test_an_answer_with_an_error_or_none_at_all_is_unavailable(answer: object) -> None:
    raised = await offer(answer)
    assert isinstance(raised, CodedError)
    assert raised.code is ErrorCode.UNAVAILABLE


async def test_a_status_that_is_no_success_is_unavailable() -> None:
    raised = await offer({"data": {"vendor": [None], "products": []}}, 502)
    assert isinstance(raised, CodedError)
    assert raised.code is ErrorCode.UNAVAILABLE


async def test_what_the_caller_did_wrong_is_passed_on_to_him() -> None:
    raised = await offer({"data": None, "errors": [error("UNAUTHENTICATED")]})
    assert isinstance(raised, CodedError)
    assert (raised.code, raised.message) == (ErrorCode.UNAUTHENTICATED, "UNAUTHENTICATED it is")
