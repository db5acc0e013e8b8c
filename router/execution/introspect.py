"""The introspection part of an operation → its data, from the API schema alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLResolveInfo,
    GraphQLSchema,
    execute_sync,
    parse,
    print_ast,
)

from .json_codec import JsonObject


@lru_cache(maxsize=64)
def _document(text: str) -> DocumentNode:
    return parse(text, no_location=True)


def introspect(text: str, schema: GraphQLSchema, variables: Mapping[str, Any]) -> JsonObject:
    """Execute ``__schema`` and ``__type`` fields; ``variables`` are coerced already."""
    result = execute_sync(
        schema, _document(text), variable_values=dict(variables), middleware=[_written_default]
    )
    assert isinstance(result, ExecutionResult)
    if result.errors:
        raise result.errors[0]  # validated before: a bug
    return result.data or {}


def _written_default(
    resolve: Callable[..., Any], source: Any, info: GraphQLResolveInfo, **arguments: Any
) -> Any:
    """Show default values as they were written: graphql-core can't print a custom scalar's object or list."""
    if info.field_name == "defaultValue" and info.parent_type.name == "__InputValue":
        _, input_value = source
        if input_value.ast_node is not None:
            written = input_value.ast_node.default_value
            return None if written is None else print_ast(written)
    return resolve(source, info, **arguments)
