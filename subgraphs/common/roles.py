"""The three roles at the shards: who owns the tables, who serves requests, who works for all tenants.

    owner    WAYBILL_OWNER_SHARDS    owns the tables, runs the migrations
    app      WAYBILL_SHARDS          held back by row-level security: sees its request's tenant
    system   WAYBILL_SYSTEM_SHARDS   BYPASSRLS: relay, consumers, jobs, the indexer

One role may be all three; then row-level security holds nobody back, which `waybill migrate` and every
subgraph's start say.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import asyncpg

from .settings import CommonSettings

# Stands for all tables: every one with a tenant has its policy (waybill.raise_wall).
HELD_BACK = "SELECT row_security_active('waybill.outbox') AS held_back"
_OWNER = "SELECT current_user"
ROW_SECURITY_OFF = "ROW_SECURITY_OFF"


@dataclass(frozen=True, slots=True)
class Roles:
    """Names of the roles that are to be let in beside the owner; None: whoever the operating system says."""

    app: str | None = None
    system: str | None = None

    @classmethod
    def of(cls, settings: CommonSettings) -> Roles:
        """As the settings' addresses name them; all shards have the same."""
        return cls(role_of(settings.shards[0]), role_of((settings.system_shards or settings.shards)[0]))


def role_of(dsn: str) -> str | None:
    """The user that an address names."""
    name = urlsplit(dsn).username
    return unquote(name) if name else None


async def admit(connection: asyncpg.Connection, roles: Roles) -> None:
    """As the owner: raise the walls that are missing, and let the roles in."""
    await connection.execute("SELECT waybill.raise_wall(relation) FROM waybill.unwalled")
    owner = await connection.fetchval(_OWNER)
    for role in {roles.app, roles.system} - {owner, None}:
        await connection.execute("SELECT waybill.admit($1)", role)
    if roles.system not in (owner, None, roles.app):
        await connection.execute("SELECT waybill.entrust($1)", roles.system)


async def is_held_back(connection: asyncpg.Connection) -> bool:
    """Whether row-level security holds for who asks: not for superusers, the owner, BYPASSRLS."""
    held_back: bool = await connection.fetchval(HELD_BACK)
    return held_back


async def is_held_back_at(dsn: str) -> bool:
    """The same, of the role of an address."""
    connection = await asyncpg.connect(dsn, statement_cache_size=0)
    try:
        return await is_held_back(connection)
    finally:
        await connection.close()
