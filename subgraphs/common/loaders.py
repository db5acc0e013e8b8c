"""Loaders: all keys that one level of a query asks for, in one SQL statement a shard.

A loader is made once per request (or event) by `Context.loader` and named `XByY`.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from aiodataloader import DataLoader

from .database import Shards
from .sharding import ShardId

K = TypeVar("K")
V = TypeVar("V")


def by_number(keys: Sequence[K], rows: Iterable[Any]) -> dict[K, list[Any]]:
    """Each key's rows, in their order; `n` of a row is the number of its key (WITH ORDINALITY), from 1."""
    found: dict[K, list[Any]] = {}
    for row in rows:
        found.setdefault(keys[row.n - 1], []).append(row)
    return found


class BatchLoader(DataLoader[K, V], ABC, Generic[K, V]):
    """Reads the shards, batch by batch; what is being read can be given up."""

    # Far above any level of a real query; keeps one statement's array within reason.
    max_batch_size = 10_000

    def __init__(self, shards: Shards) -> None:
        super().__init__()
        self.shards = shards
        self._loading: set[asyncio.Task[Any]] = set()

    @property
    def label(self) -> str:
        """The name under which the statements are counted."""
        return type(self).__name__

    @abstractmethod
    async def load_batch(self, keys: list[K]) -> list[V]:
        """Values in the order of the keys."""

    async def batch_load_fn(self, keys: list[K]) -> list[V]:
        """Called by aiodataloader, in a task of its own, with the keys of one tick."""
        task = asyncio.current_task()
        assert task is not None
        self._loading.add(task)
        try:
            return await self.load_batch(keys)
        finally:
            self._loading.discard(task)

    def abandon(self) -> None:
        """End the batches under way, and with them their statements; nobody may wait for them any more."""
        self._queue.clear()
        for task in self._loading:
            task.cancel()


class ShardedLoader(BatchLoader[K, V], ABC, Generic[K, V]):
    """Groups keys by shard, asks the shards side by side, and answers in the order of the keys."""

    @abstractmethod
    def shard_of(self, key: K) -> ShardId:
        """The shard where the key's rows are."""

    @abstractmethod
    async def fetch(self, shard: ShardId, keys: list[K]) -> Mapping[K, V]:
        """Read the keys' values from one shard, in one statement; absent keys may be left out."""

    @abstractmethod
    def missing(self, key: K) -> V:
        """What a key without rows loads: None, an empty list, …"""

    async def load_batch(self, keys: list[K]) -> list[V]:
        """One statement a shard."""
        groups: dict[ShardId, list[K]] = {}
        for key in keys:
            groups.setdefault(self.shard_of(key), []).append(key)
        found: dict[K, V] = {}
        for part in await asyncio.gather(*(self.fetch(shard, group) for shard, group in groups.items())):
            found.update(part)
        return [found[key] if key in found else self.missing(key) for key in keys]


class AllShardsLoader(BatchLoader[K, V], ABC, Generic[K, V]):
    """For lists that cross shards (a vendor's orders): every key asks every shard, once each."""

    @abstractmethod
    async def fetch(self, shard: ShardId, keys: list[K]) -> Mapping[K, Any]:
        """Read the keys' parts from one shard, in one statement."""

    @abstractmethod
    def merge(self, key: K, parts: list[Any]) -> V:
        """Put the shards' parts of one key together; `parts` holds only those that were found."""

    async def load_batch(self, keys: list[K]) -> list[V]:
        """One statement a shard."""
        answers = await asyncio.gather(*(self.fetch(ShardId(shard), keys) for shard in self.shards.all))
        return [self.merge(key, [answer[key] for answer in answers if key in answer]) for key in keys]
