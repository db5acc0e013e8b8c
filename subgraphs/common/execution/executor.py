"""One operation in, its response out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from graphql import ExecutionResult, GraphQLError, OperationType
from prometheus_client import Counter

from ..context import Context
from .compiled import NO_LIMITS, Limits, Operations
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

    def only_reads(self, operation: Operation) -> bool:
        """Whether it can be given up at any moment and leaves nothing half done: a query."""


class _Executor:
    operations: Operations

    async def execute(self, operation: Operation, context: Context[Any]) -> Answer:
        """Run to the end."""
        result = self.operations.run(
            operation.query, operation.variables, context=context, name=operation.name
        )
        if not isinstance(result, ExecutionResult):
            result = await result
        return Answer(result.data, tuple(present_error(error) for error in result.errors or ()))

    def only_reads(self, operation: Operation) -> bool:
        """Whether it is a query."""
        return self.operations.type_of(operation.query, operation.name) is OperationType.QUERY


class CompiledExecutor(_Executor):
    """Operations as generated Python; graphql-core where that does not reach, counted in the metrics."""

    def __init__(self, schema: FederatedSchema, *, limits: Limits = NO_LIMITS, name: str = "") -> None:
        def on_fallback(scope: str, reason: str) -> None:
            fallbacks.labels(name, scope, reason).inc()

        self.operations = Operations(schema, limits=limits, on_fallback=on_fallback)


class StrawberryExecutor(_Executor):
    """Strawberry's resolvers under graphql-core; each text is parsed and validated once."""

    def __init__(self, schema: FederatedSchema, *, limits: Limits = NO_LIMITS) -> None:
        self.operations = Operations(schema, limits=limits, compiled=False)
