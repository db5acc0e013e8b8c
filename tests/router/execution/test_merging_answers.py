"""Answers of several subgraphs for one place: what the client gets does not depend on which came first."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from router.execution.interpreter.merge import merge_object


@pytest.mark.parametrize(
    ("one", "other", "merged"),
    [
        ([{"a": 1}], "no list", [{"a": 1}]),
        ({"a": 1}, 7, {"a": 1}),
        ([{"a": 1}], {"a": 2}, [{"a": 1}]),
        ([{"a": 1}, {"a": 2}], [{"b": 1}], [{"a": 1}, {"a": 2}]),
        ([{"a": 1}, None], [None, {"b": 2}], [{"a": 1}, {"b": 2}]),
        ({"a": 1}, {"b": [1]}, {"a": 1, "b": [1]}),
        (None, "x", "x"),
    ],
)
def test_what_does_not_fit_never_hides_what_does_whichever_comes_first(
    one: Any, other: Any, merged: Any
) -> None:
    for first, second in ((one, other), (other, one)):
        tree = {"place": deepcopy(first)}
        merge_object(tree, {"place": deepcopy(second)}, frozenset())
        assert tree == {"place": merged}
