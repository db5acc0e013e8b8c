"""The platform of compose.yaml with Debian's servers and without containers: same files, other addresses.

Everything of ours is started first and the servers after it: nothing depends on the order.
"""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx

from stack.embedded.ports import LOCALHOST, free_ports
from stack.home import Home
from stack.platform.signing_key import signing_key
from stack.process import Command

from .box import Box
from .compose import environment, service
from .programs import program
from .servers import (
    DEPLOY,
    PASSWORD,
    REPLICATION_PASSWORD,
    USER,
    Pair,
    start_pair,
    start_pgbouncer,
    start_redis,
    substitute,
)

WAYBILL = (sys.executable, "-m", "stack")
SHARDS = 2  # of the four: each is two servers
SUBGRAPHS = ("users", "catalog", "orders", "riders")
BACKGROUND = ("worker", "relay", "indexer")
ROUTERS = ("router-1", "router-2")
SERVERS = ("provider", "nginx", "valkey", "pgbouncer")
START_SECONDS = 240
DEMO = {
    "WAYBILL_DEMO_VENDORS": "20",
    "WAYBILL_DEMO_PRODUCTS": "200",
    "WAYBILL_DEMO_USERS": "120",
    "WAYBILL_DEMO_RIDERS": "20",
    "WAYBILL_DEMO_ORDERS": "200",
}
# Every request is logged, so that a test can follow one by its id.
TALKATIVE = {
    "WAYBILL_SLOW_REQUEST_MS": "0",
    "WAYBILL_ROUTER_ACCESS_LOG": "all",
    "WAYBILL_ROUTER_DRAIN_DELAY": "0.2",
    "WAYBILL_DRAIN_SECONDS": "0.2",
}


@dataclass(frozen=True)
class Deployed:
    """Everything that runs, by address."""

    box: Box
    ports: dict[str, int]
    pairs: list[Pair]

    @property
    def url(self) -> str:
        """Where clients come in: nginx."""
        return self.part_url("nginx")

    def part_url(self, name: str) -> str:
        """Return the address of one process."""
        return f"http://{LOCALHOST}:{self.ports[name]}"


def deploy(box: Box, elasticsearch: str) -> Deployed:
    """Start everything; return when both routers are ready."""
    names = [*(f"{name}-1" for name in SUBGRAPHS), *SUBGRAPHS, *BACKGROUND, *ROUTERS, *SERVERS]
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    pairs = [Pair(number, *free_ports(2)) for number in range(SHARDS)]
    deployed = Deployed(box, ports, pairs)
    places = _places(deployed, elasticsearch)
    _start_ours(box, ports, places)
    start_redis(box, ports["valkey"])
    behind = {f"shard{p.number}": f"host={LOCALHOST} port={p.primary} dbname={USER}" for p in pairs}
    start_pgbouncer(box, behind, ports["pgbouncer"])
    _start_nginx(box, ports)
    for pair in pairs:
        start_pair(box, pair)
    box.run([*WAYBILL, "migrate"], _environment("migrate", places, box))
    box.run([*WAYBILL, "seed"], {**_environment("simulator", places, box), **DEMO})
    for name in ROUTERS:
        url = f"{deployed.part_url(name)}/health/ready"
        box.wait(name, partial(is_ready, url), START_SECONDS)
    return deployed


def is_ready(url: str) -> bool:
    """Ask a health endpoint."""
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def _places(deployed: Deployed, elasticsearch: str) -> dict[str, str]:
    """Map compose's addresses to ours."""
    places = {
        "pgbouncer:6432": f"{LOCALHOST}:{deployed.ports['pgbouncer']}",
        "valkey:6379": f"{LOCALHOST}:{deployed.ports['valkey']}",
        "http://elasticsearch:9200": elasticsearch,
        "provider:8000": f"{LOCALHOST}:{deployed.ports['provider']}",
    }
    for number, name in enumerate(SUBGRAPHS, 8101):
        places[f"nginx:{number}"] = f"{LOCALHOST}:{deployed.ports[name]}"
    for pair in deployed.pairs:
        places[f"postgres-{pair.number}:5432"] = f"{LOCALHOST}:{pair.primary}"
    return places


def _environment(name: str, places: dict[str, str], box: Box) -> dict[str, str]:
    secrets = {"POSTGRES_PASSWORD": PASSWORD, "REPLICATION_PASSWORD": REPLICATION_PASSWORD}
    told = environment(name, secrets)
    for key in ("WAYBILL_SHARDS", "WAYBILL_DIRECT_SHARDS"):
        if key in told:
            told[key] = ",".join(told[key].split(",")[:SHARDS])
    for key, value in told.items():
        for old, new in places.items():
            value = value.replace(old, new)
        told[key] = value
    home = Home(box.root / "home")
    if "WAYBILL_SIGNING_KEY_FILE" in told:
        home.create()
        told["WAYBILL_SIGNING_KEY_FILE"] = str(signing_key(home))
    told |= {"WAYBILL_HOME": str(home.root), "PATH": os.environ["PATH"], **TALKATIVE}
    return told


def _start_ours(box: Box, ports: dict[str, int], places: dict[str, str]) -> None:
    subgraphs = box.root / "subgraphs.yaml"
    inside = {place: new for place, new in places.items() if place.startswith("nginx:")}
    subgraphs.write_text(substitute((DEPLOY / "subgraphs.yaml").read_text(), inside))
    for name in (*(f"{name}-1" for name in SUBGRAPHS), *BACKGROUND, *ROUTERS, "provider"):
        changed = {"0.0.0.0": LOCALHOST, "/etc/waybill/subgraphs.yaml": str(subgraphs)}
        changed |= {"8000": str(ports[name]), "4000": str(ports[name])}
        if name in BACKGROUND:
            changed["9100"] = str(ports[name])
        arguments = [changed.get(word, word) for word in service(name)["command"]]
        if name in ROUTERS:
            arguments[arguments.index("9100")] = "0"
        box.start(Command(name, (*WAYBILL, *arguments), Path.cwd(), _environment(name, places, box)))


def _start_nginx(box: Box, ports: dict[str, int]) -> None:
    folder = box.root / "nginx"
    shutil.copytree(DEPLOY / "nginx", folder)
    shutil.rmtree(folder / "newer")  # Debian's nginx is older
    changes = {f"listen {8101 + n};": f"listen {LOCALHOST}:{ports[s]};" for n, s in enumerate(SUBGRAPHS)}
    changes |= {"listen 8080;": f"listen {LOCALHOST}:{ports['nginx']};", " /tmp/": f" {folder}/"}
    main = folder / "nginx.conf"
    main.write_text(substitute(main.read_text(), changes))
    upstreams = folder / "upstreams.conf"
    text = "".join(
        line
        for line in upstreams.read_text().splitlines(keepends=True)
        if "-2:8000" not in line  # one instance of each subgraph will do here
    )
    addresses = {f"{name}:4000": f"{LOCALHOST}:{ports[name]}" for name in ROUTERS}
    addresses |= {f"{name}-1:8000": f"{LOCALHOST}:{ports[f'{name}-1']}" for name in SUBGRAPHS}
    upstreams.write_text(substitute(text, addresses))
    argv = (program("nginx"), "-p", str(folder), "-c", str(main), "-g", "daemon off;")
    box.start(Command("nginx", argv, folder, {"PATH": os.environ["PATH"]}))
