"""What a process holds (`Resources`), and what a request holds (`Context`: caller, loaders)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar, cast
from uuid import uuid4

import httpx
from redis.asyncio import Redis

from .auth import Caller, TokenVerifier
from .connections import Page, page
from .database import Shards, ShardsByTenant
from .loaders import BatchLoader
from .settings import CommonSettings
from .tenants import Asked

S = TypeVar("S", bound=CommonSettings, covariant=True)


@dataclass(frozen=True)
class Resources(Generic[S]):
    """Made once at a process's start, closed at its end. A subgraph may subclass it for more."""

    settings: S
    shards: ShardsByTenant
    valkey: Redis
    http: httpx.AsyncClient
    tokens: TokenVerifier


class FromShards(Protocol):
    """A loader class: made from the shards alone."""

    def __init__(self, shards: Shards) -> None: ...


T = TypeVar("T")
L = TypeVar("L", bound=FromShards)
R = TypeVar("R", bound=Resources[Any], covariant=True)


@dataclass
class Context(Generic[R]):
    """The Strawberry context of one request, or of one WebSocket connection."""

    resources: R
    caller: Caller
    request_id: str = field(default_factory=lambda: uuid4().hex)
    # The headers as they came, to be passed on when another subgraph is asked on the caller's behalf.
    asked: Asked = field(default_factory=Asked)
    # Where the client is (see `client_address.py`); None if that is not known.
    address: str | None = None
    # Strawberry puts the payload of `connection_init` here.
    connection_params: dict[str, Any] | None = None
    _loaders: dict[type[Any], Any] = field(default_factory=dict)

    @property
    def authorization(self) -> str | None:
        """The header as it came."""
        return self.asked.authorization

    @property
    def shards(self) -> Shards:
        """The shards as the caller may see them: those rows that are his tenant's."""
        return self.resources.shards.of(self.caller.tenant)

    def loader(self, kind: type[L]) -> L:
        """The request's loader of a class, made at first use."""
        loader = self._loaders.get(kind)
        if loader is None:
            loader = self._loaders[kind] = kind(self.shards)
        return loader

    def kept(self, kind: type[T], make: Callable[[], T]) -> T:
        """The request's one object of a class, such as a loader that reads something else than shards."""
        found = self._loaders.get(kind)
        if found is None:
            found = self._loaders[kind] = make()
        return cast("T", found)

    def renew(self) -> None:
        """Forget what was loaded: after a mutation's write, and before each event of a subscription."""
        self._loaders.clear()

    def abandon(self) -> None:
        """End what is still being loaded: the answer is there, or nobody waits for it."""
        for loader in self._loaders.values():
            if isinstance(loader, BatchLoader):
                loader.abandon()

    def page(self, first: int | None, after: str | None) -> Page:
        """Check a list's arguments against the settings."""
        settings = self.resources.settings
        return page(first, after, default=settings.page_default, most=settings.page_max)
