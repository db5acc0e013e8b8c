"""Values that do not fit their types: the client's mistake, whoever finds it."""

from __future__ import annotations

import datetime
import decimal
import enum
import uuid
from typing import Any, cast

import pytest
import strawberry

from subgraphs.common.context import Context
from subgraphs.common.execution import CompiledExecutor, FederatedSchema, Operation, StrawberryExecutor
from subgraphs.common.execution.executor import Executor


def _reciprocal(text: Any) -> float:
    return 1 / float(text)


Reciprocal = strawberry.scalar(name="Reciprocal", serialize=str, parse_value=_reciprocal)


class Share(float):
    """What `Reciprocal` gives."""


@strawberry.enum
class Size(enum.Enum):
    SMALL = "s"


@strawberry.input
class Range:
    since: datetime.datetime
    size: Size | None = None


@strawberry.federation.type(keys=["id"])
class Place:
    id: strawberry.ID


@strawberry.type
class Query:
    @strawberry.field
    def told(
        self,
        at: datetime.datetime | None = None,
        on: datetime.date | None = None,
        time: datetime.time | None = None,
        id: uuid.UUID | None = None,
        price: decimal.Decimal | None = None,
        share: Share | None = None,
        between: Range | None = None,
        count: int = 1,
    ) -> str:
        return f"{at} {count}"

    @strawberry.field
    def broken(self) -> datetime.datetime:
        return cast("datetime.datetime", "yesterday")


SCHEMA = FederatedSchema(query=Query, types=[Place], scalar_overrides={Share: Reciprocal})
EXECUTORS = [CompiledExecutor, StrawberryExecutor]
NOTHING = cast("Context[Any]", None)


async def _codes(kind: Any, query: str, variables: dict[str, Any] | None = None) -> list[str]:
    executor: Executor = kind(SCHEMA)
    answer = await executor.execute(Operation(query, variables), NOTHING)
    return [str((error.extensions or {})["code"]) for error in answer.errors]


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize(
    "argument",
    [
        'at: ""',
        'at: "yesterday"',
        "at: 5",
        'on: "2026-02-30"',
        'time: "25:00"',
        'id: "1"',
        'price: "much"',
        'share: "0"',
        'between: {since: ""}',
    ],
)
async def test_a_literal_that_a_scalar_of_ours_refuses_is_bad_input(executor: Any, argument: str) -> None:
    assert await _codes(executor, f"{{ told({argument}) }}") == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize(
    ("type_", "argument", "value"),
    [
        ("DateTime", "at", ""),
        ("DateTime", "at", {"a": [1]}),
        ("UUID", "id", "x"),
        ("Reciprocal", "share", 0),
        ("Range", "between", {"since": "x"}),
        ("Range", "between", {"since": "2026-01-01T00:00:00Z", "size": "HUGE"}),
        ("Range", "between", {}),
        ("Int!", "count", "1"),
        ("Int!", "count", 2**31),
        ("Int!", "count", None),
    ],
)
async def test_so_is_a_variable_of_a_wrong_kind(executor: Any, type_: str, argument: str, value: Any) -> None:
    query = f"query ($x: {type_}) {{ told({argument}: $x) }}"
    assert await _codes(executor, query, {"x": value}) == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("executor", EXECUTORS)
async def test_and_a_missing_one(executor: Any) -> None:
    assert await _codes(executor, "query ($x: Int!) { told(count: $x) }") == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("executor", EXECUTORS)
async def test_a_null_where_a_default_was_promised_is_bad_input_at_its_field(executor: Any) -> None:
    query = "query ($x: Int = 2) { told(count: $x) }"
    assert await _codes(executor, query, {"x": None}) == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize("representation", [5, "Place", None, [], {"__typename": ["Place"]}, {"id": "1"}])
async def test_a_representation_that_is_none_is_bad_input(executor: Any, representation: Any) -> None:
    query = "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Place { id } } }"
    assert await _codes(executor, query, {"r": [representation]}) == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize("query", ["query ($x: Int) { told }", '{ told(count: "1") }', "{ told(much: 1) }"])
async def test_an_operation_that_does_not_fit_the_schema_is_none(executor: Any, query: str) -> None:
    assert await _codes(executor, query) == ["GRAPHQL_VALIDATION_FAILED"]


@pytest.mark.parametrize("executor", EXECUTORS)
async def test_a_message_quotes_what_was_sent_but_not_all_of_it(executor: Any) -> None:
    answer = await executor(SCHEMA).execute(Operation(f'{{ told(at: "{"x" * 100_000}") }}'), NOTHING)
    assert [len(error.message) < 2_000 for error in answer.errors] == [True]


@pytest.mark.parametrize("executor", EXECUTORS)
async def test_a_wrong_value_of_our_own_is_our_fault(executor: Any) -> None:
    assert await _codes(executor, "{ broken }") == ["INTERNAL_SERVER_ERROR"]
