"""What stays of an operation once it has been read, planned and run."""

from __future__ import annotations

from typing import Any

import pytest

from router.traffic.messages import GraphQLRequest
from router.traffic.operations import Operations
from router.traffic.prepare import PreparedOperation
from router.traffic.rejection import Rejection
from tests.router.work.shop import Shop

CONDITIONAL = "query ($x: Boolean!, $y: ID!) { person(id: $y) { id name @include(if: $x) } }"


@pytest.fixture(scope="module")
async def shop() -> Shop:
    return Shop()


def ask(shop: Shop, query: str, variables: dict[str, Any] | None = None) -> PreparedOperation:
    """Run an operation; gives what is kept of it."""
    answer = shop.engine.start(GraphQLRequest(query, variables=variables))
    assert answer is not None
    shop.answers.answer()
    assert not answer.result().rejected
    return shop.engine.operations.prepared(query, None)


def places(operations: Operations, query: str, variables: dict[str, Any] | None = None) -> Any:
    """Where an operation's mistakes are."""
    with pytest.raises(Rejection) as refused:
        operations.prepared(query, None).coerce_variables(variables)
    return [problem.locations for problem in refused.value.problems]


async def test_an_operation_of_one_plan_gives_up_its_syntax_tree_when_it_is_planned(shop: Shop) -> None:
    assert ask(shop, "{ goods { code } }").operation.syntax is None


async def test_an_operation_of_several_plans_keeps_its_syntax_tree(shop: Shop) -> None:
    assert len(ask(shop, CONDITIONAL, {"x": True, "y": "1"}).variants) == 1
    assert len(ask(shop, CONDITIONAL, {"x": False, "y": "1"}).variants) == 2


async def test_a_program_is_kept_from_the_second_sight_on(shop: Shop) -> None:
    query = "{ goods { title } }"
    first, second = ([variant.program for variant in ask(shop, query).variants.values()] for _ in range(2))
    assert first == [None]
    assert [program is not None and program.compiled is not None for program in second] == [True]


async def test_mistakes_are_told_with_their_places(shop: Shop) -> None:
    operations = shop.engine.operations
    assert places(operations, "{ goods {\n  wrong } }") == [({"line": 2, "column": 3},)]
    assert places(operations, "{ goods {\n  code } ") == [({"line": 2, "column": 10},)]


async def test_wrong_values_of_variables_are_told_with_the_places_of_their_definitions(shop: Shop) -> None:
    found = places(shop.engine.operations, CONDITIONAL, {"x": 1, "y": {}})
    assert found == [({"line": 1, "column": 8},), ({"line": 1, "column": 22},)]
