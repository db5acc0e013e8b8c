"""``waybill admin create``: the first tenant and its admin; everything else is made through the graph.

While the platform runs, on given servers, or by itself: then the embedded servers are started for the time.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from stack.commands.read_settings import read_settings
from stack.embedded import postgres, running
from stack.home import Home
from stack.platform.environment import adopt_environment
from stack.servers.settings_trouble import explained_settings
from stack.servers.trouble import Troubles
from stack.settings import StackSettings
from stack.shard_roles import OWNER_SHARDS, SYSTEM_SHARDS
from stack.supervisor.state import AlreadyRunning, hold, is_running

if TYPE_CHECKING:
    from subgraphs.users.first_admin import First


class Action(StrEnum):
    """What can be done."""

    create = "create"


def command(
    action: Annotated[Action, typer.Argument(help="create: make a tenant and its admin.")],
    phone: Annotated[str, typer.Option(help="The admin's phone, by which he logs in: +201001234567.")],
    name: Annotated[str, typer.Option(help="The admin's name.")],
    tenant: Annotated[str, typer.Option(help="The marketplace: a-z, 0-9 and -.")] = "main",
    region: Annotated[str, typer.Option(help="Its region.")] = "middle-east",
    currency: Annotated[str, typer.Option(help="Its currency, by ISO 4217.")] = "USD",
) -> None:
    """Make a tenant and an admin who may make more; asks for his password, or reads it from standard input.

    The same again is harmless: whose phone it is is the admin, and has the given password.
    """
    from subgraphs.common.errors import CodedError
    from subgraphs.users.first_admin import First

    settings = read_settings()
    password = _password()
    first = First(tenant, region, currency, phone, name, password)
    try:
        with _servers(Home(settings.home), settings):
            made = asyncio.run(_create(first))
    except CodedError as error:
        sys.exit(f"waybill: {error.field or 'this'}: {error.message} ({error.code.value})")
    except (Troubles, AlreadyRunning) as error:
        sys.exit(f"waybill: {error}")
    print(f"{name} is {'the admin' if made else 'an admin already, now with this password,'} of {tenant!r}")
    print("Log in by phone and password: mutation { login(phone: …, password: …) { accessToken } }")


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


@contextlib.contextmanager
def _servers(home: Home, settings: StackSettings) -> Iterator[None]:
    """Have the shards answer, and the environment say where they are."""
    if settings.shards or is_running(home):
        adopt_environment(home)
        yield
        return
    home.create()
    tuning = postgres.Tuning(settings.postgres_buffers, settings.postgres_connections)
    with hold(home), running(home.root, shards=settings.shard_count, tuning=tuning) as servers:
        os.environ["WAYBILL_SHARDS"] = ",".join(servers.app_shards)
        os.environ[SYSTEM_SHARDS] = ",".join(servers.system_shards)
        os.environ[OWNER_SHARDS] = ",".join(servers.shards)
        os.environ["WAYBILL_VALKEY_URL"] = servers.valkey
        asyncio.run(_migrate())
        yield


async def _migrate() -> None:
    from subgraphs.common.migrate import migrate_by
    from subgraphs.common.upkeep.settings import UpkeepSettings

    with explained_settings():
        await migrate_by(UpkeepSettings())


async def _create(first: First) -> bool:
    from subgraphs.users.first_admin import make_first_admin
    from subgraphs.users.settings import UsersSettings

    with explained_settings():
        settings = UsersSettings()
    return await make_first_admin(first, settings)
