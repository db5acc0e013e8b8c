"""An operation may ask for so much and no more, however it multiplies."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncGenerator, Awaitable
from inspect import isawaitable
from types import SimpleNamespace
from typing import Any

import pytest
import strawberry
from aiodataloader import DataLoader
from graphql import ExecutionResult, GraphQLSyntaxError

from subgraphs.common.execution.compiled import Limits, Operations, ResponseTooLarge

BREADTH = 40


@strawberry.type
class Leaf:
    text: str
    others: list[str]


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Shop(Named):
    leaves: list[Leaf]
    row: strawberry.Private[Any]

    @strawberry.field
    async def products(self, info: strawberry.Info) -> list[Product]:
        """Everything that it has, through a loader."""
        found = await info.context.loader.load(self.name)
        return [Product(name=f"{self.name}.{n}") for n in range(found)]

    @strawberry.field
    def failing(self) -> list[int | None]:
        return ["wrong"] * BREADTH  # type: ignore[list-item]


@strawberry.type
class Product(Named):
    @strawberry.field
    async def shop(self) -> Shop:
        return shop()


Product.__annotations__["shop"] = Shop


def shop() -> Shop:
    return Shop(name="s", leaves=[Leaf(text="x" * 100, others=["y"] * BREADTH)] * BREADTH, row=None)


@strawberry.type
class Query:
    @strawberry.field
    async def shops(self) -> list[Shop]:
        return [shop() for _ in range(BREADTH)]

    @strawberry.field
    def plain(self) -> list[Shop]:
        return [shop() for _ in range(BREADTH)]

    @strawberry.field
    def named(self) -> list[Named]:
        return [shop() for _ in range(BREADTH)]

    @strawberry.field
    def counted(self, to: int) -> list[int]:
        return (n for n in range(to))  # type: ignore[return-value]


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def shops(self, sizes: list[int]) -> AsyncGenerator[list[Leaf], None]:
        for size in sizes:
            yield [Leaf(text="x", others=[])] * size


class Breadths(DataLoader[str, int]):
    """How many products a shop has; remembers how often it was asked."""

    asked = 0

    async def batch_load_fn(self, keys: list[str]) -> list[int]:
        type(self).asked += 1
        await asyncio.sleep(0)
        return [BREADTH] * len(keys)


SCHEMA = strawberry.Schema(Query, subscription=Subscription, types=[Shop, Product])
DEEP = "{ shops { products { shop { products { shop { products { shop { name } } } } } } } }"


def operations(*, compiled: bool = True, **limits: int) -> Operations:
    return Operations(SCHEMA, limits=Limits(**limits), compiled=compiled)


async def run(on: Operations, text: str, **variables: Any) -> ExecutionResult:
    answer = on.run(text, variables, context=SimpleNamespace(loader=Breadths()))
    return await answer if isawaitable(answer) else answer


def is_too_large(result: ExecutionResult) -> bool:
    original = [error.original_error for error in result.errors or ()]
    return result.data is None and [type(each) for each in original] == [ResponseTooLarge]


BOTH = pytest.mark.parametrize("compiled", [True, False])


@BOTH
async def test_what_multiplies_from_level_to_level_ends_at_the_limit(compiled: bool) -> None:
    assert is_too_large(await run(operations(values=20_000, compiled=compiled), DEEP))


@BOTH
@pytest.mark.parametrize(
    "text",
    [
        "{ shops { leaves { others } } }",
        "{ plain { leaves { text others } } }",
        "{ named { name ... on Shop { leaves { text a: others b: others } } } }",
        "{ shops { failing } }",
        "{ counted(to: 1000000000) }",
        "{ a: shops { leaves { text } } b: shops { leaves { text } } c: plain { leaves { a: text text } } }",
    ],
)
async def test_lists_of_plain_values_count_too(compiled: bool, text: str) -> None:
    assert is_too_large(await run(operations(values=5_000, compiled=compiled), text))


@BOTH
async def test_an_answer_within_the_limit_is_whole(compiled: bool) -> None:
    text = "{ plain { name leaves { text } } named { name } counted(to: 5) }"
    limited = await run(operations(values=20_000, size=1_000_000, compiled=compiled), text)
    assert limited.errors is None
    assert limited.data == (await run(operations(), text)).data


@BOTH
async def test_long_texts_count_by_their_length(compiled: bool) -> None:
    text = "{ plain { leaves { a: text b: text c: text } } }"
    assert is_too_large(await run(operations(size=400_000, compiled=compiled), text))
    assert (await run(operations(size=1_000_000, compiled=compiled), text)).errors is None


async def test_others_get_their_turn_while_a_large_answer_is_made() -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    await asyncio.sleep(0)
    before = turns
    result = await run(operations(), "{ shops { products { shop { products { shop { name } } } } } }")
    counting.cancel()
    assert result.errors is None
    # A level is one turn, and every 5,000 values of it is one more: there are 40³ objects.
    assert turns - before > 20


async def test_a_level_of_usual_size_is_still_loaded_at_once() -> None:
    Breadths.asked = 0
    await run(operations(), "{ shops { products { shop { products { name } } } } }")
    assert Breadths.asked == 1  # one key, cached; without the cache it would be two levels


async def test_what_a_run_was_waiting_for_ends_with_it() -> None:
    ended: list[str] = []

    @strawberry.type
    class Slow:
        @strawberry.field
        async def never(self) -> str:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                ended.append("never")
                raise
            return ""

        @strawberry.field
        async def much(self) -> list[int]:
            await asyncio.sleep(0)
            return list(range(1_000))

    on = Operations(strawberry.Schema(Slow), limits=Limits(values=500))
    answer = on.run("{ never much }")
    assert isinstance(answer, Awaitable)
    assert is_too_large(await answer)
    assert ended == ["never"]


@BOTH
async def test_each_root_field_starts_something_and_there_are_so_many(compiled: bool) -> None:
    on = operations(roots=10, compiled=compiled)
    assert is_too_large(await run(on, "{ " + " ".join(f"a{n}: __typename" for n in range(11)) + " }"))
    assert (await run(on, "{ " + " ".join(f"a{n}: __typename" for n in range(10)) + " }")).errors is None


@BOTH
async def test_events_have_the_limits_of_answers_each_of_its_own(compiled: bool) -> None:
    on = operations(values=1_000, compiled=compiled)
    events = await on.subscribe("subscription { shops(sizes: [300, 3000, 300]) { text } }")
    assert not isinstance(events, ExecutionResult)
    results = [event async for event in events]
    assert [is_too_large(each) for each in results] == [False, True, False]


@BOTH
@pytest.mark.parametrize(
    ("limits", "text"),
    [
        ({"tokens": 100}, "{ " + "plain { name } " * 50 + "}"),
        ({"tokens": 100}, "# much\n" * 101 + "{ __typename }"),
        ({"length": 1_000}, '{ __typename @skip(if: "' + "x" * 1_000 + '") }'),
        ({}, "{ a" * 3_000 + " }" * 3_000),
    ],
)
async def test_a_document_that_is_too_large_is_refused_before_it_is_read(
    compiled: bool, limits: dict[str, int], text: str
) -> None:
    result = await run(operations(compiled=compiled, **limits), text)
    assert result.data is None
    assert [type(error) for error in result.errors or ()] == [GraphQLSyntaxError]


async def test_texts_are_remembered_up_to_a_length_and_long_ones_push_nothing_out() -> None:
    on = operations(remembered=50, remembered_length=1_000)
    for n in range(60):
        await run(on, f"{{ a{n}: __typename }}")
    short = set(on._prepared)
    assert 0 < len(short) <= 50
    assert sum(map(len, short)) <= 1_000
    await run(on, "{ __typename " + " " * 900 + "}")
    assert set(on._prepared) == short


async def test_a_run_that_was_ended_leaves_nothing_in_memory() -> None:
    on = operations(values=50_000)
    assert is_too_large(await run(on, DEEP))
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(3):
        assert is_too_large(await run(on, DEEP))
    gc.collect()
    assert len(gc.get_objects()) < before + 1_000
