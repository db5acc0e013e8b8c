"""What is a tenant's own, wherever it turns up: its name, which all its texts have, and its rows' ids.

Found in the catalogue of the database, so that a new table is in it by itself.
"""

from __future__ import annotations

import asyncio
import base64
import re
from dataclasses import dataclass

import asyncpg
from redis.asyncio import Redis

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WORD = re.compile(r"[A-Za-z0-9+/_=-]{16,}")
# All tables that have a tenant, and the table of tenants: as a statement for one tenant's rows, as text.
_TABLES = """
    SELECT string_agg(format(
        'SELECT %1$L AS name, t::text AS row FROM %1$s AS t WHERE %2$I = $1', c.oid::regclass, a.attname
    ), ' UNION ALL ' ORDER BY c.oid::regclass::text)
    FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT a.attisdropped
        AND (a.attname = 'tenant_id' OR c.oid = 'waybill.tenants'::regclass AND a.attname = 'id')
"""
_DIGEST = """
    SELECT name, count(*) || ' rows ' || md5(string_agg(row, ' ' ORDER BY row)) AS digest
    FROM ({}) AS rows GROUP BY name
"""


Digest = dict[str, object]
# TTL's word for a key without one.
_FOR_GOOD = -1


@dataclass(frozen=True, slots=True)
class Rows:
    """One tenant's rows on all shards, seen with the owner's role, and what Valkey keeps of it."""

    tenant: str
    shards: tuple[asyncpg.Connection, ...]
    valkey: Redis
    statement: str

    async def digest(self) -> Digest:
        """By shard and table, and by key of Valkey, something that changes with any row and value of it."""
        digest = _DIGEST.format(self.statement)
        found = await asyncio.gather(*(shard.fetch(digest, self.tenant) for shard in self.shards))
        rows = {f"{name} on shard {n}": told for n, rows in enumerate(found) for name, told in rows}
        return rows | await self._kept()

    async def _kept(self) -> Digest:
        """What Valkey keeps under the tenant's name; but not what it forgets by itself."""
        keys = [key async for key in self.valkey.scan_iter(f"*{self.tenant}*", count=10_000)]
        async with self.valkey.pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.ttl(key)
                pipe.dump(key)
            told = await pipe.execute()
        return {
            f"Valkey's {key.decode()}": value
            for key, ttl, value in zip(keys, told[::2], told[1::2], strict=True)
            if ttl == _FOR_GOOD
        }

    async def ids(self) -> frozenset[str]:
        """Every id that stands in a row."""
        found = await asyncio.gather(*(shard.fetch(self.statement, self.tenant) for shard in self.shards))
        return frozenset(id for rows in found for row in rows for id in UUID.findall(row["row"]))


async def rows_of(tenant: str, shards: tuple[asyncpg.Connection, ...], valkey: Redis) -> Rows:
    """`valkey`: a client that leaves values as the bytes they are."""
    return Rows(tenant, shards, valkey, await shards[0].fetchval(_TABLES))


def canaries_in(text: str, tenant: str, ids: frozenset[str], given: str = "") -> set[str]:
    """What of a tenant's own stands in a text, in cursors too, and not in what was given for it."""
    texts = (text, *_decoded(text))
    seen = {id for each in texts for id in UUID.findall(each) if id in ids}
    if any(tenant in each for each in texts):
        seen.add(tenant)
    return {each for each in seen if each not in given}


def _decoded(text: str) -> list[str]:
    return [decoded for word in _WORD.findall(text) if (decoded := _base64(word))]


def _base64(word: str) -> str:
    try:
        return base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)).decode()
    except ValueError:
        return ""


def changed(before: Digest, after: Digest) -> list[str]:
    """Where two digests differ."""
    return sorted(place for place in before.keys() | after.keys() if before.get(place) != after.get(place))
