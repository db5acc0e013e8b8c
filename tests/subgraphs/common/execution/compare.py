"""One operation, run by graphql-core and by compiled code: both answers, side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any, cast

from graphql import DocumentNode, ExecutionResult, GraphQLError, execute, parse, validate
from strawberry.execution import optimized_is_awaitable

from subgraphs.common.execution.compiled import Operations


@dataclass
class Fallbacks:
    """What graphql-core did in place of compiled code."""

    seen: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, scope: str, reason: str) -> None:
        self.seen.append((scope, reason))


@dataclass(frozen=True)
class Run:
    """A schema, and how both executors run on it; `make` gives each run a context and a root of its own."""

    schema: Any
    make: Callable[[], tuple[Any, Any]] = lambda: (None, None)
    fallbacks: Fallbacks = field(default_factory=Fallbacks)
    # Texts that are parsed and validated already, which takes longer than to run them.
    parsed: dict[str, DocumentNode] = field(default_factory=dict)

    async def stock(
        self, text: str, variables: dict[str, Any] | None = None, name: str | None = None
    ) -> ExecutionResult:
        context, root = self.make()
        document = self.parsed.get(text) or parse(text)
        if text not in self.parsed and (errors := validate(self.schema._schema, document)):
            return ExecutionResult(None, errors)
        result: Any = execute(
            self.schema._schema,
            document,
            root_value=root,
            context_value=context,
            variable_values=variables,
            operation_name=name,
            is_awaitable=optimized_is_awaitable,
        )
        if isawaitable(result):
            result = await result
        return cast("ExecutionResult", result)

    async def compiled(
        self,
        text: str,
        variables: dict[str, Any] | None = None,
        name: str | None = None,
        operations: Operations | None = None,
    ) -> ExecutionResult:
        context, root = self.make()
        operations = operations or Operations(self.schema, on_fallback=self.fallbacks)
        result: Any
        if text in self.parsed:
            result = operations.run_document(self.parsed[text], variables, context, root, name)
        else:
            result = operations.run(text, variables, context=context, root=root, name=name)
        if isawaitable(result):
            result = await result
        return cast("ExecutionResult", result)

    async def same(
        self, text: str, variables: dict[str, Any] | None = None, name: str | None = None
    ) -> ExecutionResult:
        """Both answers, which must be equal in everything that can be seen."""
        expected, actual = await self.stock(text, variables, name), await self.compiled(text, variables, name)
        assert actual.data == expected.data
        assert in_order(actual.data) == in_order(expected.data)
        assert errors_of(actual) == errors_of(expected)
        return actual


def errors_of(result: ExecutionResult) -> list[tuple[Any, ...]]:
    """All that can be told of errors."""
    return [
        (error.message, error.locations, error.path, error.extensions, type(error.original_error))
        for error in result.errors or ()
    ]


def in_order(data: Any) -> Any:
    """Keys with their order, which `==` does not look at."""
    if isinstance(data, dict):
        return [(key, in_order(value)) for key, value in data.items()]
    return [in_order(item) for item in data] if isinstance(data, list) else None


def null_positions(result: ExecutionResult) -> dict[tuple[Any, ...], list[GraphQLError]]:
    """Errors by the place that they made null.

    Which of several errors below one null is reported depends on time, in graphql-core too: tasks that go on
    after their parent has become null may add theirs or not.
    """
    places: dict[tuple[Any, ...], list[GraphQLError]] = {}
    for error in result.errors or ():
        places.setdefault(_null_place(result.data, list(error.path or ())), []).append(error)
    return places


def _null_place(data: Any, path: list[Any]) -> tuple[Any, ...]:
    place: list[Any] = []
    for step in path:
        if data is None:
            break
        data = data[step]
        place.append(step)
    assert data is None
    return tuple(place)
