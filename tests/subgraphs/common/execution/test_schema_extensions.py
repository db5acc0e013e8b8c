"""`CompiledExecution` inside Strawberry's own request cycle: extensions see what they saw before."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import strawberry
from graphql import ExecutionContext, GraphQLError, ValidationRule
from strawberry.extensions import (
    AddValidationRules,
    DisableIntrospection,
    MaskErrors,
    MaxAliasesLimiter,
    MaxTokensLimiter,
    ParserCache,
    QueryDepthLimiter,
    SchemaExtension,
    ValidationCache,
)
from strawberry.types.execution import ExecutionResult

from subgraphs.common.execution.compiled import CompiledExecution


@strawberry.type
class Thing:
    name: str

    @strawberry.field
    async def late(self, info: strawberry.Info) -> str:
        return f"late {self.name}"


@strawberry.type
class Query:
    @strawberry.field
    def things(self) -> list[Thing]:
        return [Thing(name="a"), Thing(name="b")]

    @strawberry.field
    async def fails(self) -> str | None:
        raise ValueError("a secret")


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def add(self, name: str) -> Thing:
        return Thing(name=name)


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def added(self, count: int) -> AsyncIterator[Thing]:
        for number in range(count):
            yield Thing(name=str(number))


class Counting(CompiledExecution, strawberry.Schema):
    """Remembers what graphql-core ran."""

    def __init__(self, **arguments: Any) -> None:
        self.seen: list[tuple[str, str]] = []
        super().__init__(**arguments)

    def on_fallback(self, scope: str, reason: str) -> None:
        self.seen.append((scope, reason))


class Noting(SchemaExtension):
    """Hooks of every kind that does not wrap resolvers."""

    def on_operation(self) -> Iterator[None]:
        self.notes = ["operation"]
        yield
        assert self.execution_context.result is not None

    def on_execute(self) -> Iterator[None]:
        self.notes.append("execute")
        yield
        self.notes.append("executed")

    def get_results(self) -> dict[str, Any]:
        return {"notes": self.notes}


class Wrapping(SchemaExtension):
    def resolve(self, _next: Any, root: Any, info: Any, *args: Any, **kwargs: Any) -> Any:
        value = _next(root, info, *args, **kwargs)
        return value.upper() if isinstance(value, str) else value


class NoLate(ValidationRule):
    def enter_field(self, node: Any, *_: Any) -> None:
        if node.name.value == "late":
            self.report_error(GraphQLError("too late", [node]))


TEXT = "query Q { things { name late } x: fails y: fails __typename }"
# These remember what they have seen, so each schema's requests share them.
PARSER_CACHE, VALIDATION_CACHE = ParserCache(), ValidationCache()
EXTENSIONS: dict[str, list[Any]] = {
    "none": [],
    "caches": [lambda: PARSER_CACHE, lambda: VALIDATION_CACHE],
    "hooks and results": [Noting],
    "masked errors": [MaskErrors],
    "validation rules": [lambda: AddValidationRules([NoLate])],
    "too many tokens": [lambda: MaxTokensLimiter(5)],
    "too many aliases": [lambda: MaxAliasesLimiter(1)],
    "too deep": [lambda: QueryDepthLimiter(1)],
    "wrapped resolvers": [Wrapping],
}


def _schemas(extensions: list[Any]) -> tuple[strawberry.Schema, Counting]:
    given: dict[str, Any] = {"query": Query, "mutation": Mutation, "subscription": Subscription}
    return strawberry.Schema(**given, extensions=extensions), Counting(**given, extensions=extensions)


def _told(result: Any) -> Any:
    errors = [(error.message, error.path, error.locations) for error in result.errors or ()]
    return result.data, errors, result.extensions


@pytest.mark.parametrize("about", EXTENSIONS)
async def test_extensions_see_and_do_what_they_did(about: str) -> None:
    stock, compiled = _schemas(EXTENSIONS[about])
    for _ in range(2):
        assert _told(await compiled.execute(TEXT)) == _told(await stock.execute(TEXT))
    wrapped = [("operation", "extension that wraps resolvers")] * 2
    assert compiled.seen == (wrapped if about == "wrapped resolvers" else [])


async def test_introspection_can_be_disabled() -> None:
    stock, compiled = _schemas([DisableIntrospection])
    text = "{ __schema { queryType { name } } }"
    assert _told(await compiled.execute(text)) == _told(await stock.execute(text))


async def test_mutations_go_the_same_way() -> None:
    stock, compiled = _schemas([])
    text = 'mutation { a: add(name: "x") { late } add(name: "y") { name } }'
    assert _told(await compiled.execute(text)) == _told(await stock.execute(text))


def test_what_never_waits_runs_without_an_event_loop() -> None:
    stock, compiled = _schemas([])
    text = "{ things { name } }"
    assert _told(compiled.execute_sync(text)) == _told(stock.execute_sync(text))
    assert compiled.seen == []


def test_what_waits_is_refused_without_an_event_loop() -> None:
    _, compiled = _schemas([])
    result = compiled.execute_sync(TEXT)
    assert result.data is None
    assert result.errors


async def test_a_schema_with_its_own_execution_context_keeps_it() -> None:
    class Own(ExecutionContext):
        pass

    schema = Counting(query=Query, execution_context_class=Own)
    assert (await schema.execute("{ things { name } }")).data == {"things": [{"name": "a"}, {"name": "b"}]}
    assert schema.seen == [("operation", "execution context class")]


async def test_subscriptions_stay_strawberrys() -> None:
    _, compiled = _schemas([])
    stream = await compiled.subscribe("subscription { added(count: 2) { name late } }")
    events = [event.data async for event in stream if isinstance(event, ExecutionResult)]
    assert events == [{"added": {"name": str(n), "late": f"late {n}"}} for n in range(2)]
