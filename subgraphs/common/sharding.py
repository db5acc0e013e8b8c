"""Which shard a row lives on: its id's bucket, looked up in a versioned map of 4096 buckets.

Buckets move between shards by publishing a new version of the map; ids never change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NewType
from uuid import UUID

from .ids import BUCKETS, bucket_of

ShardId = NewType("ShardId", int)


@dataclass(frozen=True, slots=True)
class ShardMap:
    """`shards[bucket]` is the shard of the bucket."""

    version: int
    shards: tuple[ShardId, ...]

    def __post_init__(self) -> None:
        if len(self.shards) != BUCKETS:
            raise ValueError(f"a shard map has {BUCKETS} buckets, not {len(self.shards)}")

    @classmethod
    def even(cls, count: int) -> ShardMap:
        """Version 1: `count` contiguous, equal ranges of buckets."""
        return cls(1, tuple(ShardId(bucket * count // BUCKETS) for bucket in range(BUCKETS)))

    def shard_of(self, id: UUID) -> ShardId:
        """The shard of an id."""
        return self.shards[bucket_of(id)]

    def shard_of_bucket(self, bucket: int) -> ShardId:
        """The shard of a bucket."""
        return self.shards[bucket]

    def group(self, ids: Iterable[UUID]) -> dict[ShardId, list[UUID]]:
        """Ids by shard, each list in the order given."""
        groups: dict[ShardId, list[UUID]] = {}
        for id in ids:
            groups.setdefault(self.shards[bucket_of(id)], []).append(id)
        return groups
