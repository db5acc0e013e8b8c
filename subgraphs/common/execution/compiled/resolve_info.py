"""Strawberry's `Info`, filled in only as far as a resolver looks.

Most resolvers ask for nothing but `info.context`; the rest (path, selected fields, …) is made on first use.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from graphql import GraphQLResolveInfo
from strawberry.types.info import Info

from .position import Position, path_of
from .run_state import RunState


def raw_info(execution: RunState, position: Position) -> GraphQLResolveInfo:
    """graphql-core's info of the field at a position."""
    spot = position[1]
    return GraphQLResolveInfo(
        spot.name,
        spot.nodes,
        spot.definition.type,
        spot.parent,
        path_of(position),  # type: ignore[arg-type]
        execution.schema,
        execution.operation.fragments,
        execution.root,
        execution.operation.definition,
        execution.variables,
        execution.context,
        execution.is_awaitable,
    )


class LazyInfo(Info[Any, Any]):
    """An `Info` that costs one small object until it is asked for more than the context."""

    def __init__(self, execution: RunState, position: Position) -> None:
        self._execution, self._position = execution, position

    @cached_property
    def _raw_info(self) -> GraphQLResolveInfo:  # type: ignore[override]
        return raw_info(self._execution, self._position)

    @property
    def _field(self) -> Any:  # type: ignore[override]
        return self._position[1].field

    @property
    def context(self) -> Any:
        """The context passed to the execution."""
        return self._execution.context


def make_info(execution: RunState, position: Position) -> Any:
    """The info for one call of a resolver."""
    kind = execution.operation.info_class
    if kind is Info:
        return LazyInfo(execution, position)
    return kind(_raw_info=raw_info(execution, position), _field=position[1].field)
