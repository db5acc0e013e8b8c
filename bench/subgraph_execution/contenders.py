"""Who runs it: text and variables in, the response's JSON out, by orjson for all of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any, cast

import orjson
from graphql import ExecutionResult, GraphQLSchema, execute, parse, validate
from strawberry.execution import optimized_is_awaitable
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.federation import Schema

from subgraphs.common.execution.compiled import Operations

from .workloads import CompiledSchema, ProductById, core_schema, strawberry_schema

Answer = Callable[[str, dict[str, Any]], Awaitable[bytes]]


def contenders() -> dict[str, Answer]:
    """Each contender by name; the first is the measure of the others."""
    return {
        "Strawberry": _by_strawberry(strawberry_schema()),
        "Strawberry with its caches": _by_strawberry(
            strawberry_schema(extensions=(ParserCache(), ValidationCache()))
        ),
        "graphql-core alone, document cached": _by_core(core_schema()),
        "Strawberry with CompiledExecution and its caches": _by_strawberry(
            strawberry_schema(CompiledSchema, (ParserCache(), ValidationCache()))
        ),
        "compiled": _by_operations(strawberry_schema()),
    }


def _by_strawberry(schema: Schema) -> Answer:
    async def answer(text: str, variables: dict[str, Any]) -> bytes:
        result: Any = await schema.execute(text, variable_values=variables, context_value=ProductById())
        assert result.errors is None
        return orjson.dumps({"data": result.data})

    return answer


def _by_core(schema: GraphQLSchema) -> Answer:
    documents: dict[str, Any] = {}

    async def answer(text: str, variables: dict[str, Any]) -> bytes:
        document = documents.get(text)
        if document is None:
            document = documents[text] = parse(text)
            assert not validate(schema, document)
        result: Any = execute(
            schema,
            document,
            context_value=ProductById(),
            variable_values=variables,
            is_awaitable=optimized_is_awaitable,
        )
        return await _shown(result)

    return answer


def _by_operations(schema: Schema) -> Answer:
    operations = Operations(schema)

    async def answer(text: str, variables: dict[str, Any]) -> bytes:
        return await _shown(operations.run(text, variables, context=ProductById()))

    return answer


async def _shown(result: Any) -> bytes:
    done = cast("ExecutionResult", await result if isawaitable(result) else result)
    assert done.errors is None
    return orjson.dumps({"data": done.data})
