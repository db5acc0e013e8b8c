"""One run of a compiled operation: from its start to its result.

Compiled code fills `data` in one pass without waiting; each awaitable it meets is left in `pending` with its
position and the function that completes its value. `settle` then starts all of them, waits for all at once,
and completes what arrives, which may leave more: a level of the operation at a time, so that loaders batch.

All that is completed counts (`left`, in generated code too); when it is more than the limits allow, the run
ends at once, and with it all that it waits for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from inspect import iscoroutine
from typing import Any

from graphql import ExecutionContext, ExecutionResult, GraphQLAbstractType, GraphQLError
from strawberry.execution import optimized_is_awaitable

from .compiled_operation import CompiledOperation
from .core import CoreExecution
from .limits import Exhausted, Limits
from .position import Complete, Position, Spot
from .run_state import RunState
from .strands import Strands


def keep(value: Any, position: Position, execution: Execution) -> Any:
    """Completes what graphql-core has completed."""
    return value


class Execution(RunState):
    """The state that generated code calls `x`, and what it calls on it."""

    __slots__ = ("_core", "_fields")

    def __init__(
        self,
        operation: CompiledOperation,
        variables: dict[str, Any],
        context: Any,
        root: Any,
        limits: Limits,
    ) -> None:
        super().__init__(operation, variables, context, root, limits)
        self._core: CoreExecution | None = None
        self._fields = iter(operation.fields)

    # The run

    def start(self) -> bool:
        """Run as far as possible without waiting; whether something is left to be awaited."""
        data, serial = self.data, self.operation.is_serial
        try:
            for field in self._fields:
                field(self.root, data, self)
                if serial and self.pending:
                    break
        except GraphQLError as error:
            self.fail_whole(error)
        except Exhausted:
            self.drop(0)
            raise
        return bool(self.pending)

    async def settle(self) -> None:
        """Wait for what was left; the fields of a mutation start only when those before them are done."""
        try:
            await Strands(self).run()
            while self.data is not None and self.start():
                await Strands(self).run()
        except BaseException:
            self.drop(0)
            raise

    def result(self) -> ExecutionResult:
        """The response, if it is not too long."""
        if self.must_be_measured:
            for _ in self.measure(self.data):
                pass
        return self._response()

    async def result_by_and_by(self) -> ExecutionResult:
        """The same; others get their turn meanwhile."""
        if self.must_be_measured:
            for _ in self.measure(self.data):
                await asyncio.sleep(0)
        return self._response()

    def _response(self) -> ExecutionResult:
        return ExecutionContext.build_response(self.data, self.errors.errors)

    # Values that generated code does not know

    def fields(self, source: Any, parent: Position, shown: dict[str, Any], spots: tuple[Spot, ...]) -> None:
        """Complete plain fields one by one, so that only the unusual one is left to graphql-core."""
        for spot in spots:
            position = (parent, spot, shown)
            mark = len(self.pending)
            try:
                shown[spot.key] = spot.plain_value(source, position, self)
            except Exception as error:
                self.failed(error, position, mark)
                shown[spot.key] = None

    def unusual(self, value: Any, position: Position, complete: Complete) -> Any:
        """Complete a value that compiled code gave up on."""
        if isinstance(value, Exception):
            raise value
        if optimized_is_awaitable(value):
            self.pending.append((value, position, complete))
            return None
        return self._left_to_core(self._core_execution().complete(value, position), position)

    def core_field(self, source: Any, position: Position) -> Any:
        """A field that graphql-core resolves and completes."""
        return self._left_to_core(self._core_execution().field(source, position), position)

    def member_of(
        self, type_: GraphQLAbstractType, members: dict[str, Complete], value: Any, position: Position
    ) -> Complete | None:
        """What completes a value of an abstract type whose class does not tell; None leaves it to
        graphql-core.
        """
        if value is None or isinstance(value, Exception) or optimized_is_awaitable(value):
            return None
        name = self._core_execution().type_name(type_, value, position)
        if iscoroutine(name):
            name.close()
        return members.get(name) if isinstance(name, str) else None

    def _left_to_core(self, value: Any, position: Position) -> Any:
        if optimized_is_awaitable(value):
            self.pending.append((value, position, keep))
            return None
        return value

    def _core_execution(self) -> CoreExecution:
        if self._core is None:
            self._core = CoreExecution(self)
        return self._core


def carry_out(execution: Execution) -> ExecutionResult | Awaitable[ExecutionResult]:
    """Start an execution; its result, or an awaitable of it. One that is too large gives an error instead."""
    try:
        return _finish(execution) if execution.start() else execution.result()
    except Exhausted as end:
        return end.result


async def _finish(execution: Execution) -> ExecutionResult:
    try:
        await execution.settle()
        return await execution.result_by_and_by()
    except Exhausted as end:
        return end.result
