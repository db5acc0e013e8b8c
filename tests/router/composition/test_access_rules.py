"""Access rules of several subgraphs hold together; one that asks for nothing takes nothing away."""

from __future__ import annotations

import pytest

from tests.router.composition.composing import codes, compose_fed2, hints, supergraph

KINDS = [("requiresScopes", "scopes"), ("policy", "policies")]


def merged(directive: str, argument: str, first: str, second: str) -> str:
    """Give the line of a field that two subgraphs protect."""
    sdl = 'type T @key(fields: "k") {{ k: ID pay: Int @shareable @{}({}: {}) }}'
    a = "type Query { t: T } " + sdl.format(directive, argument, first)
    sdl = supergraph(a=a, b=sdl.format(directive, argument, second))
    return next(line.strip() for line in sdl.splitlines() if line.strip().startswith("pay"))


@pytest.mark.parametrize(("directive", "argument"), KINDS)
@pytest.mark.parametrize("nothing", ["[]", "[[]]", '[["a"], []]'])
def test_what_one_subgraph_asks_for_stands_beside_nothing(
    directive: str, argument: str, nothing: str
) -> None:
    rule = '[["payroll"], ["boss", "night"]]'
    for pair in ((nothing, rule), (rule, nothing)):
        assert merged(directive, argument, *pair) == (
            f'pay: Int @{directive}({argument}: [["boss", "night"], ["payroll"]])'
        )


@pytest.mark.parametrize(("directive", "argument"), KINDS)
def test_an_interface_keeps_the_rule_of_the_object_that_has_one(directive: str, argument: str) -> None:
    sdl = supergraph(
        a=f"type Query {{ i: I }} interface I {{ x: Int }} "
        f"type T implements I {{ x: Int @{directive}({argument}: []) }} "
        f'type U implements I {{ x: Int @{directive}({argument}: [["a"]]) }}'
    )
    assert sdl.count(f'@{directive}({argument}: [["a"]])') == 2


@pytest.mark.parametrize(("directive", "argument"), KINDS)
def test_a_rule_that_asks_for_nothing_covers_nothing(directive: str, argument: str) -> None:
    a = 'type Query { t: T } type T @key(fields: "k") { k: ID pay: Int @%s(%s: %s) }'
    b = 'type T @key(fields: "k") { k: ID pay: Int @external y: Int @requires(fields: "pay") %s }'
    protected = a % (directive, argument, '[["a"]]')
    empty = f"@{directive}({argument}: [])"
    assert codes(a=protected, b=b % empty) == ["MISSING_TRANSITIVE_AUTH_REQUIREMENTS"]
    assert codes(a=a % (directive, argument, "[]"), b=b % "") == []


def test_one_slicing_argument_is_needed_if_every_subgraph_insists() -> None:
    sdl = "type Query { q%s: Int l(first: Int): [Int] @shareable @listSize(requireOneSlicingArgument: %s) }"
    for first, second, kept in (("true", "false", "false"), ("true", "true", "true")):
        text = supergraph(a=sdl % ("a", first), b=sdl % ("b", second))
        assert f"@listSize(requireOneSlicingArgument: {kept})" in text


@pytest.mark.parametrize(
    "rule", ["@authenticated", '@requiresScopes(scopes: [["a"]])', '@policy(policies: [["a"]])']
)
@pytest.mark.parametrize("where", ["field", "type", "enum"])
def test_a_hint_tells_that_access_rules_are_not_enforced_here(rule: str, where: str) -> None:
    on = {place: rule if place == where else "" for place in ("field", "type", "enum")}
    sdl = "type Query {{ t: T }} type T {type} {{ k: Kind {field} }} enum Kind {enum} {{ ONE }}".format(**on)
    composition = compose_fed2(a=sdl)
    assert [(h.code, h.coordinate) for h in composition.hints] == [
        ("ACCESS_DIRECTIVES_NOT_ENFORCED", {"field": "T.k", "type": "T", "enum": "Kind"}[where])
    ]
    assert [place.subgraph for place in composition.hints[0].locations] == ["a"]


def test_no_hint_without_access_rules() -> None:
    assert hints(a='type Query { x: Int @tag(name: "t") }') == []
