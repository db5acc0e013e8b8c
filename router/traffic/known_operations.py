"""Operations that an engine knows → JSON, and back: what another engine can be made warm with.

    [{"query": "query A($x: Boolean!) {…}", "operationName": "A",
      "variants": [{"conditions": {"x": true}, "labels": [], "defer": false}]}]

A file may also be plain GraphQL: every operation of it, with the variant that no condition tells apart.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from graphql import GraphQLError, OperationDefinitionNode, parse


class KnownVariant(msgspec.Struct, frozen=True):
    """What tells a variant apart (docs/adr/0001): Boolean variables, labels that are on, ``@defer``."""

    conditions: dict[str, bool] = {}
    labels: tuple[str, ...] = ()
    defer: bool = False


class KnownOperation(msgspec.Struct, frozen=True):
    """An operation's text as clients send it, and the variants they used."""

    query: str
    operation_name: str | None = msgspec.field(default=None, name="operationName")
    variants: tuple[KnownVariant, ...] = (KnownVariant(),)


def write_operations(operations: Iterable[KnownOperation]) -> bytes:
    """Give the JSON of some operations."""
    return msgspec.json.encode(list(operations))


def read_operations(content: bytes) -> list[KnownOperation]:
    """Read JSON, or GraphQL; ValueError says what is wrong."""
    if content.lstrip()[:1] == b"[":
        return msgspec.json.decode(content, type=list[KnownOperation])
    try:
        text = content.decode()
        document = parse(text)
    except GraphQLError as error:
        raise ValueError(error.message) from error
    named = [node.name for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    return [KnownOperation(text, name.value if name else None) for name in named]
