"""Is Valkey (or Redis) there, has it loaded its data, and is it new enough?"""

from __future__ import annotations

from dataclasses import dataclass

from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, NoPermissionError, RedisError

from .probe_postgres import first_line, place_of
from .trouble import Code, Trouble

OLDEST = (7, 0)
PATIENCE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class ValkeyServer:
    """By its address and the setting that gives it."""

    url: str
    setting: str = "WAYBILL_VALKEY_URL"

    @property
    def where(self) -> str:
        """Its address without the password."""
        return f"Valkey ({place_of(self.url)})"

    async def probe(self) -> None:
        """Raise the Trouble, if there is one."""
        try:
            version = await self._version()
        except (AuthenticationError, NoPermissionError) as error:
            fix = f"Write redis://USER:PASSWORD@HOST:PORT/0 in {self.setting} (USER may be empty)."
            raise Trouble(Code.REFUSES, f"{self.where} says: {error}", fix) from error
        except ValueError as error:
            fix = f"Write redis://HOST:PORT/0 in {self.setting}."
            raise Trouble(Code.SETTING, f"{self.where} is no address: {error}", fix) from error
        except (RedisError, OSError, TimeoutError) as error:
            problem, fix = (
                f"{self.where} does not answer: {first_line(error)}",
                f"Start it, or correct {self.setting}.",
            )
            raise Trouble(Code.UNREACHABLE, problem, fix, passing=True) from error
        if tuple(map(int, version.split(".")[:2])) < OLDEST:
            raise Trouble(
                Code.TOO_OLD,
                f"{self.where} is version {version}",
                "Use Valkey, or Redis 7.0 or newer.",
            )

    async def _version(self) -> str:
        async with Redis.from_url(
            self.url, socket_connect_timeout=PATIENCE_SECONDS, socket_timeout=PATIENCE_SECONDS
        ) as client:
            await client.ping()  # refused while it loads its file
            told = await client.info("server")
        return str(told["redis_version"])  # Valkey gives the Redis version that it stands for
