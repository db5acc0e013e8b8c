"""Equal queries at the same moment share one answer, unless a forwarded header may make it another."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Literal

import pytest
from starlette.responses import Response

from router.traffic.messages import GraphQLRequest, SingleResult
from router.traffic.settings import EngineSettings
from tests.router.execution.gateway import Gateway, gateway
from tests.router.execution.subgraph_server import TestSubgraph

Sharing = Literal["subgraph", "operation"]
SAME = {"host": "shop.north.example"}
APART: list[Mapping[str, str]] = [
    {"host": "shop.north.example"},
    {"host": "shop.south.example"},
    {"host": "shop.north.example", "x-forwarded-host": "shop.east.example"},
    {"host": "shop.north.example", "waybill-tenant": "west"},
]


class HeldShop:
    """A shop that says who asked, once `expected` have asked or nobody more comes."""

    def __init__(self, expected: int) -> None:
        self.subgraph = TestSubgraph("type Query { vendor: String }", {"Query.vendor": lambda *_: "same"})
        self.subgraph.fault = self._hold
        self._expected, self._all_here = expected, asyncio.Event()

    async def _hold(self, body: dict[str, Any]) -> Response | None:
        if len(self.subgraph.requests) >= self._expected:
            self._all_here.set()
        await self._all_here.wait()
        return None

    def told(self) -> set[tuple[str | None, str | None]]:
        return {
            (headers.get("x-forwarded-host"), headers.get("waybill-tenant"))
            for headers in self.subgraph.headers
        }


async def _ask(asked: Gateway, headers: Mapping[str, str]) -> dict[str, Any]:
    result = await asked.engine.execute(GraphQLRequest("{ vendor }", headers=headers))
    assert isinstance(result, SingleResult)
    answer: dict[str, Any] = json.loads(result.body)
    return answer


@pytest.mark.parametrize("sharing", ["subgraph", "operation"])
async def test_two_hosts_and_two_tenants_never_share(sharing: Sharing) -> None:
    shop = HeldShop(expected=len(APART))
    async with gateway({"shop": shop.subgraph}, EngineSettings(dedupe=sharing)) as asked:
        answers = await asyncio.gather(*(_ask(asked, headers) for headers in APART))
    assert answers == [{"data": {"vendor": "same"}}] * len(APART)
    assert shop.told() == {
        ("shop.north.example", None),
        ("shop.south.example", None),
        ("shop.east.example", None),
        ("shop.north.example", "west"),
    }


@pytest.mark.parametrize("sharing", ["subgraph", "operation"])
async def test_those_of_one_host_share(sharing: Sharing) -> None:
    shop = HeldShop(expected=1)
    async with gateway({"shop": shop.subgraph}, EngineSettings(dedupe=sharing)) as asked:
        await asyncio.gather(*(_ask(asked, SAME) for _ in range(5)))
    assert len(shop.subgraph.requests) == 1
