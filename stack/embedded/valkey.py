"""Embedded Valkey with an append-only file, so that queued jobs and streams survive a restart.

It asks for a password: every user of the machine reaches its port. Where one could read it (in the list of
processes) it never stands: the server reads its settings from a file.
"""

from __future__ import annotations

from redis.asyncio import Redis
from redis.exceptions import RedisError

from stack.home import Home
from stack.process import Command

from .binaries import find_valkey
from .leftovers import end_leftover
from .passwords import password_of, write_private
from .ports import LOCALHOST

PID_FILE = "valkey.pid"
SETTINGS_FILE = "valkey.conf"
LEFTOVER_PATIENCE = 10.0


def url(home: Home, port: int) -> str:
    """Return the server's address, with its password."""
    return f"redis://:{password_of(home, 'valkey')}@{LOCALHOST}:{port}/0"


def prepare(home: Home, port: int, *, durable: bool = True) -> Command:
    """End what an earlier run left behind; return what starts the server."""
    program = find_valkey()
    end_leftover(home.valkey / PID_FILE, program.name, home.valkey, patience=LEFTOVER_PATIENCE)
    settings = {
        "port": str(port),
        "bind": LOCALHOST,
        "dir": str(home.valkey.resolve()),
        "pidfile": str(home.valkey.resolve() / PID_FILE),
        "save": "",
        "appendonly": "yes" if durable else "no",
        "appendfsync": "everysec",
        "aof-load-truncated": "yes",  # a killed server may leave half a command at the end
        "requirepass": password_of(home, "valkey"),
    }
    file = home.valkey.resolve() / SETTINGS_FILE
    write_private(file, "".join(f'{name} "{value}"\n' for name, value in settings.items()))
    return Command(name="valkey", argv=(str(program), str(file)), cwd=home.valkey)


async def answers(address: str) -> bool:
    """Tell whether the server has loaded its file and answers."""
    async with Redis.from_url(address) as client:
        try:
            await client.ping()
        except (RedisError, OSError):
            return False
    return True
