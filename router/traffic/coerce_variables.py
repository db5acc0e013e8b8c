"""The client's variables → values by the operation's types, defaults filled in (GraphQL §6.1.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLSchema, VariableDefinitionNode
from graphql.execution.values import get_variable_values

from ..execution.errors import ErrorCode
from .rejection import Rejection, as_problem

MAX_ERRORS = 20


def coerce_variables(
    schema: GraphQLSchema, definitions: tuple[VariableDefinitionNode, ...], given: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Coerce all variables; Rejection (BAD_USER_INPUT) names every one that does not fit."""
    if not definitions:
        return {}
    coerced = get_variable_values(schema, definitions, dict(given or {}), max_errors=MAX_ERRORS)
    if isinstance(coerced, list):
        raise Rejection([as_problem(error, ErrorCode.BAD_USER_INPUT) for error in coerced])
    return coerced
