"""``waybill migrate``: bring every shard to the newest tables, before a new version starts."""

from __future__ import annotations

import asyncio
import sys

from stack.commands.read_settings import read_settings
from stack.home import Home
from stack.platform.environment import adopt_environment
from stack.servers.needs import shards
from stack.servers.settings_trouble import explained_settings
from stack.servers.trouble import Troubles
from stack.servers.wait import wait_for


def command() -> None:
    """Migrate the shards of WAYBILL_SHARDS, and make their partitions; those that are up to date stay so."""
    settings = read_settings()
    adopt_environment(Home(settings.home))
    try:
        asyncio.run(_migrate(settings.servers_seconds))
    except Troubles as troubles:
        sys.exit(f"waybill: {troubles}")


async def _migrate(seconds: float) -> None:
    from subgraphs.common.migrate import migrate_by
    from subgraphs.common.upkeep.settings import UpkeepSettings

    with explained_settings():
        settings = UpkeepSettings()
    dsns = settings.direct_shards or settings.shards
    await wait_for(shards(dsns, tables=False), seconds, lambda text: print(text, file=sys.stderr))
    until = await migrate_by(settings)
    print(f"{len(dsns)} shards have the newest tables, and partitions until {until:%Y-%m-%d}")
