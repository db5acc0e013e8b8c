"""graphql-core, for the values and fields that compiled code leaves to it.

It gets the very nodes, paths and error list of the compiled execution, so that what it does there cannot be
told from what it would have done alone. Each time is counted, with the reason.
"""

from __future__ import annotations

from typing import Any

from graphql import GraphQLAbstractType, default_field_resolver, default_type_resolver
from strawberry.execution import optimized_is_awaitable

from .limits import CountedContext
from .position import Position, path_of, spot_of
from .resolve_info import raw_info
from .run_state import RunState


class CoreExecution:
    """graphql-core's context beside one compiled execution."""

    def __init__(self, execution: RunState) -> None:
        self._execution = execution
        self._context = CountedContext(
            execution.schema,
            execution.operation.fragments,
            execution.root,
            execution.context,
            execution.operation.definition,
            execution.variables,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
            execution.errors,
            None,
            optimized_is_awaitable,
        )
        self._context.spend = execution.spend

    def complete(self, value: Any, position: Position) -> Any:
        """Complete a value as its position's type; may raise, may be awaitable."""
        field, depth = spot_of(position)
        spot = field[1]
        if value is not None:
            self._execution.operation.count("value")
        path = path_of(position)
        assert path is not None
        return self._context.complete_value(
            spot.types[depth], spot.nodes, raw_info(self._execution, field), path, value
        )

    def field(self, source: Any, position: Position) -> Any:
        """Resolve and complete a field; raises what makes its parent null, may be awaitable."""
        spot, path = position[1], path_of(position)
        assert path is not None
        self._execution.operation.count(spot.left_to_core or "field")
        return self._context.execute_field(spot.parent, source, spot.nodes, path)

    def type_name(self, type_: GraphQLAbstractType, value: Any, position: Position) -> Any:
        """What the abstract type's own resolver says of a value."""
        resolve = type_.resolve_type or default_type_resolver
        return resolve(value, raw_info(self._execution, spot_of(position)[0]), type_)
