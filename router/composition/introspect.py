"""Asking running subgraphs for their SDL: the one place of composition that uses the network."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

import httpx
import orjson

from .config import ConfigError, ConfigProblem, SubgraphConfig
from .settings import CompositionSettings
from .subgraph.model import SubgraphSource

Read: TypeAlias = Callable[
    [httpx.AsyncClient, SubgraphConfig, CompositionSettings], Awaitable[SubgraphSource]
]

QUERY = "{ _service { sdl } }"
# In a JSON string one byte of SDL takes six at most (\u0000).
BYTES_OF_JSON = 6


async def read_source(
    client: httpx.AsyncClient, config: SubgraphConfig, limits: CompositionSettings
) -> SubgraphSource:
    """Give one subgraph's SDL, asking for it where the list has none; raise ConfigError."""
    if config.sdl is not None:
        return SubgraphSource(config.name, config.url, config.sdl)
    return SubgraphSource(config.name, config.url, await introspect(client, config, limits))


async def introspect_all(
    configs: Sequence[SubgraphConfig],
    limits: CompositionSettings,
    read: Read = read_source,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
) -> list[SubgraphSource]:
    """Give every subgraph's SDL, asking those without one, all at once; ConfigError names all that fail."""
    async with httpx.AsyncClient(transport=transport, timeout=limits.introspection_seconds) as client:
        asked = (read(client, config, limits) for config in configs)
        found = await asyncio.gather(*asked, return_exceptions=True)
    problems = [p for answer in found if isinstance(answer, ConfigError) for p in answer.problems]
    if problems:
        raise ConfigError(problems)
    return [_sure(answer) for answer in found]


def _sure(answer: SubgraphSource | BaseException) -> SubgraphSource:
    if isinstance(answer, BaseException):
        raise answer
    return answer


async def introspect(client: httpx.AsyncClient, config: SubgraphConfig, limits: CompositionSettings) -> str:
    """Ask one subgraph for its SDL; raise ConfigError."""
    try:
        async with asyncio.timeout(limits.introspection_seconds):
            status, body = await _ask(client, config, limits.max_sdl_bytes * BYTES_OF_JSON)
    except TimeoutError:
        said = f"gave no SDL within {limits.introspection_seconds:g} s"
        raise _unavailable(config, said) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        why = str(error) or type(error).__name__
        raise _unavailable(config, f"can't be asked for its SDL: {why}") from None
    sdl = _sdl_of(body)
    if sdl is None:
        raise _unavailable(config, f"gave no SDL when asked {QUERY} (HTTP {status}{_errors_of(body)})")
    return sdl


async def _ask(client: httpx.AsyncClient, config: SubgraphConfig, max_bytes: int) -> tuple[int, bytes]:
    """Give the status and the body, of which no more is read than a legal SDL can take."""
    url, headers = config.introspection_url or config.url, dict(config.headers)
    async with client.stream("POST", url, json={"query": QUERY}, headers=headers) as response:
        body = bytearray()
        async for part in response.aiter_bytes():
            body += part
            if len(body) > max_bytes:
                raise _unavailable(config, f"answered with more than {max_bytes} bytes when asked {QUERY}")
        return response.status_code, bytes(body)


def _unavailable(config: SubgraphConfig, message: str) -> ConfigError:
    place = f'Subgraph "{config.name}" at {config.introspection_url or config.url}'
    return ConfigError([ConfigProblem("SDL_UNAVAILABLE", message, place)])


def _sdl_of(body: bytes) -> str | None:
    try:
        sdl = orjson.loads(body)["data"]["_service"]["sdl"]
    except (ValueError, KeyError, TypeError):
        return None
    return sdl if isinstance(sdl, str) else None


def _errors_of(body: bytes) -> str:
    """Give what a GraphQL server said instead of an answer."""
    try:
        return f": {orjson.loads(body)['errors'][0]['message']}"
    except (ValueError, LookupError, TypeError):
        return ""
