"""A field's arguments as its resolver's keywords.

Coerced once where nobody can tell: when all values are immutable, literals are converted once for good and
variables once per execution. Lists and input objects are made anew for each call, as Strawberry does.
"""

from __future__ import annotations

import datetime
import decimal
import uuid
from enum import Enum
from typing import Any

from graphql import FieldNode, GraphQLField, VariableNode, Visitor, get_argument_values, visit
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import convert_arguments

_IMMUTABLE = frozenset(
    {
        type(None), bool, int, float, str, bytes, uuid.UUID, decimal.Decimal,
        datetime.date, datetime.datetime, datetime.time, datetime.timedelta,
    }
)  # fmt: skip


class Arguments:
    """The arguments written at one field of an operation."""

    __slots__ = ("_constant", "_convert", "_definition", "_has_variables", "_node", "empty")

    def __init__(
        self, node: FieldNode, definition: GraphQLField, field: Any, config: StrawberryConfig, registry: Any
    ) -> None:
        self._node, self._definition = node, definition
        self._convert = (field.arguments, registry, config)
        self._has_variables = _has_variables(node)
        self._constant: dict[str, Any] | None = None
        self.empty = not definition.args

    def keywords(self, variables: dict[str, Any], remembered: dict[Any, dict[str, Any]]) -> dict[str, Any]:
        """The keywords of a call; `remembered` is kept for one execution. May raise as Strawberry does."""
        found = self._constant
        if found is None:
            found = remembered.get(self)
        if found is not None:
            return found
        values = self._values(variables)
        if all(type(value) in _IMMUTABLE or isinstance(value, Enum) for value in values.values()):
            if self._has_variables:
                remembered[self] = values
            else:
                self._constant = values
        return values

    def _values(self, variables: dict[str, Any]) -> dict[str, Any]:
        raw = get_argument_values(self._definition, self._node, variables)
        return convert_arguments(raw, *self._convert)


def _has_variables(node: FieldNode) -> bool:
    found: list[VariableNode] = []

    class Variables(Visitor):
        def enter_variable(self, node: VariableNode, *_: Any) -> None:
            found.append(node)

    for argument in node.arguments:
        visit(argument, Variables())
    return bool(found)
