"""Hand-written plans over real subgraphs: merging, holes, errors at the client's paths."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from graphql import GraphQLError, TypeMetaFieldDef, build_schema
from starlette.responses import Response

from router.execution.introspect import introspect
from router.execution.respond import ErrorSettings
from router.planning.plan import RepresentationField, ResponseField
from tests.router.execution.plans import RunPlan, entity_fetch, plan_of, root_fetch
from tests.router.execution.subgraph_server import TestSubgraph

API = build_schema("""
  type Query { users: [User] first: User! }
  type User { id: ID! name: String! age: Int friend: User }
""")

ACCOUNTS = "type Query { users: [User] first: User } type User { id: ID! friend: User }"
PEOPLE = "type Query { _: Int } type User { id: ID! name: String age: Int }"

NAMES = {"1": "Ada", "2": "Bob", "3": None}
USERS = [{"id": "1"}, {"id": "2", "friend": {"id": "1"}}, None, {"id": "3"}]


def accounts(users: Any = USERS) -> TestSubgraph:
    return TestSubgraph(ACCOUNTS, {"Query.users": lambda *_: users})


def person(representation: dict[str, Any]) -> Any:
    return {"name": NAMES[representation["id"]], "age": 30 + int(representation["id"])}


def people() -> TestSubgraph:
    return TestSubgraph(PEOPLE, entities={"User": person})


USERS_FETCH = root_fetch(0, "accounts", "{users{id friend{id}}}")
NAMES_FETCH = entity_fetch(1, "people", "users.@", "User", "id", "{name age}", (0,))
QUERY = "{ everybody: users { id n: name age } }"


async def test_entities_are_merged_into_their_objects_and_holes_stay(run_plan: RunPlan) -> None:
    users = [{"id": "1"}, None, {"id": "2"}, {"id": "1"}]
    plan = plan_of(API, QUERY, USERS_FETCH, NAMES_FETCH)
    subgraphs = {"accounts": accounts(users), "people": people()}
    assert await run_plan(subgraphs, plan, API) == {
        "data": {
            "everybody": [
                {"id": "1", "n": "Ada", "age": 31},
                None,
                {"id": "2", "n": "Bob", "age": 32},
                {"id": "1", "n": "Ada", "age": 31},
            ]
        }
    }
    sent = subgraphs["people"].requests[0]["variables"]["representations"]
    assert sent == [{"__typename": "User", "id": "1"}, {"__typename": "User", "id": "2"}]


async def test_null_in_a_non_null_field_propagates_and_says_where(run_plan: RunPlan) -> None:
    response = await run_plan({"accounts": accounts(), "people": people()}, _plan(), API)
    assert response["data"]["everybody"][3] is None
    assert response["errors"] == [
        {
            "message": "Cannot return null for non-nullable field User.name.",
            "path": ["everybody", 3, "n"],
            "extensions": {"code": "NON_NULL_VIOLATION"},
        }
    ]


async def test_an_entitys_error_appears_at_every_place_of_the_entity(run_plan: RunPlan) -> None:
    def failing(representation: dict[str, Any]) -> Any:
        raise GraphQLError("no such person", extensions={"code": "NOT_FOUND", "stacktrace": ["secret"]})

    users = [{"id": "1"}, {"id": "1"}]
    people = TestSubgraph(PEOPLE, entities={"User": failing})
    response = await run_plan({"accounts": accounts(users), "people": people}, _plan(), API)
    assert response == {
        "data": {"everybody": [None, None]},
        "errors": [
            {
                "message": "no such person",
                "path": ["everybody", index, key],
                "extensions": {"code": "NOT_FOUND"},
            }
            for index in (0, 1)
            for key in ("n", "age")
        ],
    }


async def test_an_error_inside_an_entity_is_translated_to_response_keys(run_plan: RunPlan) -> None:
    def no_age(*_: Any) -> Any:
        raise GraphQLError("age is private")

    people = TestSubgraph(PEOPLE, {"User.age": no_age}, {"User": lambda r: {"name": "X"}})
    query = "{ everybody: users { id years: age } }"
    plan = plan_of(API, query, USERS_FETCH, NAMES_FETCH)
    response = await run_plan({"accounts": accounts([{"id": "1"}]), "people": people}, plan, API)
    assert response["data"] == {"everybody": [{"id": "1", "years": None}]}
    assert [error["path"] for error in response["errors"]] == [["everybody", 0, "years"]]
    assert response["errors"][0]["extensions"] == {"code": "DOWNSTREAM_SERVICE_ERROR"}


async def test_subgraph_messages_are_masked_by_setting(run_plan: RunPlan) -> None:
    def failing(representation: dict[str, Any]) -> Any:
        raise GraphQLError("password is hunter2", extensions={"code": "OOPS", "detail": "x"})

    people = TestSubgraph(PEOPLE, entities={"User": failing})
    errors = ErrorSettings(mask_subgraph_errors=True, with_service=True)
    response = await run_plan(
        {"accounts": accounts([{"id": "1"}]), "people": people}, _plan(), API, errors=errors
    )
    assert response["errors"][0]["message"] == "The subgraph reported an error."
    assert response["errors"][0]["extensions"] == {"code": "OOPS", "service": "people"}


BROKEN = {
    "status 500": (Response("oops", 500), "SUBREQUEST_HTTP_ERROR"),
    "empty body": (Response(b""), "SUBREQUEST_MALFORMED_RESPONSE"),
    "not JSON": (Response("<html>"), "SUBREQUEST_MALFORMED_RESPONSE"),
    "a list": (Response("[]"), "SUBREQUEST_MALFORMED_RESPONSE"),
    "nothing": (Response("{}"), "SUBREQUEST_MALFORMED_RESPONSE"),
    "data a string": (Response('{"data":"x"}'), "SUBREQUEST_MALFORMED_RESPONSE"),
    "too few entities": (Response('{"data":{"_entities":[]}}'), "SUBREQUEST_MALFORMED_RESPONSE"),
    "entities no list": (Response('{"data":{"_entities":3}}'), "SUBREQUEST_MALFORMED_RESPONSE"),
    "errors no list": (Response('{"errors":3}'), "DOWNSTREAM_SERVICE_ERROR"),
    "errors of numbers": (Response('{"errors":[3]}'), "DOWNSTREAM_SERVICE_ERROR"),
}


@pytest.mark.parametrize("kind", BROKEN)
async def test_a_broken_entity_answer_costs_its_fields_only(run_plan: RunPlan, kind: str) -> None:
    answer, code = BROKEN[kind]

    async def broken(_: dict[str, Any]) -> Response:
        return answer

    query = "{ users { id age } }"
    people = TestSubgraph(PEOPLE, entities={"User": person}, fault=broken)
    plan = plan_of(API, query, USERS_FETCH, NAMES_FETCH)
    response = await run_plan({"accounts": accounts([{"id": "1"}]), "people": people}, plan, API)
    assert response["data"] == {"users": [{"id": "1", "age": None}]}
    assert [(error["path"], error["extensions"]["code"]) for error in response["errors"]] == [
        (["users", 0, "age"], code)
    ]


async def test_a_root_fetch_that_fails_nulls_its_fields(run_plan: RunPlan) -> None:
    async def broken(_: dict[str, Any]) -> Response:
        return Response("", 502)

    plan = plan_of(API, "{ u: users { id } }", root_fetch(0, "accounts", "{users{id}}"))
    subgraphs = {"accounts": TestSubgraph(ACCOUNTS, fault=broken)}
    response = await run_plan(subgraphs, plan, API)
    assert response["data"] == {"u": None}
    assert [error["path"] for error in response["errors"]] == [["u"]]


async def test_a_failed_hidden_requirement_is_reported_at_the_field_that_needed_it(
    run_plan: RunPlan,
) -> None:
    api = build_schema("type Query { p: P } type P { id: ID! cost: Int }")
    store = TestSubgraph("type Query { p: P } type P { id: ID! }", {"Query.p": lambda *_: {"id": "1"}})

    async def broken(_: dict[str, Any]) -> Response:
        return Response("", 503)

    weights = TestSubgraph("type Query { _: Int } type P { weight: Int }", entities={"P": dict}, fault=broken)
    costs = TestSubgraph("type Query { _: Int } type P { cost: Int }", entities={"P": dict})
    needs = (RepresentationField("weight", "weight"),)
    plan = plan_of(
        api,
        "{ p { price: cost } }",
        root_fetch(0, "store", "{p{id}}"),
        entity_fetch(1, "weights", "p", "P", "id", "{weight}", (0,)),
        entity_fetch(2, "costs", "p", "P", "id", "{cost}", (1,), needs),
    )
    response = await run_plan({"store": store, "weights": weights, "costs": costs}, plan, api)
    assert response["data"] == {"p": {"price": None}}
    assert [error["path"] for error in response["errors"]] == [["p", "price"]]
    assert costs.requests == []


async def test_a_failed_field_that_another_needs_is_reported_at_both(run_plan: RunPlan) -> None:
    api = build_schema("type Query { p: [P] } type P { id: ID! weight: Int cost: Int }")
    store = TestSubgraph("type Query { p: [P] } type P { id: ID! }", {"Query.p": lambda *_: [{"id": "1"}]})

    async def broken(_: dict[str, Any]) -> Response:
        return Response("", 503)

    weights = TestSubgraph("type Query { _: Int } type P { weight: Int }", entities={"P": dict}, fault=broken)
    costs = TestSubgraph("type Query { _: Int } type P { cost: Int }", entities={"P": dict})
    needs = (RepresentationField("weight", "weight"),)
    plan = plan_of(
        api,
        "{ p { weight price: cost } }",
        root_fetch(0, "store", "{p{id}}"),
        entity_fetch(1, "weights", "p.@", "P", "id", "{weight}", (0,)),
        entity_fetch(2, "costs", "p.@", "P", "id", "{cost}", (1,), needs),
    )
    response = await run_plan({"store": store, "weights": weights, "costs": costs}, plan, api)
    assert [error["path"] for error in response["errors"]] == [["p", 0, "weight"], ["p", 0, "price"]]


async def test_values_of_the_wrong_kind_become_null_with_an_error(run_plan: RunPlan) -> None:
    api = build_schema(
        """
        type Query { a: Int b: [String] c: Color d: User e: ID f: Float g: Int }
        enum Color { RED }
        type User { id: ID }
        """
    )

    async def odd(_: dict[str, Any]) -> Response:
        return Response('{"data":{"a":"x","b":["s",1],"c":"GREEN","d":[1],"e":7,"f":1,"g":3000000000}}')

    text = "{a b c d{id} e f g}"
    plan = plan_of(api, text, root_fetch(0, "s", text))
    response = await run_plan({"s": TestSubgraph("type Query { a: Int }", fault=odd)}, plan, api)
    assert response["data"] == {
        "a": None,
        "b": ["s", None],
        "c": None,
        "d": None,
        "e": "7",
        "f": 1,
        "g": None,
    }
    assert [error["path"] for error in response["errors"]] == [["a"], ["b", 1], ["c"], ["d"], ["g"]]


async def test_big_integers_of_custom_scalars_stay_exact_both_ways(run_plan: RunPlan) -> None:
    api = build_schema("scalar Big type Query { big(n: Big): Big }")
    subgraph = TestSubgraph("scalar Big type Query { big(n: Big): Big }", {"Query.big": lambda *_, n: n + 1})
    plan = plan_of(api, "{ big }", root_fetch(0, "s", "query($n:Big){big(n:$n)}"))
    response = await run_plan({"s": subgraph}, plan, api, {"n": 10**30})
    assert response == {"data": {"big": 10**30 + 1}}


async def test_a_subgraph_that_is_too_late_is_a_timeout(run_plan: RunPlan) -> None:
    released = asyncio.Event()

    async def late(_: dict[str, Any]) -> None:
        await released.wait()

    plan = plan_of(API, "{ users { id } }", root_fetch(0, "accounts", "{users{id}}"))
    subgraphs = {"accounts": TestSubgraph(ACCOUNTS, fault=late)}
    response = await run_plan(subgraphs, plan, API, timeout=0.05)
    released.set()
    assert response["errors"][0]["extensions"]["code"] == "SUBREQUEST_TIMEOUT"


async def test_a_mutation_ends_at_a_non_null_field_that_is_null(run_plan: RunPlan) -> None:
    api = build_schema("type Query { _: Int } type Mutation { one: Int! two: Int }")
    sdl = "type Query { _: Int } type Mutation { one: Int two: Int }"
    ran: list[str] = []
    a = TestSubgraph(sdl, {"Mutation.one": lambda *_: ran.append("one")})
    b = TestSubgraph(sdl, {"Mutation.two": lambda *_: ran.append("two")})
    plan = plan_of(
        api,
        "mutation { one two }",
        root_fetch(0, "a", "mutation{one}", kind="mutation"),
        root_fetch(1, "b", "mutation{two}", kind="mutation", after=(0,)),
        kind="mutation",
    )
    response = await run_plan({"a": a, "b": b}, plan, api)
    assert response["data"] is None
    assert ran == ["one"]


async def test_introspection_is_answered_by_the_router(run_plan: RunPlan) -> None:
    plan = plan_of(API, "{ users { id } }", root_fetch(0, "accounts", "{users{id}}"))
    meta = ResponseField("t", "t", "__type", TypeMetaFieldDef.type)
    plan = replace(
        plan,
        introspection='{ t: __type(name: "User") { name } }',
        response=replace(plan.response, fields=(meta, *plan.response.fields)),
    )
    response = await run_plan({"accounts": accounts([])}, plan, API)
    assert list(response["data"].items()) == [("t", {"name": "User"}), ("users", [])]


def test_default_values_are_introspected_as_they_are_written() -> None:
    schema = build_schema('type Query { a(x: JSON = {k: [1, "b"]}, y: Int = 2, z: Int): Int } scalar JSON')
    data = introspect('{ __type(name: "Query") { fields { args { defaultValue } } } }', schema, {})
    assert [a["defaultValue"] for a in data["__type"]["fields"][0]["args"]] == ['{k: [1, "b"]}', "2", None]


def _plan() -> Any:
    return plan_of(API, QUERY, USERS_FETCH, NAMES_FETCH)
