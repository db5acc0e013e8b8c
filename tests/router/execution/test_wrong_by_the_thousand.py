"""Answers that are wrong in thousands of places cost about what right ones of that size do.

What the client gets stays right: nulls where values are wrong, as many errors as the setting allows, and one
that tells of more. Work is counted as calls of functions, in the same process twice: no clock is looked at.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from router.execution.respond import ErrorSettings
from router.execution.transport import Eventual, HttpResponse, SubgraphCall
from router.traffic.build_engine import build_engine
from router.traffic.messages import GraphQLRequest, SingleResult
from router.traffic.settings import EngineSettings, ExecutionMode
from tests.router.execution.gateway import supergraph_of
from tests.router.execution.subgraph_server import TestSubgraph

MANY, LISTED = 2_000, 50
SUBGRAPHS = {
    "a": TestSubgraph("""
        type Query { numbers: [Int] all: [Int!] boxes: [Box] things: [Thing] }
        type Box { size: Int weight: Int! }
        type Thing @key(fields: "id") { id: ID! }
    """),
    "b": TestSubgraph("""
        type Query { b: Int }
        type Thing @key(fields: "id") { id: ID! name: String rank: Int! }
    """),
}
THINGS = {"data": {"things": [{"id": str(number)} for number in range(MANY)]}}
SUMMARY = f"{LISTED} errors are listed; there are more."


class Canned:
    """Answers each subgraph's requests with what was put in."""

    def __init__(self, **answers: Any) -> None:
        self._answers = {f"http://{name}/": json.dumps(answer).encode() for name, answer in answers.items()}

    def start(self, call: SubgraphCall) -> Eventual[HttpResponse]:
        answered: Eventual[HttpResponse] = Eventual()
        asyncio.get_running_loop().call_soon(
            answered.set_result, HttpResponse(200, [], self._answers[call.url])
        )
        return answered

    async def aclose(self) -> None:
        """Nothing to close."""


async def ask(mode: ExecutionMode, text: str, **answers: Any) -> tuple[dict[str, Any], int]:
    """Give the response, and how many calls it took; plans are made before."""
    settings = EngineSettings(execution=mode, errors=ErrorSettings(limit=LISTED), dedupe="off")
    sdl = supergraph_of(SUBGRAPHS, {name: f"http://{name}/" for name in SUBGRAPHS})
    engine = build_engine(sdl, settings, transport=Canned(**answers))
    calls = 0

    def count(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    await engine.execute(GraphQLRequest(text))
    sys.setprofile(count)
    try:
        result = await engine.execute(GraphQLRequest(text))
    finally:
        sys.setprofile(None)
    assert isinstance(result, SingleResult)
    response: dict[str, Any] = json.loads(result.body)
    return response, calls


def entities(entity: Any, **more: Any) -> Any:
    return {"data": {"_entities": [entity] * MANY}, **more}


def errors(path: Callable[[int], list[Any]] | None) -> list[dict[str, Any]]:
    return [{"message": "no", **({"path": path(n)} if path else {})} for n in range(MANY)]


WRONG: dict[str, tuple[str, dict[str, Any], Any]] = {
    "items of a wrong kind": ("{ numbers }", {"a": {"data": {"numbers": ["x"] * MANY}}}, [None] * MANY),
    "objects' values of a wrong kind": (
        "{ boxes { size } }", {"a": {"data": {"boxes": [{"size": "x"}] * MANY}}}, [{"size": None}] * MANY,
    ),
    "nulls that no object may have": (
        "{ boxes { weight } }", {"a": {"data": {"boxes": [{"weight": None}] * MANY}}}, [None] * MANY,
    ),
    "objects of a wrong kind": ("{ boxes { size } }", {"a": {"data": {"boxes": [7] * MANY}}}, [None] * MANY),
    "errors at items": (
        "{ numbers }",
        {"a": {"data": {"numbers": [None] * MANY}, "errors": errors(lambda n: ["numbers", n])}},
        [None] * MANY,
    ),
    "errors without a place": (
        "{ numbers }", {"a": {"data": {"numbers": [1] * MANY}, "errors": errors(None)}}, [1] * MANY,
    ),
    "errors that are none": (
        "{ numbers }", {"a": {"data": {"numbers": [1] * MANY}, "errors": [7] * MANY}}, [1] * MANY,
    ),
    "entities that fail": (
        "{ things { name } }",
        {"a": THINGS, "b": entities(None, errors=errors(lambda n: ["_entities", n, "name"]))},
        [{"name": None}] * MANY,
    ),
    "entities with errors about all": (
        "{ things { name } }", {"a": THINGS, "b": entities({"name": "x"}, errors=errors(None))},
        [{"name": "x"}] * MANY,
    ),
    "a fetch of entities that fails": (
        "{ things { name } }",
        {"a": THINGS, "b": {"data": None, "errors": errors(None)}},
        [{"name": None}] * MANY,
    ),
    "entities without what they must have": (
        "{ things { rank } }", {"a": THINGS, "b": entities({"rank": None})}, [None] * MANY,
    ),
}  # fmt: skip
RIGHT: dict[str, dict[str, Any]] = {
    "{ numbers }": {"a": {"data": {"numbers": [1] * MANY}}},
    "{ boxes { size } }": {"a": {"data": {"boxes": [{"size": 1}] * MANY}}},
    "{ boxes { weight } }": {"a": {"data": {"boxes": [{"weight": 1}] * MANY}}},
    "{ things { name } }": {"a": THINGS, "b": entities({"name": "x"})},
    "{ things { rank } }": {"a": THINGS, "b": entities({"rank": 1})},
}


@pytest.mark.parametrize("name", WRONG)
async def test_what_is_right_for_the_client_stays_so(name: str, mode: ExecutionMode) -> None:
    text, answers, expected = WRONG[name]
    response, _ = await ask(mode, text, **answers)
    (found,) = response["data"].values()
    assert found == expected
    assert len(response["errors"]) == LISTED + 1
    assert response["errors"][-1]["message"] == SUMMARY


@pytest.mark.parametrize("name", WRONG)
async def test_it_costs_about_what_a_right_answer_of_its_size_costs(name: str) -> None:
    text, answers, _ = WRONG[name]
    _, right = await ask("interpreted", text, **RIGHT[text])
    _, wrong = await ask("interpreted", text, **answers)
    assert wrong < 3 * right + 25 * MANY
    _, compiled = await ask("compiled", text, **answers)
    assert compiled < 6 * right + 30 * MANY


async def test_as_many_errors_as_are_allowed_are_all() -> None:
    wrong = {"data": {"numbers": ["x"] * LISTED + [1]}}
    response, _ = await ask("interpreted", "{ numbers }", a=wrong)
    assert len(response["errors"]) == LISTED
    assert {error["message"] for error in response["errors"]} == {"Invalid value for field Query.numbers."}
