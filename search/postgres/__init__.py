"""Search in a Postgres database of its own: tsvector, pg_trgm, unaccent, earthdistance; names no driver."""

from search.postgres.backend import PostgresSearch
from search.postgres.database import Database

__all__ = ["Database", "PostgresSearch"]
