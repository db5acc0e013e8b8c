"""What is a tenant's own, wherever it turns up: its name, which all its texts have, and its rows' ids.

Found in the catalogue of the database, so that a new table is in it by itself.
"""

from __future__ import annotations

import asyncio
import base64
import re
from dataclasses import dataclass

import asyncpg

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


Digest = dict[tuple[int, str], str]


@dataclass(frozen=True, slots=True)
class Rows:
    """One tenant's rows on all shards, seen with the owner's role."""

    tenant: str
    shards: tuple[asyncpg.Connection, ...]
    statement: str

    async def digest(self) -> Digest:
        """By shard and table, something that changes with any row of it."""
        digest = _DIGEST.format(self.statement)
        found = await asyncio.gather(*(shard.fetch(digest, self.tenant) for shard in self.shards))
        return {(n, name): told for n, rows in enumerate(found) for name, told in rows}

    async def ids(self) -> frozenset[str]:
        """Every id that stands in a row."""
        found = await asyncio.gather(*(shard.fetch(self.statement, self.tenant) for shard in self.shards))
        return frozenset(id for rows in found for row in rows for id in UUID.findall(row["row"]))


async def rows_of(tenant: str, shards: tuple[asyncpg.Connection, ...]) -> Rows:
    statement = await shards[0].fetchval(_TABLES)
    return Rows(tenant, shards, statement)


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
    """Where two digests differ, in words."""
    places = before.keys() | after.keys()
    return sorted(
        f"{name} on shard {n}" for n, name in places if before.get((n, name)) != after.get((n, name))
    )
