"""How large an operation may be: fragments count wherever they are spread."""

from __future__ import annotations

from dataclasses import fields

import pytest
from graphql import parse

from router.traffic.check_limits import check_limits, check_validatable
from router.traffic.rejection import Rejection
from router.traffic.settings import OperationLimits


def broken(text: str, **limits: int) -> list[str]:
    """What an operation breaks; what is not given has no limit."""
    none = dict.fromkeys((each.name for each in fields(OperationLimits)), 0)
    try:
        check_limits(parse(text), OperationLimits(**{**none, **limits}))
    except Rejection as rejection:
        return [problem.message for problem in rejection.problems]
    return []


@pytest.mark.parametrize(
    ("text", "limit", "size", "what"),
    [
        ("{ a { b { c } d } e }", "depth", 3, "levels of fields"),
        ("{ a { ...F } } fragment F on T { b { ... on T { c } } }", "depth", 3, "levels of fields"),
        ("{ x: a { y: b } ...F ...F } fragment F on T { z: c }", "aliases", 4, "aliases"),
        ("{ a { x } b ... { c ...F } } fragment F on T { d e { y } }", "root_fields", 5, "root fields"),
        ("{ a { ... on T { b { ... on U { c } } } } }", "nesting", 5, "levels of selections"),
        (
            "{ a { ...F } b } fragment F on T { ...G } fragment G on U { c }",
            "nesting",
            4,
            "levels of selections",
        ),
        ("query @a { b @c ... @d { e } ...F @f } fragment F on T { g @h }", "directives", 5, "directives"),
    ],
)
def test_a_limit_is_kept_to_the_last(text: str, limit: str, size: int, what: str) -> None:
    assert broken(text, **{limit: size}) == []
    assert broken(text, **{limit: size - 1}) == [f"The operation has {size} {what}; {size - 1} are allowed."]


def test_fragments_on_the_type_that_they_stand_in_are_no_levels() -> None:
    chain = " ".join(f"fragment F{n} on T {{ ... {{ ...F{n + 1} }} ... on T {{ a }} }}" for n in range(1500))
    text = "{ a { ...F0 } } " + chain + " fragment F1500 on T { b }"
    assert broken(text, nesting=3) == []
    assert broken(text, nesting=2) == ["The operation has 3 levels of selections; 2 are allowed."]


def test_a_document_that_takes_all_rules_has_every_fragment_counted() -> None:
    limits = OperationLimits(nesting=10)
    chain = " ".join(f"fragment F{n} on T {{ ...F{n + 1} }}" for n in range(20)) + " fragment F20 on T { b }"
    for text in ("{ a { ...F0 } } " + chain, "{ a } " + chain):
        levels = check_limits(parse(text), limits)
        with pytest.raises(Rejection, match="levels of selections; 10 can be validated"):
            check_validatable(levels, limits)


def test_all_broken_limits_are_told_at_once() -> None:
    assert len(broken("{ x: a { y: b } c }", depth=1, aliases=1, root_fields=1)) == 3


def test_fragments_that_double_at_each_level_are_counted_without_being_spread() -> None:
    spreads = " ".join(f"fragment F{n} on T {{ ...F{n + 1} ...F{n + 1} }}" for n in range(200))
    text = "{ ...F0 } " + spreads + " fragment F200 on T { x: a }"
    assert broken(text, aliases=10) == ["The operation has very many aliases; 10 are allowed."]


def test_a_fragment_that_spreads_itself_is_counted_once() -> None:
    assert broken("{ ...F } fragment F on T { x: a { ...F } }", aliases=1, depth=2) == []
