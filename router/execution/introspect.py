"""The introspection part of an operation → its data, from the API schema alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLSchema, execute_sync, parse

from .json_codec import JsonObject


@lru_cache(maxsize=64)
def _document(text: str) -> DocumentNode:
    return parse(text, no_location=True)


def introspect(text: str, schema: GraphQLSchema, variables: Mapping[str, Any]) -> JsonObject:
    """Execute ``__schema`` and ``__type`` fields; ``variables`` are coerced already."""
    result = execute_sync(schema, _document(text), variable_values=dict(variables))
    assert isinstance(result, ExecutionResult)
    if result.errors:
        raise result.errors[0]  # validated before: a bug
    return result.data or {}
