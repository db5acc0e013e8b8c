"""What an answer of a delivery provider means."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from subgraphs.common.ids import new_id
from subgraphs.common.json_calls import json_calls
from subgraphs.orders.providers import HttpProvider, ProviderFailed, Shipment
from tests.subgraphs.common.http_server import served


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b'{"id": "r-1"}', b'{"reference": null}'])
async def test_an_answer_without_a_reference_is_a_failure(body: bytes) -> None:
    """Not a success without a name, and none that raises what nobody counts."""

    async def answer(request: Request) -> Response:
        return Response(body, 200)

    shipment = Shipment(new_id(), None, (30.0, 31.2), 1000, "EGP")
    app = Starlette(routes=[Route("/orders", answer, methods=["POST"])])
    async with served(app) as url, json_calls() as calls:
        provider = HttpProvider("rubbish", url, calls, retries=0, seconds=5)
        with pytest.raises(ProviderFailed, match="without a reference"):
            await provider.dispatch(shipment)
