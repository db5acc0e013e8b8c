"""The quick look at a document never takes what graphql-core's rules refuse, and takes what clients send."""

from __future__ import annotations

import os
import re
from random import Random

import pytest
from graphql import GraphQLError, build_schema, parse, specified_rules, validate

from router.operation.accept import Acceptor
from tests.router.differential.operation import random_operation
from tests.router.differential.print_sdl import whole_sdl
from tests.router.differential.random_graph import random_graph

SEEDS = int(os.environ.get("TESTS_ACCEPT_SEEDS", "25"))
SCHEMA = build_schema("""
    type Query { pet(id: ID!, near: Point, tags: [String!], kind: Kind = DOG): Pet
      dogs(first: Int = 3): [Dog!]!
      any: Any json(value: Json): Json }
    interface Pet { name: String friend: Pet }
    type Dog implements Pet { name: String friend: Pet barks(loud: Boolean!): Int age: Int! size: Int }
    type Cat implements Pet { name: String friend: Pet purrs: Int age: Int size: String }
    union Any = Dog | Cat
    enum Kind { DOG CAT }
    input Point { x: Float! y: Float! label: String inside: Point }
    scalar Json
    type Subscription { dog: Dog }
""")
ACCEPTOR = Acceptor(SCHEMA)

PLAIN = [
    "{ pet(id: 1) { name friend { name ... on Dog { barks(loud: true) } } } }",
    'query ($id: ID!, $x: Float = 1) { pet(id: $id, near: {x: $x, y: 2.5}, tags: ["a"]) { __typename } }',
    "{ a: pet(id: 1) { ...P } b: pet(id: 2) { ...P friend { ...P } } } fragment P on Pet { name }",
    "query ($on: Boolean!) { dogs @include(if: $on) { age @skip(if: false) } any { ... on Cat { purrs } } }",
    "query A { dogs { name } } query B($n: Int) { dogs(first: $n) { name } }",
    "{ pet(id: 1) { friend { name } friend { name } ... on Dog { friend { friend { name } } } } }",
    "query ($tag: String!) { pet(id: 1, tags: [$tag], kind: CAT) { name } }",
    "query ($kind: Kind) { pet(id: 1, kind: $kind) { name } }",
]
WRONG = [
    "{ pet { name } }",
    "{ pet(id: 1, id: 2) { name } }",
    "{ pet(id: 1, no: 2) { name } }",
    "{ pet(id: 1.5) { name } }",
    "{ pet(id: null) { name } }",
    "{ pet(id: 1) }",
    "{ pet(id: 1) { name { x } } }",
    "{ pet(id: 1) { nothing } }",
    "{ pet(id: 1, near: {x: 1}) { name } }",
    "{ pet(id: 1, near: {x: 1, y: 2, x: 3}) { name } }",
    "{ pet(id: 1, kind: COW) { name } }",
    "{ dogs(first: 99999999999) { name } }",
    "{ dogs { ... on Cat { name } } }",
    "{ dogs { ...F } }",
    "{ dogs { name } } fragment F on Dog { name }",
    "{ dogs { ...F } } fragment F on Dog { friend { ...F } }",
    "{ dogs { ...F } } fragment F on Dog { name } fragment F on Dog { age }",
    "{ dogs { ...F } } fragment F on Kind { name }",
    "{ dogs { name @skip } }",
    "{ dogs { name @skip(if: true) @skip(if: true) } }",
    "{ dogs { name @nothing } }",
    "query ($a: Int) { dogs { name } }",
    "{ dogs(first: $a) { name } }",
    "query ($a: String) { dogs(first: $a) { name } }",
    "query ($a: ID) { pet(id: $a) { name } }",
    "query ($a: Int, $a: Int) { dogs(first: $a) { name } }",
    "query ($a: Dog) { dogs(first: $a) { name } }",
    'query ($a: Int = "x") { dogs(first: $a) { name } }',
    "query ($on: Boolean) { dogs { name @skip(if: $on) } }",
    "{ dogs { a: name a: age } }",
    "{ dogs { barks(loud: true) barks(loud: false) } }",
    "{ any { ... on Dog { size } ... on Cat { size } } }",
    "{ dogs { name } } { dogs { age } }",
    "query A { dogs { name } } query A { dogs { age } }",
    "{ any { name } }",
    "subscription { dog { name } x: dog { name } }",
    "{ __typename { x } }",
    "type Dog { name: String }",
]


@pytest.mark.parametrize("text", PLAIN)
def test_what_clients_send_is_accepted(text: str) -> None:
    assert validate(SCHEMA, parse(text)) == []
    assert ACCEPTOR.accepts(parse(text))


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_left_to_the_rules(text: str) -> None:
    assert validate(SCHEMA, parse(text)) != []
    assert not ACCEPTOR.accepts(parse(text))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_nothing_is_accepted_that_the_rules_refuse(seed: int) -> None:
    """Some tokens of valid operations are changed, and the rules are asked about what is accepted."""
    random = Random(seed)
    schema = build_schema(whole_sdl(random_graph(random)))
    acceptor = Acceptor(schema)
    for _ in range(4):
        text = random_operation(random, schema).text
        for _ in range(12):
            compare(acceptor, schema, mutated(random, text))


def test_most_random_operations_are_accepted() -> None:
    """Others have one key with types that differ, or an object of which one field must be given."""
    random = Random(1)
    accepted = 0
    for _ in range(10):
        schema = build_schema(whole_sdl(random_graph(random)))
        acceptor = Acceptor(schema)
        accepted += sum(acceptor.accepts(parse(random_operation(random, schema).text)) for _ in range(5))
    assert accepted >= 30


def mutated(random: Random, text: str) -> str:
    tokens = re.findall(r"\w+|\.\.\.|[^\w\s]", text)
    for _ in range(random.randint(1, 2)):
        at, other = random.randrange(len(tokens)), random.choice(tokens)
        change = random.choice(("drop", "copy", "replace"))
        tokens[at : at + 1] = {"drop": [], "copy": [tokens[at]] * 2, "replace": [other]}[change]
    return " ".join(tokens).replace("$ ", "$").replace("... ", "...")


def compare(acceptor: Acceptor, schema: object, text: str) -> None:
    try:
        document = parse(text)
    except GraphQLError:
        return
    if acceptor.accepts(document):
        assert validate(schema, document, specified_rules) == [], text  # type: ignore[arg-type]
