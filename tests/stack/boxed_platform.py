"""Run as a script by the tests: a supervisor with real servers, to be killed.

Prints one JSON line with the pids of every process below it, then the supervisor's notes, and waits.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import psutil

from stack.embedded import postgres, valkey
from stack.embedded.ports import free_ports
from stack.home import Home
from stack.platform.services import postgres_service, valkey_service
from stack.process import Command
from stack.supervisor.readiness import file_ready
from stack.supervisor.service import Service
from stack.supervisor.supervisor import supervising


async def main(root: Path) -> None:
    home = Home(root)
    home.create()
    ports = free_ports(2)
    cluster = postgres.prepare(home, ports[0])
    # A child with a child of its own that nothing but the guard can reach: it ignores SIGTERM.
    stubborn = "(trap '' TERM; touch ready; while :; do sleep 1; done) & wait"
    services = [
        postgres_service(cluster, postgres.Tuning(shared_buffers=32)),
        valkey_service(valkey.prepare(home, ports[1]), valkey.url(home, ports[1])),
        Service(Command("parent", ("sh", "-c", stubborn), root), file_ready(root / "ready")),
    ]
    async with supervising(home, lambda text: print(text, flush=True), (), 5.0) as supervisor:
        await asyncio.gather(*(supervisor.start(service) for service in services))
        below = [process.pid for process in psutil.Process().children(recursive=True)]
        servers = {name: child.pid for name, child in supervisor.state.processes.items()}
        told = {"pids": below, "dsn": cluster.dsn("postgres"), "servers": servers}
        print(json.dumps(told), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
