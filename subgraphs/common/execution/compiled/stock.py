"""A whole operation by graphql-core, within the same limits as compiled code."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLSchema, execute
from strawberry.execution import optimized_is_awaitable

from .limits import CountedContext, Exhausted, Limits, Meter, limited_context


class Stock:
    """Runs documents of one schema."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        self._schema, self._limits = schema, limits
        self._context: type[CountedContext] = limited_context(limits)

    def run(self, document: DocumentNode, **given: Any) -> ExecutionResult | Awaitable[ExecutionResult]:
        """The result of an operation, or an awaitable of it; `given` are the arguments of `execute`."""
        try:
            result = execute(
                self._schema,
                document,
                execution_context_class=self._context,
                is_awaitable=optimized_is_awaitable,
                **given,
            )
            if not isinstance(result, ExecutionResult):
                return self._finish(result)
            for _ in self._measured(result):
                pass
            return result
        except Exhausted as end:
            return end.result

    async def _finish(self, awaited: Awaitable[ExecutionResult]) -> ExecutionResult:
        try:
            result = await awaited
            for _ in self._measured(result):
                await asyncio.sleep(0)
            return result
        except Exhausted as end:
            return end.result

    def _measured(self, result: ExecutionResult) -> Any:
        return Meter(self._limits).measure(result.data) if self._limits.size else ()
