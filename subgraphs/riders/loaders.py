"""Loaders of the riders subgraph: one statement a shard, or one round trip to Valkey, for a level's keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from aiodataloader import DataLoader
from sqlalchemy import ARRAY, DateTime, Integer, Text, Uuid, bindparam, func, select, text

from subgraphs.common.loaders import AllShardsLoader, ShardedLoader, by_number
from subgraphs.common.reads import Read
from subgraphs.common.sharding import ShardId

from .models import AssignmentRow, OwnAssignmentRow, RiderRow
from .positions import Positions, RiderState
from .resources import RidersContext

_IDS = func.any(bindparam("ids", type_=ARRAY(Uuid)))
# The bounds let PostgreSQL prune partitions also in a generic plan, which cannot look into an array.
_BOUNDS = bindparam("low", type_=Uuid), bindparam("high", type_=Uuid)
_RIDERS = Read(select(RiderRow.__table__).where(RiderRow.id == _IDS))
_RIDERS_OF_USERS = Read(select(RiderRow.__table__).where(RiderRow.user_id == _IDS))
_ASSIGNMENTS = Read(
    select(AssignmentRow.__table__).where(
        AssignmentRow.order_id == _IDS, AssignmentRow.order_id.between(*_BOUNDS)
    )
)


class RiderById(ShardedLoader[UUID, RiderRow | None]):
    """Riders by id."""

    def shard_of(self, key: UUID) -> ShardId:
        """The id knows."""
        return self.shards.map.shard_of(key)

    async def fetch(self, shard: ShardId, keys: list[UUID]) -> Mapping[UUID, RiderRow | None]:
        """One statement."""
        rows = await self.shards.fetch_as(RiderRow, shard, _RIDERS, self.label, ids=keys)
        return {row.id: row for row in rows}

    def missing(self, key: UUID) -> RiderRow | None:
        """No such rider."""
        return None


class RiderByUserId(ShardedLoader[UUID, RiderRow | None]):
    """Riders by their users' ids, which share a bucket with them."""

    def shard_of(self, key: UUID) -> ShardId:
        """The user's."""
        return self.shards.map.shard_of(key)

    async def fetch(self, shard: ShardId, keys: list[UUID]) -> Mapping[UUID, RiderRow | None]:
        """One statement."""
        rows = await self.shards.fetch_as(RiderRow, shard, _RIDERS_OF_USERS, self.label, ids=keys)
        return {row.user_id: row for row in rows}

    def missing(self, key: UUID) -> RiderRow | None:
        """The user is no rider."""
        return None


class AssignmentByOrderId(ShardedLoader[UUID, AssignmentRow | None]):
    """Orders as riders see them."""

    def shard_of(self, key: UUID) -> ShardId:
        """The order's."""
        return self.shards.map.shard_of(key)

    async def fetch(self, shard: ShardId, keys: list[UUID]) -> Mapping[UUID, AssignmentRow | None]:
        """One statement."""
        bounds = {"low": min(keys), "high": max(keys)}
        rows = await self.shards.fetch_as(AssignmentRow, shard, _ASSIGNMENTS, self.label, ids=keys, **bounds)
        return {row.order_id: row for row in rows}

    def missing(self, key: UUID) -> AssignmentRow | None:
        """Riders have not heard of it."""
        return None


class StateByRiderId(DataLoader[UUID, RiderState | None]):
    """What riders do and where they are now: one round trip to Valkey."""

    def __init__(self, positions: Positions, tenant: str) -> None:
        super().__init__()
        self._positions, self._tenant = positions, tenant

    async def batch_load_fn(self, keys: list[UUID]) -> list[RiderState | None]:
        """Called with the keys of one tick."""
        return await self._positions.read(self._tenant, keys)


def state_loader(context: RidersContext) -> StateByRiderId:
    """The request's loader of states."""
    positions, tenant = context.resources.positions, context.caller.tenant
    return context.kept(StateByRiderId, lambda: StateByRiderId(positions, tenant))


@dataclass(frozen=True, slots=True)
class OwnList:
    """A page of a rider's assignments, the newest orders first: of a state, behind an order."""

    rider_id: UUID
    state: str | None
    after: UUID | None
    limit: int


# A list is a row of `own`, as in `_TRACKS`.
_OWN_LISTS = Read(
    text(
        """
    SELECT own.n, a.* FROM unnest(:riders, :states, :afters, :limits) WITH ORDINALITY
        AS own(rider, state, after, most, n)
    CROSS JOIN LATERAL (
        SELECT * FROM riders.own_assignments AS a
        WHERE a.rider_id = own.rider AND (own.state IS NULL OR a.state = own.state)
            AND (own.after IS NULL OR a.order_id < own.after)
        ORDER BY a.order_id DESC LIMIT own.most
    ) a ORDER BY own.n, a.order_id DESC
    """
    ).bindparams(
        bindparam("riders", type_=ARRAY(Uuid)),
        bindparam("states", type_=ARRAY(Text)),
        bindparam("afters", type_=ARRAY(Uuid)),
        bindparam("limits", type_=ARRAY(Integer)),
    )
)


class AssignmentsByRiderId(ShardedLoader[OwnList, Sequence[OwnAssignmentRow]]):
    """Riders' own assignments."""

    def shard_of(self, key: OwnList) -> ShardId:
        """The rider's."""
        return self.shards.map.shard_of(key.rider_id)

    async def fetch(
        self, shard: ShardId, keys: list[OwnList]
    ) -> Mapping[OwnList, Sequence[OwnAssignmentRow]]:
        """One statement."""
        rows: Sequence[Any] = await self.shards.fetch(
            shard,
            _OWN_LISTS,
            self.label,
            riders=[key.rider_id for key in keys],
            states=[key.state for key in keys],
            afters=[key.after for key in keys],
            limits=[key.limit for key in keys],
        )
        return by_number(keys, rows)

    def missing(self, key: OwnList) -> Sequence[OwnAssignmentRow]:
        """He was offered nothing."""
        return ()


@dataclass(frozen=True, slots=True)
class Ride:
    """A rider's way within a span of time, of at most `limit` points."""

    rider_id: UUID
    since: datetime
    until: datetime
    limit: int


# Each ride is a row of `ride`; LATERAL lets each have its own span in the one statement.
_TRACKS = Read(
    text(
        """
    SELECT ride.n, p.* FROM unnest(:riders, :sinces, :untils, :limits) WITH ORDINALITY
        AS ride(rider, since, until, most, n)
    CROSS JOIN LATERAL (
        SELECT lat, lon, heading, at FROM riders.pings
        WHERE rider_id = ride.rider AND at BETWEEN ride.since AND ride.until
        ORDER BY at DESC LIMIT ride.most
    ) p ORDER BY ride.n, p.at
    """
    ).bindparams(
        bindparam("riders", type_=ARRAY(Uuid)),
        bindparam("sinces", type_=ARRAY(DateTime(timezone=True))),
        bindparam("untils", type_=ARRAY(DateTime(timezone=True))),
        bindparam("limits", type_=ARRAY(Integer)),
    )
)


class TrackByRide(ShardedLoader[Ride, Sequence[Any]]):
    """Points of rides, oldest first."""

    def shard_of(self, key: Ride) -> ShardId:
        """The rider's."""
        return self.shards.map.shard_of(key.rider_id)

    async def fetch(self, shard: ShardId, keys: list[Ride]) -> Mapping[Ride, Sequence[Any]]:
        """One statement."""
        rows = await self.shards.fetch(
            shard,
            _TRACKS,
            self.label,
            riders=[key.rider_id for key in keys],
            sinces=[key.since for key in keys],
            untils=[key.until for key in keys],
            limits=[key.limit for key in keys],
        )
        return by_number(keys, rows)

    def missing(self, key: Ride) -> Sequence[Any]:
        """He reported nothing, or it is too long ago."""
        return ()


# By its partial index, which has those on duty alone.
_ACTIVE = Read(
    text(
        "SELECT count(*) AS riders FROM riders.riders WHERE tenant_id = :tenant AND status <> 'OFFLINE'"
    ).bindparams(bindparam("tenant", type_=Text))
)


class ActiveRiders(AllShardsLoader[str, int]):
    """How many riders of a tenant are on duty."""

    async def fetch(self, shard: ShardId, keys: list[str]) -> Mapping[str, int]:
        """One statement a tenant, of which there is one."""
        found = {}
        for tenant in keys:
            rows = await self.shards.fetch(shard, _ACTIVE, self.label, tenant=tenant)
            found[tenant] = int(rows[0].riders)
        return found

    def merge(self, key: str, parts: list[int]) -> int:
        """Of all shards."""
        return sum(parts)
