"""Directives of operations and fragments do at the subgraphs what they were written for."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLResolveInfo

from router.traffic.settings import EngineSettings, ExecutionMode
from tests.router.execution.gateway import gateway
from tests.router.execution.subgraph_server import TestSubgraph

DIRECTIVES = """
  directive @loud(times: Int = 1) on FIELD | INLINE_FRAGMENT
  directive @tagged(by: String) repeatable on QUERY | MUTATION
"""


def said(text: str) -> Any:
    """A field that shouts under ``@loud``, and tells the operation's tags."""

    def resolve(_parent: Any, info: GraphQLResolveInfo) -> str:
        loud = any(d.name.value == "loud" for node in info.field_nodes for d in node.directives)
        variables = info.variable_values
        tags = [variables[d.arguments[0].value.name.value] for d in info.operation.directives]  # type: ignore[attr-defined]
        return " ".join([text.upper() if loud else text, *tags])

    return resolve


def subgraphs() -> dict[str, TestSubgraph]:
    return {
        "a": TestSubgraph(
            DIRECTIVES
            + """type Query { word: String pet: Pet toy: Toy } type Mutation { feed: Pet }
                 type Pet @key(fields: "name") { name: String }
                 type Toy @key(fields: "name") { name: String }""",
            {
                "Query.word": said("word"),
                "Query.pet": lambda *_: {},
                "Query.toy": lambda *_: {},
                "Mutation.feed": lambda *_: {},
                "Pet.name": said("rex"),
                "Toy.name": lambda *_: "ball",
            },
        ),
        "b": TestSubgraph(
            DIRECTIVES
            + """type Query { b: Int } type Pet @key(fields: "name") { name: String sound: String }
                 type Toy @key(fields: "name") { name: String sound: String }""",
            {"Pet.sound": said("woof"), "Toy.sound": said("squeak")},
            {
                "Pet": lambda given: {} if given["name"].startswith("rex") else None,
                "Toy": lambda given: {} if given["name"] == "ball" else None,
            },
        ),
    }


async def ask(mode: ExecutionMode, text: str, **variables: Any) -> tuple[Any, dict[str, list[str]]]:
    served = subgraphs()
    async with gateway(served, EngineSettings(execution=mode)) as router:
        response = await router.ask(text, variables)
    return response, {name: [r["query"] for r in each.requests] for name, each in served.items()}


async def test_an_operation_has_its_directives_in_every_request(mode: ExecutionMode) -> None:
    text = "query ($by: String) @tagged(by: $by) { word pet { sound } toy { sound } }"
    response, sent = await ask(mode, text, by="me")
    assert response == {
        "data": {"word": "word me", "pet": {"sound": "woof me"}, "toy": {"sound": "squeak me"}}
    }
    assert [len(each) for each in sent.values()] == [1, 1]  # entities asked for together


async def test_the_entities_that_a_mutation_gives_are_asked_for_with_them(mode: ExecutionMode) -> None:
    response, _ = await ask(mode, "mutation ($by: String) @tagged(by: $by) { feed { sound } }", by="us")
    assert response == {"data": {"feed": {"sound": "woof us"}}}


async def test_a_key_is_not_what_a_directive_makes_of_it(mode: ExecutionMode) -> None:
    response, _ = await ask(mode, "{ pet { name @loud sound } }")
    assert response == {"data": {"pet": {"name": "REX", "sound": "woof"}}}


async def test_a_field_may_be_asked_for_with_and_without(mode: ExecutionMode) -> None:
    response, _ = await ask(mode, "{ pet { plain: sound ... on Pet { sound @loud } } word w: word @loud }")
    assert response == {"data": {"pet": {"plain": "woof", "sound": "WOOF"}, "word": "word", "w": "WORD"}}


async def test_those_of_a_fragment_are_sent_with_their_variables(mode: ExecutionMode) -> None:
    text = "query ($t: Int) { pet { ... @loud(times: $t) { sound name } } }"
    response, sent = await ask(mode, text, t=3)
    assert response == {"data": {"pet": {"sound": "woof", "name": "rex"}}}
    assert ["...@loud(times:$t){" in text for each in sent.values() for text in each] == [True, True]
