"""Strawberry's federation schema with two corrections.

`_entities` leaves the caller's variables alone (two aliased `_entities` may share one), and unknown types are
coded errors of their entity only. Errors of operations over WebSocket are presented by the same table as over
HTTP.
"""

from collections.abc import AsyncGenerator, Awaitable, Mapping
from contextlib import aclosing
from functools import cached_property
from typing import Any, cast

import strawberry
from graphql import ExecutionResult as CoreResult
from graphql import GraphQLError, OperationType
from strawberry.extensions import MaskErrors
from strawberry.federation.schema import FederationAny
from strawberry.schema.schema import StreamResult
from strawberry.types.execution import ExecutionContext, ExecutionResult, PreExecutionError

from ..errors import CodedError, ErrorCode
from .compiled import EntityReferences, Operations
from .present_error import present_error

Events = AsyncGenerator[CoreResult, None]


class PresentErrors(MaskErrors):
    """Presents the errors of operations that Strawberry runs itself (over WebSocket)."""

    def _process_errors(self, errors: list[GraphQLError]) -> list[GraphQLError]:
        return [present_error(error) for error in errors]


class FederatedSchema(strawberry.federation.Schema):
    """The schema of one of our subgraphs; `operations`, if given, run the events of subscriptions."""

    operations: Operations | None = None
    """Those that the process has compiled; operations over WebSocket are run by them too."""

    most_representations: int | None = None
    """Of one `_entities`; None: no limit."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(extensions=[PresentErrors], **arguments)

    async def stream(self, query: str | None, *given: Any, **named: Any) -> StreamResult:
        """What Strawberry's WebSocket handler iterates over."""
        operations, name = self.operations, named.get("operation_name")
        if operations is None or given or query is None:
            return await super().stream(query, *given, **named)
        context, variables = named.get("context_value"), named.get("variable_values")
        if operations.type_of(query, name) is OperationType.SUBSCRIPTION:
            return _presented(operations.subscribe(query, variables, context=context, name=name))
        return _answered(operations.run(query, variables, context=context, name=name))

    def entities_resolver(
        self, info: strawberry.Info, representations: list[FederationAny]
    ) -> list[FederationAny]:
        """One entity, awaitable or error per representation, in order; loaders batch them."""
        most = self.most_representations
        if most is not None and len(representations) > most:
            message = f"At most {most} entities can be asked for at once."
            raise CodedError(ErrorCode.BAD_USER_INPUT, message, "representations")
        found = self._references.resolve(info, cast("list[Mapping[str, Any]]", representations))
        return cast("list[FederationAny]", found)  # graphql-core awaits it, if it has to be

    @cached_property
    def _references(self) -> EntityReferences:
        return _CodedReferences(self)

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Leave logging to `present_error`, which knows what is worth it."""


async def _presented(starting: Awaitable[Events | CoreResult]) -> StreamResult:
    """Strawberry's results with the errors that clients may see."""
    try:
        started = await starting
    except Exception as error:
        started = CoreResult(None, [_graphql_error(error)])
    if isinstance(started, CoreResult):
        yield PreExecutionError(None, _errors(started))
        return
    try:
        async with aclosing(started) as results:
            async for result in results:
                yield ExecutionResult(result.data, _errors(result))
    except Exception as error:
        yield ExecutionResult(None, _errors(CoreResult(None, [_graphql_error(error)])))


async def _answered(result: CoreResult | Awaitable[CoreResult]) -> StreamResult:
    """The one result of a query or a mutation."""
    if not isinstance(result, CoreResult):
        result = await result
    was_run = result.data is not None or any(error.path for error in result.errors or ())
    yield (ExecutionResult if was_run else PreExecutionError)(result.data, _errors(result))


def _errors(result: CoreResult) -> list[GraphQLError] | None:
    return [present_error(error) for error in result.errors or ()] or None


def _graphql_error(error: Exception) -> GraphQLError:
    return error if isinstance(error, GraphQLError) else GraphQLError(str(error), original_error=error)


class _CodedReferences(EntityReferences):
    """Bad representations are coded errors, each of its entity only."""

    def unknown(self, name: Any) -> Exception:
        shown = str(name)[:100]
        return CodedError(ErrorCode.BAD_USER_INPUT, f'"{shown}" is not an entity that can be resolved here.')

    def failed(self, error: Exception) -> Exception:
        if isinstance(error, TypeError):
            return CodedError(ErrorCode.BAD_USER_INPUT, "The representation does not fit a key of its type.")
        return error
