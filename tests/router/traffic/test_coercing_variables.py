"""Variables that are taken as they are must be those that coercion leaves as they are."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import OperationDefinitionNode, build_schema, parse

from router.traffic.coerce_variables import VariableCoercer, coerce_variables
from router.traffic.rejection import Rejection

SCHEMA = build_schema("""
  scalar Big
  enum Size { S M }
  input Tree { name: String! size: Size = S leaf: Boolean more: [Tree!] }
  type Query { f: Int }
""")
DEFINITIONS = (
    "$id: ID, $n: Int = 3, $x: Float, $s: String!, $b: Boolean, $big: Big, $size: Size, $t: Tree, $l: [Int!]"
)

GIVEN: list[dict[str, Any] | None] = [
    None,
    {},
    {"s": "a"},
    {"s": None},
    {"s": 1},
    {"s": "a", "id": "1", "n": 1, "x": 0.5, "b": True, "size": "M", "l": [1, 2]},
    {"s": "a", "id": 1},
    {"s": "a", "id": None, "n": None, "x": None, "t": None, "l": None},
    {"s": "a", "n": True},
    {"s": "a", "n": 2**31},
    {"s": "a", "n": 1.0},
    {"s": "a", "x": 1},
    {"s": "a", "size": "XL"},
    {"s": "a", "big": {"any": [1, 2**80]}},
    {"s": "a", "l": 1},
    {"s": "a", "l": [None]},
    {"s": "a", "t": {"name": "n"}},
    {"s": "a", "t": {"name": "n", "size": "M", "leaf": None}},
    {"s": "a", "t": {"name": "n", "size": "S", "more": [{"name": "m", "size": "M", "more": []}]}},
    {"s": "a", "t": {"name": "n", "size": "S", "more": [{"size": "M"}]}},
    {"s": "a", "t": {"name": "n", "size": "S", "odd": 1}},
    {"s": "a", "unknown": 1},
]


@pytest.mark.parametrize("given", GIVEN, ids=str)
def test_values_are_what_graphql_core_makes_of_them(given: dict[str, Any] | None) -> None:
    operation = parse(f"query ({DEFINITIONS}) {{ __typename }}").definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    definitions = tuple(operation.variable_definitions)

    def outcome(coerce: Any, *arguments: Any) -> Any:
        try:
            return coerce(*arguments)
        except Rejection as rejection:
            return [problem.message for problem in rejection.problems]

    ours = outcome(VariableCoercer(SCHEMA, definitions, lambda: definitions), given)
    assert ours == outcome(coerce_variables, SCHEMA, definitions, given)
