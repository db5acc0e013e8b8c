"""A run that starts over is a fact to know: each is counted by its reason, and our own faults are told."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from starlette.responses import Response

from router.execution.start_overs import Irregular, Reason
from router.observation.metrics import NoMetrics
from router.observation.prometheus import PrometheusMetrics
from router.traffic.build_engine import build_engine
from router.traffic.messages import GraphQLRequest, SingleResult
from router.traffic.settings import EngineSettings
from tests.router.execution.gateway import supergraph_of
from tests.router.execution.subgraph_server import TestSubgraph, serve_subgraphs

SHOP = """
  type Query { top: [Product!] any: Any }
  type Product @key(fields: "id") { id: ID! name: String! }
  union Any = Product | Secret
  type Secret @inaccessible { name: String }
"""
STOCK = 'type Query { stock: Int } type Product @key(fields: "id") { id: ID! left: Int! }'
Answer = Callable[[dict[str, Any]], Awaitable[Response]]


class Counted(NoMetrics):
    """Keeps the reasons."""

    def __init__(self) -> None:
        self.reasons: list[str] = []

    def started_over(self, reason: str) -> None:
        self.reasons.append(reason)


async def ask(text: str, answer: Answer | None = None) -> tuple[dict[str, Any], list[str]]:
    """Ask the compiled router; the stock's answers may be others than right ones."""
    products = [{"id": "1", "name": "Desk"}, {"id": "2", "name": "Lamp"}]
    subgraphs = {
        "shop": TestSubgraph(
            SHOP,
            {"Query.top": lambda *_: products, "Query.any": lambda *_: {"__typename": "Secret", "name": "x"}},
            {"Product": lambda _: products[0]},
        ),
        "stock": TestSubgraph(STOCK, {}, {"Product": lambda _: {"left": 5}}, fault=answer),
    }
    metrics = Counted()
    async with serve_subgraphs(subgraphs) as urls:
        settings = EngineSettings(execution="compiled")
        engine = build_engine(supergraph_of(subgraphs, urls), settings, metrics=metrics)
        try:
            result = await engine.execute(GraphQLRequest(text))
        finally:
            await engine.aclose()
    assert isinstance(result, SingleResult)
    response: dict[str, Any] = json.loads(result.body)
    return response, metrics.reasons


def always(body: str, status: int = 200) -> Answer:
    async def answer(_: dict[str, Any]) -> Response:
        return Response(body, status, media_type="application/json")

    return answer


async def broken(_: dict[str, Any]) -> Response:
    return Response("{}", headers={"content-length": "1000"})


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (always("gone", 503), Reason.STATUS),
        (always("<html>"), Reason.JSON),
        (always('{"errors":' + "[" * 100_000), Reason.JSON),
        (always('{"errors":[{"message":"no"}]}'), Reason.ERRORS),
        (always('{"data":{"_entities":[{"left":1},null]},"errors":[{"message":"no"}]}'), Reason.ERRORS),
        (always('{"data":null}'), Reason.NO_DATA),
        (always('{"data":{"_entities":[{"left":"many"},{"left":1}]}}'), Reason.VALUE),
        (always('{"data":{"_entities":[{"left":1}]}}'), Reason.COUNT),
        (always('{"data":{"_entities":[{"left":1},null]}}'), Reason.HOLE),
        (broken, Reason.TRANSPORT),
    ],
)
async def test_an_irregular_answer_is_counted_by_what_is_wrong_with_it(
    answer: Answer, reason: Reason
) -> None:
    response, reasons = await ask("{ top { name left } }", answer)
    assert response["errors"]
    assert reasons == [reason]


async def test_a_run_that_goes_straight_on_counts_nothing() -> None:
    assert await ask("{ top { left } }") == ({"data": {"top": [{"left": 5}, {"left": 5}]}}, [])


async def test_a_hidden_type_is_a_value_that_does_not_fit() -> None:
    response, reasons = await ask("{ any { ... on Product { name } } }")
    assert response["data"] == {"any": None}
    assert reasons == [Reason.VALUE]


async def test_a_fault_of_our_own_is_counted_and_told_with_its_operations_hash(
    monkeypatch: pytest.MonkeyPatch, start_over_faults: list[str]
) -> None:
    def forget(*_: Any) -> None:
        raise AttributeError("lost")

    monkeypatch.setattr("router.execution.compiled_run.CompiledRun._gather", forget)
    response, reasons = await ask("{ top { left } }")
    assert response == {"data": {"top": [{"left": 5}, {"left": 5}]}}
    assert reasons == [Reason.FAULT]
    (told,) = start_over_faults
    assert "AttributeError('lost')" in told
    assert told.endswith(sha256(b"{ top { left } }").hexdigest())
    start_over_faults.clear()


async def test_a_hole_that_the_interpreter_does_not_see_is_a_fault_of_our_own(
    monkeypatch: pytest.MonkeyPatch, start_over_faults: list[str]
) -> None:
    def miss(*_: Any) -> None:
        raise Irregular(Reason.HOLE)

    monkeypatch.setattr("router.execution.compiled_run.CompiledRun._end", miss)
    response, reasons = await ask("{ top { left } }")
    assert response["data"]["top"] == [{"left": 5}, {"left": 5}]
    assert reasons == [Reason.FAULT]
    assert len(start_over_faults) == 1
    start_over_faults.clear()


def test_the_metric_has_the_reason() -> None:
    registry = CollectorRegistry()
    PrometheusMetrics(registry).started_over(Reason.HOLE)
    assert registry.get_sample_value("waybill_router_start_overs_total", {"reason": "hole"}) == 1
