"""However deep a request goes, it is answered or refused by a code: no depth is a fault of the router's."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from router.traffic.check_variables import is_deeper
from router.traffic.settings import EngineSettings, OperationLimits
from tests.router.execution.gateway import gateway
from tests.router.execution.subgraph_server import TestSubgraph

SDL = """
  type Query { me: Int other: Int any: Any node: Node echo(big: Big, in: In): Big }
  scalar Big
  input In { in: In list: [In] }
  interface Node { id: ID! next: Node }
  union Any = Dog | Cat
  type Dog implements Node { id: ID! next: Node }
  type Cat implements Node { id: ID! next: Node }
"""
UNLIMITED = OperationLimits(tokens=0, depth=0, nesting=0, variable_depth=0, directives=0)


def subgraph() -> TestSubgraph:
    return TestSubgraph(
        SDL,
        {
            "Query.me": lambda *_: 1,
            "Query.other": lambda *_: 2,
            "Query.any": lambda *_: {"__typename": "Dog", "id": "1"},
            "Query.node": lambda *_: {"__typename": "Dog", "id": "1"},
            "Query.echo": lambda *_, big=None, **__: big,
        },
    )


async def ask(text: str, settings: EngineSettings | None = None, **variables: Any) -> dict[str, Any]:
    async with gateway({"a": subgraph()}, settings or EngineSettings()) as router:
        return await router.ask(text, variables)


def chain(length: int, *types: str) -> str:
    """Fragments that each spread the next, on these types in turn."""
    on = [types[number % len(types)] for number in range(length)]
    links = (f"fragment F{n} on {name} {{ ...F{n + 1} }}" for n, name in enumerate(on))
    return " ".join(links) + f" fragment F{length} on {types[length % len(types)]} "


def codes(response: dict[str, Any]) -> set[str]:
    return {error["extensions"]["code"] for error in response["errors"]}


async def test_a_chain_of_fragments_on_one_type_is_answered() -> None:
    response = await ask("{ ...F0 other } " + chain(1500, "Query") + "{ me }")
    assert response == {"data": {"me": 1, "other": 2}}


@pytest.mark.parametrize("quick", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        "{ any { ...F0 } } " + chain(1500, "Any", "Node") + "{ __typename }",
        "{ ...F0 __schema { queryType { name } } } " + chain(1500, "Query") + "{ me }",
        "{ me } " + chain(1500, "Query") + "{ me }",
        "{ ...F0 } " + chain(1500, "Query") + "{ ...F0 }",
    ],
)
async def test_what_would_go_too_deep_is_refused(text: str, quick: bool) -> None:
    response = await ask(text, EngineSettings(quick_validation=quick))
    assert codes(response) == {"MAX_DEPTH_EXCEEDED"}


@pytest.mark.parametrize("quick", [True, False])
async def test_a_circle_of_fragments_is_invalid(quick: bool) -> None:
    text = "{ ...F0 } " + chain(50, "Query") + "{ me ...F0 }"
    response = await ask(text, EngineSettings(quick_validation=quick))
    assert codes(response) == {"GRAPHQL_VALIDATION_FAILED"}


def nested(depth: int, last: Any = None) -> Any:
    """Objects and lists inside one another, at so many levels."""
    value = last
    for level in range(depth):
        value = [value] if level % 2 else {"in": value}
    return value


@pytest.mark.parametrize("value", [nested(101), [*[1] * 500, nested(100)], {"a": 1, "b": nested(900)}])
async def test_a_variable_that_is_too_deep_is_bad_input(value: Any) -> None:
    response = await ask("query ($big: Big) { echo(big: $big) }", big=value)
    assert codes(response) == {"BAD_USER_INPUT"}
    assert response["errors"][0]["message"] == "Variable '$big' is nested too deeply: 100 levels are allowed."


async def test_a_variable_as_deep_as_allowed_comes_back_as_it_was() -> None:
    value = nested(99, [])
    assert is_deeper(value, 99)
    assert not is_deeper(value, 100)
    assert (await ask("query ($big: Big) { echo(big: $big) }", big=value)) == {"data": {"echo": value}}


def input_object(depth: int) -> Any:
    return None if depth == 0 else {"in": input_object(depth - 1)}


@pytest.mark.parametrize("depth", [101, 900])
async def test_an_input_object_that_is_too_deep_is_bad_input(depth: int) -> None:
    value: Any = None
    for _ in range(depth):
        value = {"in": value}
    assert codes(await ask("query ($in: In) { echo(in: $in) }", **{"in": value})) == {"BAD_USER_INPUT"}


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("{ any { ...F0 } } " + chain(2000, "Any", "Node") + "{ __typename }", {}),
        (
            "{ node { ...F0 } } "
            + chain(1500, "Node").replace("{ ...F", "{ next { ...F").replace("} frag", "} } frag")
            + "{ id }",
            {},
        ),
        ("query ($in: In) { echo(in: $in) }", {"in": input_object(600)}),
    ],
)
async def test_without_limits_a_request_ends_in_a_code_and_no_trace(
    text: str, variables: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "router"):
        response = await ask(text, EngineSettings(limits=UNLIMITED), **variables)
    assert codes(response) == {"MAX_DEPTH_EXCEEDED"}
    assert all(record.exc_info is None for record in caplog.records)
