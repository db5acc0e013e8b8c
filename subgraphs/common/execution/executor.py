"""One operation in, the bytes of its response out."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, Protocol

import orjson
from graphql import DocumentNode, ExecutionResult, GraphQLError, execute, parse, validate
from prometheus_client import Counter
from strawberry.execution import optimized_is_awaitable

from ..context import Context
from .compiled import Operations
from .federated_schema import FederatedSchema
from .present_error import present_error

fallbacks = Counter(
    "waybill_graphql_fallbacks",
    "Operations, and subtrees of operations, that graphql-core ran in place of compiled code.",
    ["subgraph", "scope", "reason"],
)


@dataclass(frozen=True, slots=True)
class Operation:
    """What a client sends: GraphQL text, variables, the name of the operation to run."""

    query: str
    variables: dict[str, Any] | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The response: `data` and presented errors."""

    data: dict[str, Any] | None
    errors: tuple[GraphQLError, ...] = ()

    def encode(self, extensions: dict[str, Any] | None = None) -> bytes:
        """The response's JSON."""
        body: dict[str, Any] = {"data": self.data}
        if self.errors:
            body = {"errors": [error.formatted for error in self.errors], **body}
        if extensions:
            body["extensions"] = extensions
        return orjson.dumps(body)


class Executor(Protocol):
    """Carries out queries and mutations."""

    async def execute(self, operation: Operation, context: Context[Any]) -> Answer:
        """Run to the end; never raises for a mistake in the operation."""


class CompiledExecutor:
    """Operations as generated Python; graphql-core where that does not reach, counted in the metrics."""

    def __init__(self, schema: FederatedSchema, *, remember: int = 1_000, name: str = "") -> None:
        def on_fallback(scope: str, reason: str) -> None:
            fallbacks.labels(name, scope, reason).inc()

        self.operations = Operations(schema, remember=remember, on_fallback=on_fallback)

    async def execute(self, operation: Operation, context: Context[Any]) -> Answer:
        """Run to the end."""
        result = self.operations.run(
            operation.query, operation.variables, context=context, name=operation.name
        )
        if not isinstance(result, ExecutionResult):
            result = await result
        return Answer(result.data, tuple(present_error(error) for error in result.errors or ()))


@dataclass(frozen=True, slots=True)
class _Prepared:
    document: DocumentNode | None
    errors: tuple[GraphQLError, ...]


class StrawberryExecutor:
    """Strawberry's resolvers under graphql-core; each text is parsed and validated once."""

    def __init__(self, schema: FederatedSchema, *, remember: int = 1_000) -> None:
        self._schema = schema._schema
        self._remember = remember
        self._prepared: OrderedDict[str, _Prepared] = OrderedDict()

    async def execute(self, operation: Operation, context: Context[Any]) -> Answer:
        """Run to the end."""
        prepared = self._prepare(operation.query)
        if prepared.document is None:
            return Answer(None, prepared.errors)
        result = execute(
            self._schema,
            prepared.document,
            context_value=context,
            variable_values=operation.variables,
            operation_name=operation.name,
            is_awaitable=optimized_is_awaitable,
        )
        if isawaitable(result):
            result = await result
        assert isinstance(result, ExecutionResult)
        return Answer(result.data, tuple(present_error(error) for error in result.errors or ()))

    def _prepare(self, query: str) -> _Prepared:
        prepared = self._prepared.get(query)
        if prepared is not None:
            self._prepared.move_to_end(query)
            return prepared
        prepared = self._parse(query)
        self._prepared[query] = prepared
        if len(self._prepared) > self._remember:
            self._prepared.popitem(last=False)
        return prepared

    def _parse(self, query: str) -> _Prepared:
        try:
            document = parse(query)
        except GraphQLError as error:
            return _Prepared(None, (present_error(error),))
        errors = validate(self._schema, document)
        if errors:
            return _Prepared(None, tuple(present_error(error) for error in errors))
        return _Prepared(document, ())
