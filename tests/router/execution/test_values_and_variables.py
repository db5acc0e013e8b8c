"""What goes in and what comes out: variables, defaults, enums, custom scalars, the order of keys."""

from __future__ import annotations

from typing import Any

import pytest

from router.traffic.settings import EngineSettings, ExecutionMode
from tests.router.execution.gateway import gateway
from tests.router.execution.subgraph_server import TestSubgraph

ECHO = """
  type Query { echo(n: Int = 7, big: Big, mood: Mood = SAD, filter: Filter, pick: Pick, ids: [ID!]): Big
    user: User moods: [Mood] thing: Thing things: [Thing!] number: Int! deep: Level }
  scalar Big
  enum Mood { GLAD SAD SECRET @inaccessible }
  input Filter { a: Int! = 3 moods: [Mood!] = [GLAD] deep: Filter }
  input Pick @oneOf { n: Int mood: Mood }
  type User @key(fields: "id") { id: ID! first: String last: String secret: String @inaccessible }
  union Thing = User | Ghost
  type Ghost @inaccessible { name: String }
  type Level { level: Int below: Level }
"""
MORE = """
  type Query { more: Int }
  type User @key(fields: "id") { id: ID! age: Int height: Float }
"""
GHOST = {"__typename": "Ghost", "name": "boo"}
USER = {"__typename": "User", "id": "1", "first": "Ada", "last": "Lovelace"}


def echo(_root: Any, _info: Any, **arguments: Any) -> Any:
    return arguments


def level(number: int) -> dict[str, Any]:
    return {"level": number, "below": level(number + 1) if number < 40 else None}


def subgraphs(**resolvers: Any) -> dict[str, TestSubgraph]:
    given: dict[str, Any] = {
        "Query.echo": echo,
        "Query.user": lambda *_: USER,
        "Query.moods": lambda *_: ["GLAD", "SECRET", None],
        "Query.thing": lambda *_: GHOST,
        "Query.things": lambda *_: [USER, GHOST],
        "Query.number": lambda *_: None,
        "Query.deep": lambda *_: level(1),
    }
    return {
        "echo": TestSubgraph(ECHO, given | resolvers, {"User": lambda _: USER}),
        "more": TestSubgraph(MORE, {}, {"User": lambda _: {"age": 36, "height": 1.6}}),
    }


async def ask(mode: ExecutionMode, text: str, **variables: Any) -> dict[str, Any]:
    async with gateway(subgraphs(), EngineSettings(execution=mode)) as router:
        return await router.ask(text, variables)


@pytest.mark.parametrize(
    ("declared", "arguments", "variables", "received"),
    [
        ("", "", {}, {"n": 7, "mood": "SAD"}),
        ("$n: Int", "n: $n", {}, {"n": 7, "mood": "SAD"}),
        ("$n: Int", "n: $n", {"n": None}, {"n": None, "mood": "SAD"}),
        ("$n: Int = 2", "n: $n", {}, {"n": 2, "mood": "SAD"}),
        ("$m: Mood", "mood: $m", {"m": "GLAD"}, {"n": 7, "mood": "GLAD"}),
        ("$b: Big", "big: $b", {"b": 10**30}, {"n": 7, "big": 10**30, "mood": "SAD"}),
        (
            "$b: Big",
            "big: {a: [$b]}",
            {"b": {"x": None}},
            {"n": 7, "big": {"a": [{"x": None}]}, "mood": "SAD"},
        ),
        ("$i: [ID!]", "ids: $i", {"i": 5}, {"n": 7, "mood": "SAD", "ids": ["5"]}),
        ("", "filter: {}", {}, {"n": 7, "mood": "SAD", "filter": {"a": 3, "moods": ["GLAD"]}}),
        (
            "$f: Filter",
            "filter: $f",
            {"f": {"a": 1, "moods": "SAD", "deep": {}}},
            {
                "n": 7,
                "mood": "SAD",
                "filter": {"a": 1, "moods": ["SAD"], "deep": {"a": 3, "moods": ["GLAD"]}},
            },
        ),
        ("$n: Int!", "pick: {n: $n}", {"n": 4}, {"n": 7, "mood": "SAD", "pick": {"n": 4}}),
    ],
)
async def test_arguments_reach_the_subgraph_as_graphql_has_them(
    mode: ExecutionMode, declared: str, arguments: str, variables: dict[str, Any], received: dict[str, Any]
) -> None:
    head = f"query({declared})" if declared else ""
    response = await ask(mode, f"{head}{{ echo{f'({arguments})' if arguments else ''} }}", **variables)
    assert response == {"data": {"echo": received}}


@pytest.mark.parametrize(
    ("declared", "argument", "value"),
    [
        ("$n: Int", "n: $n", "x"),
        ("$n: Int", "n: $n", 2**31),
        ("$n: Int", "n: $n", 1.5),
        ("$m: Mood", "mood: $m", "SECRET"),
        ("$m: Mood", "mood: $m", "NONE"),
        ("$f: Filter", "filter: $f", {"unknown": 1}),
        ("$f: Filter", "filter: $f", {"a": None}),
        ("$p: Pick", "pick: $p", {"n": 1, "mood": "SAD"}),
        ("$p: Pick", "pick: $p", {"n": None}),
        ("$p: Pick", "pick: $p", {}),
        ("$i: [ID!]", "ids: $i", [None]),
        ("$n: Int!", "n: $n", None),
    ],
)
async def test_variables_that_do_not_fit_are_refused_before_anything_is_fetched(
    mode: ExecutionMode, declared: str, argument: str, value: Any
) -> None:
    name = declared[1]
    served = subgraphs()
    async with gateway(served, EngineSettings(execution=mode)) as router:
        response = await router.ask(f"query({declared}) {{ echo({argument}) }}", {name: value})
    assert "data" not in response
    assert {error["extensions"]["code"] for error in response["errors"]} == {"BAD_USER_INPUT"}
    assert served["echo"].requests == []


@pytest.mark.parametrize(
    "text", ["{ echo(mood: SECRET) }", "{ user { secret } }", "{ thing { ... on Ghost { name } } }"]
)
async def test_inaccessible_names_are_unknown_to_clients(text: str) -> None:
    response = await ask("auto", text)
    assert response["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_inaccessible_values_and_types_become_null_and_never_show(mode: ExecutionMode) -> None:
    response = await ask(mode, "{ moods thing { __typename } user { id } }")
    assert response["data"] == {"moods": ["GLAD", None, None], "thing": None, "user": {"id": "1"}}
    assert [error["path"] for error in response["errors"]] == [["moods", 1], ["thing"]]
    assert "SECRET" not in str(response)
    assert "Ghost" not in str(response)


async def test_an_inaccessible_item_of_a_non_null_list_nulls_the_list(mode: ExecutionMode) -> None:
    response = await ask(mode, "{ things { __typename } }")
    assert response["data"] == {"things": None}
    assert [error["path"] for error in response["errors"]] == [["things", 1]]


async def test_a_null_in_a_non_null_root_field_nulls_all_data(mode: ExecutionMode) -> None:
    response = await ask(mode, "{ user { id } number }")
    assert response["data"] is None
    assert [error["path"] for error in response["errors"]] == [["number"]]


async def test_keys_come_as_the_client_wrote_them_whoever_answers(mode: ExecutionMode) -> None:
    text = """
      { user { height ...Names z: age ... on User { id first } ... { a: height } } __typename }
      fragment Names on User { last kind: __typename first }
    """
    response = await ask(mode, text)
    assert list(response["data"]) == ["user", "__typename"]
    assert list(response["data"]["user"].items()) == [
        ("height", 1.6),
        ("last", "Lovelace"),
        ("kind", "User"),
        ("first", "Ada"),
        ("z", 36),
        ("id", "1"),
        ("a", 1.6),
    ]


async def test_deep_nesting_is_answered(mode: ExecutionMode) -> None:
    text = "{ level }"
    for _ in range(39):
        text = f"{{ level below {text} }}"
    response = await ask(mode, f"{{ deep {text} }}")
    value, depth = response["data"]["deep"], 1
    while value.get("below"):
        value, depth = value["below"], depth + 1
    assert depth == 40
    assert value["level"] == 40


@pytest.mark.parametrize(
    ("skip", "include", "shown"), [(True, True, []), (False, True, ["id"]), (False, False, [])]
)
async def test_skip_and_include_together(
    mode: ExecutionMode, skip: bool, include: bool, shown: list[str]
) -> None:
    text = "query($s: Boolean!, $i: Boolean!) { user { id @skip(if: $s) @include(if: $i) first } }"
    response = await ask(mode, text, s=skip, i=include)
    assert list(response["data"]["user"]) == [*shown, "first"]


async def test_keys_below_a_field_that_a_fragment_selects_too_keep_their_order(mode: ExecutionMode) -> None:
    sdl = """
      type Query { pet: Pet }
      interface Pet @key(fields: "id") { id: ID! mate: Pet }
      type Cat implements Pet @key(fields: "id") { id: ID! mate: Pet }
      type Dog implements Pet @key(fields: "id") { id: ID! mate: Pet }
    """
    cat = {"__typename": "Cat", "id": "1", "mate": {"__typename": "Dog", "id": "2"}}
    served = {"pets": TestSubgraph(sdl, {"Query.pet": lambda *_: cat}, {"Cat": dict, "Dog": dict})}
    async with gateway(served, EngineSettings(execution=mode)) as router:
        response = await router.ask("{ pet { mate { a: id } ... on Cat { mate { b: id } } mate { c: id } } }")
    assert list(response["data"]["pet"]["mate"]) == ["a", "b", "c"]
