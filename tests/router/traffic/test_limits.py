"""How large an operation may be: fragments count wherever they are spread."""

from __future__ import annotations

import pytest
from graphql import parse

from router.traffic.check_limits import check_limits
from router.traffic.rejection import Rejection
from router.traffic.settings import OperationLimits


def broken(text: str, **limits: int) -> list[str]:
    """What an operation breaks; what is not given has no limit."""
    none = dict.fromkeys(("tokens", "depth", "aliases", "root_fields", "directives"), 0)
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
        ("query @a { b @c ... @d { e } ...F @f } fragment F on T { g @h }", "directives", 5, "directives"),
    ],
)
def test_a_limit_is_kept_to_the_last(text: str, limit: str, size: int, what: str) -> None:
    assert broken(text, **{limit: size}) == []
    assert broken(text, **{limit: size - 1}) == [f"The operation has {size} {what}; {size - 1} are allowed."]


def test_all_broken_limits_are_told_at_once() -> None:
    assert len(broken("{ x: a { y: b } c }", depth=1, aliases=1, root_fields=1)) == 3


def test_fragments_that_double_at_each_level_are_counted_without_being_spread() -> None:
    spreads = " ".join(f"fragment F{n} on T {{ ...F{n + 1} ...F{n + 1} }}" for n in range(200))
    text = "{ ...F0 } " + spreads + " fragment F200 on T { x: a }"
    assert broken(text, aliases=10) == ["The operation has very many aliases; 10 are allowed."]


def test_a_fragment_that_spreads_itself_is_counted_once() -> None:
    assert broken("{ ...F } fragment F on T { x: a { ...F } }", aliases=1, depth=2) == []
