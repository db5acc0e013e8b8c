"""Is a PostgreSQL server there, new enough, and (where asked) with the newest tables?

In: an address and the setting it came from. Out: nothing, or a Trouble.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import asyncpg

from subgraphs.common.roles import is_held_back

from .tables import behind
from .trouble import Code, Trouble

OLDEST = 14
CONNECT_SECONDS = 5.0
# Parameters that our pools set (subgraphs.common.database): a pooler must let them pass.
AS_WE_DO = {"statement_timeout": "5000", "idle_in_transaction_session_timeout": "5000", "jit": "off"}
FORM = "Write postgresql://USER:PASSWORD@HOST:PORT/DATABASE."
IN_RECOVERY = "SELECT pg_is_in_recovery()"
HAS_PLACE = "SELECT to_regclass('waybill.place') IS NOT NULL"
PLACE = "SELECT shard, shards FROM waybill.place"
MAY_CREATE = "SELECT has_database_privilege(current_database(), 'CREATE')"
THERE = "SELECT extname FROM pg_extension"
WRONG_ADDRESS = (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError)


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """`name` is what people call it: "shard 2".

    `place`: which shard it is, of how many; `tables`: whether migrations must have run; `extensions`: those
    that it must have, or that we must be able to add; `sees_all`: row-level security must not hold it back.
    """

    name: str
    dsn: str
    setting: str
    tables: bool = False
    place: tuple[int, int] | None = None
    extensions: tuple[str, ...] = ()
    sees_all: bool = False

    @property
    def where(self) -> str:
        """Its address without the password."""
        return f"PostgreSQL of {self.name} ({place_of(self.dsn)})"

    async def probe(self) -> None:
        """Raise the Trouble, if there is one."""
        if not self.dsn:
            raise Trouble(Code.SETTING, f"{self.setting} is not set", FORM)
        connection = await self._connect()
        try:
            await self._check(connection)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            raise self._unreachable(error) from error
        finally:
            with suppress(TimeoutError):  # what it has said counts, however it goes
                await connection.close(timeout=CONNECT_SECONDS)

    async def _connect(self) -> asyncpg.Connection:
        try:
            return await asyncpg.connect(
                self.dsn, timeout=CONNECT_SECONDS, statement_cache_size=0, server_settings=AS_WE_DO
            )
        except WRONG_ADDRESS as error:
            fix = f"Correct user, password and database in {self.setting}."
            # A database may be in the making.
            passing = isinstance(error, asyncpg.InvalidCatalogNameError)
            raise Trouble(Code.REFUSES, f"{self.where} says: {first_line(error)}", fix, passing) from error
        except asyncpg.ProtocolViolationError as error:
            if "startup parameter" not in str(error):
                raise self._unreachable(error) from error
            fix = "Let it ignore them, as deploy/pgbouncer/pgbouncer.ini does (`ignore_startup_parameters`)."
            raise Trouble(Code.POOLER, f"{self.where} says: {first_line(error)}", fix) from error
        except ValueError as error:
            problem = f"{self.where} in {self.setting} is no address: {first_line(error)}"
            raise Trouble(Code.SETTING, problem, FORM) from error
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            raise self._unreachable(error) from error

    async def _check(self, connection: asyncpg.Connection) -> None:
        version = connection.get_server_version()
        if version.major < OLDEST:
            raise Trouble(
                Code.TOO_OLD,
                f"{self.where} is version {version.major}",
                f"Use PostgreSQL {OLDEST} or newer.",
            )
        if await connection.fetchval(IN_RECOVERY):
            fix = f"Name the primary in {self.setting}, or promote this one."
            raise Trouble(Code.READ_ONLY, f"{self.where} is a replica", fix, passing=True)
        await self._check_place(connection)
        if self.tables and (folders := await behind(connection)):
            raise Trouble(
                Code.TABLES,
                f"{self.where} lacks the newest tables of {', '.join(folders)}",
                "Run `waybill migrate`.",
                passing=True,
            )
        await self._check_extensions(connection)
        if self.sees_all and await is_held_back(connection):
            problem = f"{self.where} shows this role no tenant's rows, and the process works for all tenants"
            fix = f"Name a role with BYPASSRLS in WAYBILL_SYSTEM_SHARDS, not the one of {self.setting}."
            raise Trouble(Code.HELD_BACK, problem, fix)

    async def _check_place(self, connection: asyncpg.Connection) -> None:
        """Look whose data it holds: of shards in another order, or number, ids find nothing any more."""
        if self.place is None or not await connection.fetchval(HAS_PLACE):
            return
        taken = await connection.fetchrow(PLACE)
        if taken and tuple(taken) != self.place:
            problem = (
                f"{self.where} of {self.place[1]} is shard {taken['shard']} of {taken['shards']} by its data"
            )
            fix = f"Name the same databases in the same order in {self.setting}."
            raise Trouble(Code.MISPLACED, problem, fix)

    async def _check_extensions(self, connection: asyncpg.Connection) -> None:
        """Look whether those that are missing can be added, by adding them and taking it back."""
        there = {row["extname"] for row in await connection.fetch(THERE)} if self.extensions else set()
        missing = [name for name in self.extensions if name not in there]
        if not missing:
            return
        if not await connection.fetchval(MAY_CREATE):
            fix = "Make the role its owner: `ALTER DATABASE … OWNER TO …`."
            raise Trouble(Code.REFUSES, f"{self.where} lets the role make no schemas", fix)
        trial = connection.transaction()
        await trial.start()
        try:
            for name in missing:
                await self._try_to_add(connection, name)
        finally:
            await trial.rollback()

    async def _try_to_add(self, connection: asyncpg.Connection, name: str) -> None:
        try:
            await connection.execute(f"CREATE EXTENSION IF NOT EXISTS {name} SCHEMA public")
        except asyncpg.UniqueViolationError:
            return  # somebody else is adding it
        except asyncpg.PostgresError as error:
            fix = (
                f"Install PostgreSQL's contrib package, and run `CREATE EXTENSION {name} CASCADE` in this "
                "database as a superuser."
            )
            raise Trouble(Code.EXTENSION, f"{self.where} says: {first_line(error)}", fix) from error

    def _unreachable(self, error: Exception) -> Trouble:
        fix = f"Start it, or correct {self.setting}."
        return Trouble(
            Code.UNREACHABLE, f"{self.where} does not answer: {first_line(error)}", fix, passing=True
        )


def place_of(address: str) -> str:
    """Host, port and path of an address: what may be shown."""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "an address that cannot be read"
    return f"{parts.hostname or 'no host'}{port}{parts.path.rstrip('/')}"


def first_line(error: Exception) -> str:
    """Return an error's text up to its first line break."""
    text = str(error) or type(error).__name__
    return text.splitlines()[0].rstrip(".")
