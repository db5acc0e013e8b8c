"""``@defer``: parts of a response that come later, in both formats."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

import pytest
from graphql import GraphQLError
from starlette.responses import Response

from router.execution.deferred import IncrementalSpec
from router.traffic.settings import EngineSettings, ExecutionMode
from tests.router.execution.gateway import gateway
from tests.router.execution.merge_increments import merge_payloads
from tests.router.execution.subgraph_server import TestSubgraph

PEOPLE = """
  type Query { me: Person people: [Person] }
  type Person @key(fields: "id") { id: ID! name: String friends: [Person] }
"""
KARMA = """
  type Query { best: Person }
  type Person @key(fields: "id") { id: ID! karma: Int! rank: Rank }
  type Rank { name: String! score: Int }
"""
FRIENDS = [{"id": "2", "name": "Bob"}, None, {"id": "3", "name": "Cy"}]
ADA = {"id": "1", "name": "Ada", "friends": FRIENDS}
SPECS: list[IncrementalSpec] = ["20220824", "v0.2"]


def people() -> TestSubgraph:
    known = {"1": ADA, "2": FRIENDS[0], "3": FRIENDS[2]}
    return TestSubgraph(
        PEOPLE,
        {"Query.me": lambda *_: ADA, "Query.people": lambda *_: [ADA, FRIENDS[0]]},
        {"Person": lambda sent: known[sent["id"]]},
    )


def ranked(sent: dict[str, Any]) -> Any:
    if sent["id"] == "3":
        raise GraphQLError("no rank", extensions={"code": "NO_RANK"})
    return {"karma": int(sent["id"]) * 10, "rank": {"name": f"rank {sent['id']}", "score": 1}}


def karma(**more: Any) -> TestSubgraph:
    return TestSubgraph(
        KARMA, {"Query.best": lambda *_: {"id": "2", "karma": 20}}, {"Person": ranked}, **more
    )


@pytest.fixture(params=SPECS)
def spec(request: pytest.FixtureRequest) -> IncrementalSpec:
    chosen: IncrementalSpec = request.param
    return chosen


class AskInParts(Protocol):
    """Runs an operation for a client that takes parts; gives all payloads."""

    async def __call__(
        self,
        text: str,
        spec: IncrementalSpec,
        subgraphs: dict[str, TestSubgraph] | None = None,
        **variables: Any,
    ) -> list[dict[str, Any]]: ...


@pytest.fixture
def parts(mode: ExecutionMode) -> AskInParts:
    """Interpreted, and compiled."""

    async def ask(
        text: str,
        spec: IncrementalSpec,
        subgraphs: dict[str, TestSubgraph] | None = None,
        **variables: Any,
    ) -> list[dict[str, Any]]:
        subgraphs = subgraphs or {"people": people(), "karma": karma()}
        async with gateway(subgraphs, EngineSettings(execution=mode)) as router:
            return await router.ask_in_parts(text, spec, variables)

    return ask


async def test_a_deferred_fragment_comes_by_its_path_and_label(parts: AskInParts) -> None:
    text = '{ me { name ... @defer(label: "later") { karma } } }'
    assert await parts(text, "20220824") == [
        {"data": {"me": {"name": "Ada"}}, "hasNext": True},
        {"incremental": [{"data": {"karma": 10}, "path": ["me"], "label": "later"}], "hasNext": False},
    ]


async def test_a_deferred_fragment_comes_by_its_announced_id(parts: AskInParts) -> None:
    text = '{ me { name ... @defer(label: "later") { name karma } } }'
    assert await parts(text, "v0.2") == [
        {
            "data": {"me": {"name": "Ada"}},
            "pending": [{"id": "0", "path": ["me"], "label": "later"}],
            "hasNext": True,
        },
        {"hasNext": False, "incremental": [{"id": "0", "data": {"karma": 10}}], "completed": [{"id": "0"}]},
    ]


async def test_what_was_sent_before_is_sent_again_only_in_the_older_format(parts: AskInParts) -> None:
    text = "{ me { friends { name } ... @defer { friends { name karma } } } }"
    query = text.replace("karma", "rank { score }")
    (_, older) = await parts(query, "20220824")
    assert older["incremental"][0]["data"]["friends"][0] == {"name": "Bob", "rank": {"score": 1}}
    (_, newer) = await parts(query, "v0.2")
    assert newer["incremental"][0] == {
        "id": "0",
        "subPath": ["friends", 0],
        "data": {"rank": {"score": 1}},
        "errors": newer["incremental"][0]["errors"],
    }


async def test_the_first_part_does_not_wait_for_what_is_deferred(mode: ExecutionMode) -> None:
    released = asyncio.Event()

    async def late(_: dict[str, Any]) -> None:
        await released.wait()

    subgraphs = {"people": people(), "karma": karma(fault=late)}
    async with gateway(subgraphs, EngineSettings(execution=mode)) as router:
        asking = asyncio.ensure_future(router.first_part("{ me { name ... @defer { karma } } }"))
        first, rest = await asking
        assert first["data"] == {"me": {"name": "Ada"}}
        released.set()
        assert (await anext(rest))["incremental"][0]["data"] == {"karma": 10}


async def test_every_item_of_a_list_is_a_part_of_its_own_and_holes_are_none(
    parts: AskInParts, spec: IncrementalSpec
) -> None:
    payloads = await parts("{ me { friends { name ... @defer { rank { score } } } } }", spec)
    merged = merge_payloads(payloads)
    assert merged["data"]["me"]["friends"] == [
        {"name": "Bob", "rank": {"score": 1}},
        None,
        {"name": "Cy", "rank": None},
    ]
    assert [error["path"] for error in merged["errors"]] == [["me", "friends", 2, "rank"]]
    assert "errors" not in payloads[0]


async def test_a_null_in_a_deferred_part_goes_up_to_its_fragment_and_no_further(
    parts: AskInParts,
    spec: IncrementalSpec,
) -> None:
    payloads = await parts("{ me { friends { name ... @defer { karma } } } }", spec)
    merged = merge_payloads(payloads)
    assert merged["data"]["me"]["friends"] == [{"name": "Bob", "karma": 20}, None, {"name": "Cy"}]
    assert [(error["path"], error["extensions"]["code"]) for error in merged["errors"]] == [
        (["me", "friends", 2, "karma"], "NO_RANK")
    ]
    failed = [each for each in payloads[1].get("completed", ()) if "errors" in each] or [
        each for each in payloads[1]["incremental"] if each["data"] is None
    ]
    assert len(failed) == 1


async def test_a_part_inside_a_part_comes_after_it(parts: AskInParts, spec: IncrementalSpec) -> None:
    text = """
      { me { ... @defer(label: "out") { friends { ... @defer(label: "in") { name rank { name } } } name } } }
    """
    payloads = await parts(text, spec)
    assert payloads[0]["data"] == {"me": {}}
    assert merge_payloads(payloads)["data"]["me"]["friends"][0] == {"name": "Bob", "rank": {"name": "rank 2"}}


async def test_a_whole_root_may_be_deferred(parts: AskInParts, spec: IncrementalSpec) -> None:
    payloads = await parts("{ best { karma } ... @defer { me { name } __schema { description } } }", spec)
    assert payloads[0]["data"] == {"best": {"karma": 20}}
    merged = merge_payloads(payloads)
    assert merged["data"] == {
        "best": {"karma": 20},
        "me": {"name": "Ada"},
        "__schema": {"description": None},
    }


@pytest.mark.parametrize(("deferred", "count"), [(True, 2), (False, 1)])
async def test_the_argument_if_decides(
    parts: AskInParts, spec: IncrementalSpec, deferred: bool, count: int
) -> None:
    text = "query($d: Boolean!) { me { name ... @defer(if: $d) { karma } } }"
    payloads = await parts(text, spec, d=deferred)
    assert len(payloads) == count
    assert merge_payloads(payloads)["data"] == {"me": {"name": "Ada", "karma": 10}}


async def test_a_part_of_nothing_is_an_ordinary_answer(parts: AskInParts, spec: IncrementalSpec) -> None:
    nobody = TestSubgraph(PEOPLE, {"Query.me": lambda *_: None}, {"Person": dict})
    text = "{ me { name ... @defer { karma } } }"
    assert await parts(text, spec, {"people": nobody, "karma": karma()}) == [{"data": {"me": None}}]


async def test_a_failed_subgraph_costs_its_deferred_parts_only(
    parts: AskInParts, spec: IncrementalSpec
) -> None:
    async def broken(_: dict[str, Any]) -> Response:
        return Response("secret", 500)

    subgraphs = {"people": people(), "karma": karma(fault=broken)}
    text = "{ me { name ... @defer { rank { score } } ... @defer { friends { id } } } }"
    payloads = await parts(text, spec, subgraphs)
    assert "errors" not in payloads[0]
    merged = merge_payloads(payloads)
    assert merged["data"]["me"] == {
        "name": "Ada",
        "rank": None,
        "friends": [{"id": "2"}, None, {"id": "3"}],
    }
    assert [error["path"] for error in merged["errors"]] == [["me", "rank"]]


async def test_what_a_failed_first_part_could_not_ask_for_is_explained_later(
    parts: AskInParts, spec: IncrementalSpec
) -> None:
    async def broken(_: dict[str, Any]) -> Response:
        return Response("", 500)

    cost = """
      type Query { item: Item }
      type Item @key(fields: "id") { id: ID! weight: Int @external cost: Int @requires(fields: "weight") }
    """
    weight = 'type Query { w: Int } type Item @key(fields: "id") { id: ID! weight: Int }'
    subgraphs = {
        "cost": TestSubgraph(cost, {"Query.item": lambda *_: {"id": "1"}}, {"Item": dict}),
        "weight": TestSubgraph(weight, {}, {"Item": dict}, fault=broken),
    }
    merged = merge_payloads(await parts("{ item { id weight ... @defer { cost } } }", spec, subgraphs))
    assert merged["data"] == {"item": {"id": "1", "weight": None, "cost": None}}
    assert [error["path"] for error in merged["errors"]] == [["item", "weight"], ["item", "cost"]]


async def test_a_client_that_takes_no_parts_gets_the_whole_answer(mode: ExecutionMode) -> None:
    subgraphs = {"people": people(), "karma": karma()}
    async with gateway(subgraphs, EngineSettings(execution=mode)) as router:
        response = await router.ask("{ me { ... @defer { karma } name } }")
    assert list(response["data"]["me"].items()) == [("karma", 10), ("name", "Ada")]


async def test_a_client_that_leaves_ends_the_run(mode: ExecutionMode) -> None:
    async with gateway({"people": people(), "karma": karma()}, EngineSettings(execution=mode)) as router:
        first, rest = await router.first_part("{ me { name ... @defer { karma } } }")
        assert first["hasNext"]
        await rest.aclose()
        assert (await router.ask("{ me { karma } }"))["data"] == {"me": {"karma": 10}}


def pets_known_elsewhere() -> dict[str, TestSubgraph]:
    """Two pets; that the first is a cat and the second a dog only the other subgraph knows."""
    pets = """
      type Query { pets: [Pet!]! }
      type Pet @interfaceObject @key(fields: "id") { id: ID! weight: Int }
    """
    kinds = """
      type Query { kinds: Int }
      interface Pet @key(fields: "id") { id: ID! }
      type Cat implements Pet @key(fields: "id") { id: ID! lives: Int }
      type Dog implements Pet @key(fields: "id") { id: ID! tricks: Int }
    """

    def known(sent: dict[str, Any]) -> dict[str, Any]:
        if sent["id"] == "1":
            return {"__typename": "Cat", "lives": 9}
        return {"__typename": "Dog", "tricks": 2}

    found = [{"id": "1", "weight": 4}, {"id": "2", "weight": 20}]
    return {
        "pets": TestSubgraph(pets, {"Query.pets": lambda *_: found}, {"Pet": dict}),
        "kinds": TestSubgraph(kinds, {}, {"Cat": known, "Dog": known, "Pet": known}),
    }


@pytest.mark.parametrize("first", ["", "weight"])
async def test_a_part_within_a_fragment_of_one_type_leaves_the_first_answer_without_types(
    parts: AskInParts, spec: IncrementalSpec, first: str
) -> None:
    subgraphs = pets_known_elsewhere()
    text = "{ pets { " + first + " ... on Cat { ... on Pet @defer { __typename } } } }"
    kept = [{"weight": 4}, {"weight": 20}] if first else [{}, {}]
    payloads = await parts(text, spec, subgraphs)
    assert payloads[0]["data"] == {"pets": kept}
    merged = merge_payloads(payloads)
    assert merged == {"data": {"pets": [{**kept[0], "__typename": "Cat"}, kept[1]]}, "errors": []}


async def test_a_part_for_a_type_that_only_its_own_fetch_tells_is_not_forgotten(
    parts: AskInParts,
    spec: IncrementalSpec,
) -> None:
    subgraphs = pets_known_elsewhere()
    payloads = await parts("{ pets { weight ... on Cat @defer { lives } } }", spec, subgraphs)
    assert payloads[0]["data"] == {"pets": [{"weight": 4}, {"weight": 20}]}
    assert merge_payloads(payloads) == {
        "data": {"pets": [{"weight": 4, "lives": 9}, {"weight": 20}]},
        "errors": [],
    }
