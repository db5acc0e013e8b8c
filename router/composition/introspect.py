"""Asking running subgraphs for their SDL: the one place of composition that uses the network."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import httpx

from .config import ConfigError, ConfigProblem, SubgraphConfig
from .subgraph.model import SubgraphSource

QUERY = "{ _service { sdl } }"
TIMEOUT_SECONDS = 10.0


async def read_source(client: httpx.AsyncClient, config: SubgraphConfig) -> SubgraphSource:
    """Give one subgraph's SDL, asking for it where the list has none; raise ConfigError."""
    if config.sdl is not None:
        return SubgraphSource(config.name, config.url, config.sdl)
    return SubgraphSource(config.name, config.url, await introspect(client, config))


async def introspect_all(
    configs: Sequence[SubgraphConfig],
    read: Callable[[httpx.AsyncClient, SubgraphConfig], Awaitable[SubgraphSource]] = read_source,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    timeout: float = TIMEOUT_SECONDS,
) -> list[SubgraphSource]:
    """Give every subgraph's SDL, asking those without one, all at once; ConfigError names all that fail."""
    async with httpx.AsyncClient(transport=transport, timeout=timeout) as client:
        found = await asyncio.gather(*(read(client, config) for config in configs), return_exceptions=True)
    problems = [p for answer in found if isinstance(answer, ConfigError) for p in answer.problems]
    if problems:
        raise ConfigError(problems)
    return [_sure(answer) for answer in found]


def _sure(answer: SubgraphSource | BaseException) -> SubgraphSource:
    if isinstance(answer, BaseException):
        raise answer
    return answer


async def introspect(client: httpx.AsyncClient, config: SubgraphConfig) -> str:
    """Ask one subgraph for its SDL; raise ConfigError."""
    url = config.introspection_url or config.url
    try:
        response = await client.post(url, json={"query": QUERY}, headers=dict(config.headers))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        why = str(error) or type(error).__name__
        raise _unavailable(config, f"can't be asked for its SDL: {why}") from None
    sdl = _sdl_of(response)
    if sdl is None:
        raise _unavailable(config, f"gave no SDL when asked {QUERY} (HTTP {response.status_code})")
    return sdl


def _unavailable(config: SubgraphConfig, message: str) -> ConfigError:
    place = f'Subgraph "{config.name}" at {config.introspection_url or config.url}'
    return ConfigError([ConfigProblem("SDL_UNAVAILABLE", message, place)])


def _sdl_of(response: httpx.Response) -> str | None:
    try:
        body: Any = response.json()
        sdl = body["data"]["_service"]["sdl"]
    except (ValueError, KeyError, TypeError):
        return None
    return sdl if isinstance(sdl, str) else None
