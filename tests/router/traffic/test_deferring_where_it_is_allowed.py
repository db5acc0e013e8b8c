"""Where ``@defer`` may stand: GraphQL's incremental delivery, its validation rules."""

from __future__ import annotations

import json
from typing import Any

import pytest

from router.composition import SubgraphSource, compose
from router.supergraph import api_schema, read_supergraph
from router.traffic.build_engine import build_engine
from router.traffic.messages import GraphQLRequest, SingleResult
from router.traffic.prepare import prepare
from router.traffic.rejection import Rejection
from router.traffic.settings import EngineSettings

SDL = """
  type Query { me: Person }
  type Mutation { rename(name: String): Person }
  type Subscription { renamed: Person }
  type Person { id: ID! name: String friend: Person }
"""
SUPERGRAPH = compose([SubgraphSource("people", "http://people", SDL)]).supergraph_sdl or ""
SCHEMA = api_schema(read_supergraph(SUPERGRAPH), defer=True)

LABEL = "The label of @defer must be a string, not a variable."
TWICE = "Labels of @defer must be unique."
ON_MUTATION = "@defer can't be used on root fields of a mutation, as on type 'Mutation'."
ON_SUBSCRIPTION = "@defer can't be used on root fields of a subscription, as on type 'Subscription'."
NUMBER = "String cannot represent a non string value: 1"
REPEATED = "The directive '@defer' can only be used once at this location."
SUBSCRIBED = "@defer can't be used in a subscription, unless its argument `if` is false."


def mistakes(text: str) -> list[str]:
    with pytest.raises(Rejection) as refused:
        prepare(text, None, SCHEMA, EngineSettings())
    assert {problem.code for problem in refused.value.problems} == {"GRAPHQL_VALIDATION_FAILED"}
    return [problem.message for problem in refused.value.problems]


@pytest.mark.parametrize(
    "text",
    [
        "{ ... @defer { me { name } } }",
        "mutation { rename { ... @defer { name } } }",
        '{ me { ... @defer(label: "a") { name } ... @defer(label: "b") { id } } }',
        "{ me { ... @defer(label: null) { name } ... @defer(label: null) { id } } }",
        "{ me { ... @defer { name } ... @defer { id } } }",
        "subscription { renamed { ... @defer(if: false) { name } } }",
        "subscription($d: Boolean) { renamed { ... @defer(if: $d) { name } } }",
    ],
)
def test_what_may_be_deferred(text: str) -> None:
    assert prepare(text, None, SCHEMA, EngineSettings()).operation.has_deferred


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mutation { ... @defer { rename { name } } }", [ON_MUTATION]),
        ("mutation { ... @defer(if: false) { rename { name } } }", [ON_MUTATION]),
        ("mutation { ...F @defer } fragment F on Mutation { rename { name } }", [ON_MUTATION]),
        ("mutation { ...F } fragment F on Mutation { ... @defer { rename { name } } }", [ON_MUTATION]),
        ("subscription { ... @defer(if: false) { renamed { name } } }", [ON_SUBSCRIPTION]),
        ("subscription { renamed { ... @defer { name } } }", [SUBSCRIBED]),
        ("subscription { renamed { ... @defer(if: true) { name } } }", [SUBSCRIBED]),
        ("fragment F on Person { ... @defer { name } } subscription { renamed { ...F } }", [SUBSCRIBED]),
        ("subscription { renamed { ...F } } fragment F on Person { ...G } fragment G on Person "
         "{ ... @defer { name } }", [SUBSCRIBED]),
        ('{ me { ... @defer(label: "a") { name } friend { ... @defer(label: "a") { id } } } }', [TWICE]),
        ("query($l: String) { me { ... @defer(label: $l) { name } } }", [LABEL]),
        ("{ me { ... @defer(label: 1) { name } } }", [LABEL, NUMBER]),
        ("{ me { ... @defer @defer { name } } }", [REPEATED]),
        ("{ me { name @defer } }", ["Directive '@defer' may not be used on field."]),
    ],
)  # fmt: skip
def test_what_may_not_be_deferred(text: str, expected: list[str]) -> None:
    assert mistakes(text) == expected


def test_a_fragment_that_a_subscription_does_not_use_may_be_deferred() -> None:
    text = """
      query A { me { ...F } } fragment F on Person { ... @defer { name } }
      subscription B { renamed { name } }
    """
    assert prepare(text, "A", SCHEMA, EngineSettings()).operation.has_deferred


def test_streams_are_not_offered() -> None:
    assert mistakes("{ me { name @stream(initialCount: 1) } }") == ["Unknown directive '@stream'."]


@pytest.mark.parametrize("variables", [{"d": True}, None], ids=["given", "by default"])
async def test_a_variable_may_not_turn_deferring_on_in_a_subscription(variables: dict[str, Any]) -> None:
    engine = build_engine(SUPERGRAPH)
    text = "subscription($d: Boolean = true) { renamed { ... @defer(if: $d) { name } } }"
    request = GraphQLRequest(text, variables=variables, allow=frozenset({"subscription"}))
    result = await engine.execute(request)
    await engine.aclose()
    assert isinstance(result, SingleResult)
    assert json.loads(result.body)["errors"] == [
        {
            "message": "@defer can't be used in a subscription.",
            "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"},
        }
    ]
