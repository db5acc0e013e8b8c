"""The fast parser beside graphql-core's: the same documents, and nothing that graphql-core refuses."""

from __future__ import annotations

import random

import pytest
from graphql import GraphQLSyntaxError, parse

from router.operation.parse import parse_operations

READ = [
    "{ a }",
    "{a,b c\n\td\r\n}",
    "\ufeff{ a b: c d : e }",
    "# first\n{ a # second\n # third, { }\n b }#",
    "query { a } ",
    "query Q { a } mutation M { a } subscription S { a }",
    "query query { query fragment on true null mutation }",
    "fragment F on T { a } { ...F ... on T { b } ... { c } ...@x { d } ... @x { e } }",
    "fragment fragment on on @d(a: 1) { a } { ...fragment @skip(if: true) }",
    "{ a(b: 1, c: -0, d: 1.5, e: -2e10, f: 0.0E-7) }",
    '{ a(b: "text", c: "", d: "tab\tand # no comment, é 😀 {}") }',
    "{ a(b: true, c: false, d: null, e: RED, f: $v, g: [1 [2], []], h: {i: {} j: [$v]}) { k } }",
    "query ($a: Int, $b: [T!]! = [1] @d(x: 1), $c: [[ID]]! = {k: [RED]}, $on: on) { a(b: $a) @x @y(z: $b) }",
    "{ a: b(c: 1) @d { e } }",
]

LEFT = [
    "",
    " # nothing",
    "{",
    "{ }",
    "{ a } }",
    "{ a(b: 01) }",
    "{ a(b: 1x) }",
    "{ a(b: 1.) }",
    "{ a(b: .5) }",
    "{ a(b: -) }",
    "{ a() }",
    "{ a(b:) }",
    "{ a(b: $) }",
    "{ a.b }",
    "{ .. }",
    "{ ...on }",
    "{ a: b: c }",
    "{ é }",
    "query () { a }",
    "query ($a: Int = $b) { a }",
    "query ($a: Int!!) { a }",
    "query ($a: Int @d(b: $c)) { a }",
    "fragment on on T { a }",
    "fragment F { a }",
    "type T { a: Int }",
    '"About it." query { a }',
    '{ a(b: """block""") }',
    '{ a(b: "\\n") }',
    '{ a(b: "open) }',
    '{ a(b: "\ud800") }',
    "{ a # \ud800\n }",
    "{ a\x0b }",
    "{ a " * 101 + "}" * 101,
]


@pytest.mark.parametrize("text", READ)
def test_operations_are_what_graphql_core_reads(text: str) -> None:
    ours = parse_operations(text)
    assert ours is not None
    assert ours.to_dict() == parse(text, no_location=True).to_dict()


@pytest.mark.parametrize("text", LEFT)
def test_what_may_be_a_mistake_is_left_to_graphql_core(text: str) -> None:
    assert parse_operations(text) is None


def test_as_many_tokens_are_allowed_as_graphql_core_allows() -> None:
    text = "# one\n{ a(b: 1) # two\n }"
    parse(text, max_tokens=10)
    with pytest.raises(GraphQLSyntaxError):
        parse(text, max_tokens=9)
    assert parse_operations(text, 10) is not None
    assert parse_operations(text, 9) is None


def test_changed_texts_are_read_as_graphql_core_reads_them_or_not_at_all() -> None:
    chance = random.Random(1)
    read = 0
    for _ in range(4_000):
        text = changed(chance.choice(READ), chance)
        ours = parse_operations(text)
        if ours is not None:
            read += 1
            assert ours.to_dict() == parse(text, no_location=True).to_dict(), text
    assert read > 500


def changed(text: str, chance: random.Random) -> str:
    """Take out, double, or replace some characters."""
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(text))
        middle = chance.choice(
            ["", text[at] * 2, chance.choice('{}()[]:!$@&|=.,"#-0e1aé \n\\'), "on ", "..."]
        )
        text = text[:at] + middle + text[at + 1 :]
    return text
