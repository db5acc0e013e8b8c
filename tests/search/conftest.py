"""The two backends, each with an index of its own for every test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count

import pytest

from search import SearchBackend
from search.elastic import ElasticSearch
from search.postgres import PostgresSearch
from stack.embedded import Servers
from subgraphs.common.plain_database import PlainDatabase
from tests.search.elasticsearch_node import Node

_numbers = count(1)


@pytest.fixture(params=["postgres", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
async def backend(request: pytest.FixtureRequest) -> AsyncIterator[SearchBackend]:
    """An empty index in each backend in turn."""
    backend = _postgres(request) if request.param == "postgres" else _elastic(request)
    await backend.ensure_index()
    try:
        yield backend
    finally:
        await backend.close()


def _postgres(request: pytest.FixtureRequest) -> SearchBackend:
    servers: Servers = request.getfixturevalue("servers")
    return PostgresSearch(PlainDatabase(servers.search), f"test_{_letters(next(_numbers))}", batch=50)


def _elastic(request: pytest.FixtureRequest) -> SearchBackend:
    node: Node = request.getfixturevalue("elasticsearch_node")
    return ElasticSearch(node.url, f"test-{next(_numbers)}", batch=50)


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))
