"""``waybill migrate``: bring every shard to the newest tables, before a new version starts."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from stack.commands.read_settings import read_settings
from stack.home import Home
from stack.platform.environment import adopt_environment
from stack.servers.needs import shards
from stack.servers.probe_postgres import PostgresServer
from stack.servers.settings_trouble import explained_settings
from stack.servers.trouble import Code, Trouble, Troubles
from stack.servers.wait import wait_for

if TYPE_CHECKING:
    from subgraphs.common.settings import CommonSettings


def command() -> None:
    """Migrate the shards of WAYBILL_SHARDS, and make their partitions; those that are up to date stay so."""
    settings = read_settings()
    adopt_environment(Home(settings.home))
    try:
        asyncio.run(_migrate(settings.servers_seconds))
    except Troubles as troubles:
        sys.exit(f"waybill: {troubles}")


async def _migrate(seconds: float) -> None:
    from subgraphs.common.migrate import migrate_by, owners
    from subgraphs.common.roles import is_held_back_at
    from subgraphs.common.upkeep.settings import UpkeepSettings

    with explained_settings():
        settings = UpkeepSettings()
    dsns = owners(settings)
    servers = [*shards(dsns, tables=False, setting="WAYBILL_OWNER_SHARDS"), *_of_other_roles(settings)]
    await wait_for(servers, seconds, lambda text: print(text, file=sys.stderr))
    until = await migrate_by(settings)
    print(f"{len(dsns)} shards have the newest tables, and partitions until {until:%Y-%m-%d}")
    if not await is_held_back_at(settings.shards[0]):
        print(f"waybill: {one_wall()}", file=sys.stderr)


def _of_other_roles(settings: CommonSettings) -> list[PostgresServer]:
    """Return the shards with the roles that are let in: they must be there to be given anything."""
    found = shards(settings.shards, tables=False)
    if settings.system_shards:
        found += shards(settings.system_shards, tables=False, setting="WAYBILL_SYSTEM_SHARDS")
    return [replace(server, extensions=()) for server in found]


def one_wall() -> Trouble:
    """Return what is said where one role owns the tables and serves the requests."""
    problem = (
        "Row-level security holds nobody back: the role of WAYBILL_SHARDS is a superuser, owns the tables "
        "or has BYPASSRLS"
    )
    return Trouble(Code.ONE_WALL, problem, Code.ONE_WALL.fix)
