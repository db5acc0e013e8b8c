"""``waybill dead-letters``: what consumers could not handle and put aside, and the way back for it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from typing import Annotated

import typer

from stack.commands.read_settings import read_settings
from stack.home import Home
from stack.platform.environment import adopt_environment
from stack.servers.settings_trouble import explained_settings
from stack.servers.trouble import Troubles


def command(
    again: Annotated[
        bool, typer.Option("--again", help="Put them back on their streams, to be handled once more.")
    ] = False,
) -> None:
    """Show the dead letters, oldest first: events and pings that kept failing, with the reason of each."""
    settings = read_settings()
    adopt_environment(Home(settings.home))
    try:
        with explained_settings():
            from subgraphs.common.settings import CommonSettings

            url = CommonSettings().valkey_url
    except Troubles as troubles:
        sys.exit(f"waybill: {troubles}")
    asyncio.run(_show(url, again=again))


async def _show(url: str, *, again: bool) -> None:
    from redis.asyncio import Redis
    from redis.exceptions import RedisError

    from subgraphs.common.dead_letters import put_back, read_letters

    count = back = 0
    try:
        async with Redis.from_url(url, decode_responses=True) as valkey:
            # Those there now: one that fails again while we read is for the next time.
            for id, letter in [each async for each in read_letters(valkey)]:
                print(_line(id, letter))
                count += 1
                back += again and await put_back(valkey, id, letter)
    except (RedisError, OSError) as error:
        sys.exit(
            f"waybill: Valkey does not answer ({type(error).__name__}): start it, or set WAYBILL_VALKEY_URL"
        )
    print(f"{count} dead letters" + (f", {back} put back on their streams" if again else ""))


def _line(id: str, letter: Mapping[str, str]) -> str:
    what = letter.get("topic") or "ping"
    whose = letter.get("key") or letter.get("rider") or "?"
    at, group, reason = letter.get("at", "?"), letter.get("group", "?"), letter.get("reason", "?")
    return f"{id}  {at}  {what} {whose}  {group}: {' '.join(reason.split())}"
