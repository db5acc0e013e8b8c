"""The index's tables: one schema an index, so that a rebuilt one takes the other's place by its name."""

from __future__ import annotations

from search.postgres.database import Database, Executor

# Words are folded before they come here; what remains is to cut off endings, the Latin ones as English does,
# the Arabic ones as Arabic does. No stop words: "the" may be a vendor's name.
_SHARED = """
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public;
CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA public;
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch SCHEMA public;
CREATE EXTENSION IF NOT EXISTS cube SCHEMA public;
CREATE EXTENSION IF NOT EXISTS earthdistance SCHEMA public;
CREATE TEXT SEARCH DICTIONARY public.waybill_latin (TEMPLATE = snowball, Language = english);
CREATE TEXT SEARCH DICTIONARY public.waybill_arabic (TEMPLATE = snowball, Language = arabic);
CREATE TEXT SEARCH CONFIGURATION public.waybill (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION public.waybill
  ALTER MAPPING FOR asciiword, asciihword, hword_asciipart WITH waybill_latin;
ALTER TEXT SEARCH CONFIGURATION public.waybill
  ALTER MAPPING FOR word, hword, hword_part WITH unaccent, waybill_arabic;
"""

_INDEX = """
CREATE SCHEMA {name};
CREATE TABLE {name}.documents (
  tenant text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL, kind text NOT NULL, version bigint NOT NULL,
  deleted boolean NOT NULL DEFAULT false,
  name text NOT NULL DEFAULT '', description text NOT NULL DEFAULT '',
  cuisines text[] NOT NULL DEFAULT '{{}}', tags text[] NOT NULL DEFAULT '{{}}',
  vendor_id text, vendor_name text NOT NULL DEFAULT '', region text,
  lat double precision, lon double precision, price bigint, currency text, rating double precision,
  popularity double precision NOT NULL DEFAULT 1, available boolean NOT NULL DEFAULT true,
  hidden boolean NOT NULL DEFAULT false,
  timezone text NOT NULL DEFAULT 'UTC', hours int4multirange NOT NULL DEFAULT '{{}}',
  words tsvector NOT NULL DEFAULT '', PRIMARY KEY (tenant, id)
);
CREATE INDEX ON {name}.documents USING gin (words) WITH (fastupdate = off);
CREATE INDEX ON {name}.documents USING gin (cuisines);
CREATE INDEX ON {name}.documents USING gist (public.ll_to_earth(lat, lon));
CREATE INDEX ON {name}.documents (tenant, price) WHERE NOT deleted;
CREATE INDEX ON {name}.documents (timezone);
CREATE INDEX documents_vendor_idx ON {name}.documents (tenant, vendor_id);
CREATE INDEX documents_deleted_idx ON {name}.documents (version) WHERE deleted;
CREATE TABLE {name}.words (
  tenant text COLLATE "C" NOT NULL, word text COLLATE "C" NOT NULL, PRIMARY KEY (tenant, word)
);
CREATE INDEX ON {name}.words USING gist (tenant, word gist_trgm_ops);
CREATE TABLE {name}.suggestions (
  tenant text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL, input text COLLATE "C" NOT NULL,
  name text NOT NULL, kind text NOT NULL, popularity double precision NOT NULL,
  PRIMARY KEY (tenant, id, input)
);
CREATE INDEX ON {name}.suggestions (tenant, input text_pattern_ops);
"""

# What indexes from before lack.
_LATER = """
CREATE INDEX IF NOT EXISTS documents_deleted_idx ON {name}.documents (version) WHERE deleted;
CREATE INDEX IF NOT EXISTS documents_vendor_idx ON {name}.documents (tenant, vendor_id);
ALTER TABLE {name}.documents ADD COLUMN IF NOT EXISTS hidden boolean NOT NULL DEFAULT false;
"""


async def ensure(database: Database, name: str) -> None:
    """Make the index's tables, and what all indexes share, unless they are there."""
    async with database.transaction() as connection:
        await lock(connection)
        if await exists(connection, name):
            await connection.execute(_LATER.format(name=name))
        else:
            await create(connection, name)


async def create(connection: Executor, name: str) -> None:
    """Make an empty index."""
    shared = await connection.fetch("SELECT 1 FROM pg_ts_config WHERE cfgname = 'waybill'")
    if not shared:
        await connection.execute(_SHARED)
    await connection.execute(_INDEX.format(name=name))


async def exists(connection: Executor, name: str) -> bool:
    """Say whether there is an index of that name."""
    rows = await connection.fetch("SELECT to_regnamespace($1) IS NOT NULL AS there", name)
    return bool(rows[0]["there"])


async def lock(connection: Executor, *, shared: bool = False) -> None:
    """Until the transaction's end: writers together (`shared`), or one that makes, swaps or drops indexes."""
    how = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    # One lock for all indexes of the database: they share the text search configuration.
    await connection.execute(f"SELECT {how}(hashtext('waybill search'))")
