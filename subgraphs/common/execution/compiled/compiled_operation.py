"""An operation as code: what compiling gives, and a run needs of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode

Count = Callable[[str, str], None]
RootField = Callable[[Any, Any, Any], None]


@dataclass(frozen=True, slots=True, eq=False)
class CompiledOperation:
    """An operation as code; `fields` fill one field of the response each."""

    schema: GraphQLSchema
    definition: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    info_class: type
    is_serial: bool
    fields: tuple[RootField, ...]
    source: str
    on_fallback: Count

    def count(self, reason: str) -> None:
        """Note that graphql-core completes a part of this operation."""
        self.on_fallback("subtree", reason)
