"""What one run of a compiled operation has so far: its variables, its errors, and what it still waits for.

An error is noted where null may stand; what was left pending below that place is dropped with it.
"""

from __future__ import annotations

from types import CoroutineType
from typing import Any

from graphql import GraphQLError, located_error
from graphql.execution.execute import CollectedErrors
from strawberry.execution import optimized_is_awaitable

from .compiled_operation import CompiledOperation
from .limits import FAILED, Limits, Meter
from .position import Complete, Position, is_nullable, nearest_nullable, path_of, put, spot_of

Pending = tuple[Any, Position, Complete]


class RunState(Meter):
    """All that resolvers' infos, graphql-core's part and the strands know of a run."""

    __slots__ = ("context", "data", "errors", "operation", "pending", "remembered", "root", "variables")

    is_awaitable = staticmethod(optimized_is_awaitable)

    def __init__(
        self,
        operation: CompiledOperation,
        variables: dict[str, Any],
        context: Any,
        root: Any,
        limits: Limits,
    ) -> None:
        super().__init__(limits)
        self.operation, self.variables, self.context, self.root = operation, variables, context, root
        self.data: dict[str, Any] | None = {}
        self.errors = CollectedErrors()
        self.pending: list[Pending] = []
        # Arguments that were converted once for this execution.
        self.remembered: dict[Any, dict[str, Any]] = {}

    @property
    def schema(self) -> Any:
        """graphql-core's schema."""
        return self.operation.schema

    def failed(self, error: Exception, position: Position, mark: int | None = None) -> None:
        """Note an error where null may stand, with all that was left pending since `mark` dropped; else raise
        it.
        """
        self.spend(FAILED)
        located = self._located(error, position)
        if not is_nullable(position):
            raise located
        if mark is not None:
            self.drop(mark)
        self.errors.add(located, path_of(position))

    def failed_late(self, error: Exception, position: Position, mark: int) -> None:
        """Note the error of a late value, and put null at the nearest place that may have it."""
        self.spend(FAILED)
        self.drop(mark)
        located = self._located(error, position)
        place = nearest_nullable(position)
        self.errors.add(located, path_of(place))
        if place is None:
            self.data = None
        else:
            put(place, None)

    def drop(self, mark: int) -> None:
        """Forget what was left pending since `mark`, for its place is null now."""
        for awaitable, _, _ in self.pending[mark:]:
            if isinstance(awaitable, CoroutineType):
                awaitable.close()
        del self.pending[mark:]

    def fail_whole(self, error: GraphQLError) -> None:
        """Note an error that leaves no place for null but the whole response."""
        self.drop(0)
        self.errors.add(error, None)
        self.data = None

    def _located(self, error: Exception, position: Position) -> GraphQLError:
        path = path_of(position)
        assert path is not None
        return located_error(error, spot_of(position)[0][1].nodes, path.as_list())
