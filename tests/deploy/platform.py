"""The platform of compose.yaml with Debian's servers and without containers: same files, other addresses.

Commands and environment are compose.yaml's own, the programs those of the Dockerfile's image.

Everything of ours is started first and the servers after it: nothing depends on the order.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx

from stack.embedded.ports import LOCALHOST, free_ports
from stack.home import Home
from stack.platform.signing_key import signing_key
from stack.process import Command

from .box import Box
from .compose import environment, expand, service
from .image import Image, build_image
from .programs import program
from .servers import (
    DEPLOY,
    SECRETS,
    USER,
    Pair,
    start_pair,
    start_pgbouncer,
    start_redis,
    substitute,
)

SHARDS = 2  # of the four: each is two servers
SUBGRAPHS = ("users", "catalog", "orders", "riders")
BACKGROUND = ("worker", "relay", "indexer")
ROUTERS = ("router-1", "router-2")
OURS = (*(f"{name}-1" for name in SUBGRAPHS), *BACKGROUND, *ROUTERS, "provider")
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
    image: Image
    ports: dict[str, int]
    pairs: list[Pair]
    places: dict[str, str]

    @property
    def url(self) -> str:
        """Where clients come in: nginx."""
        return self.part_url("nginx")

    def part_url(self, name: str) -> str:
        """Return the address of one process."""
        return f"http://{LOCALHOST}:{self.ports[name]}"

    def start(self, name: str) -> None:
        """Start a service of ours by compose.yaml's command, in its environment, as an ordinary account."""
        argv = [self.image.program(self.image.entrypoint[0]), *self.command(name)]
        folder = self.box.root / "home"
        command = Command(name, tuple(argv), folder, self.environment(name), self.box.account)
        self.box.start(command)

    def restart_ended(self) -> None:
        """Start again what has ended, as compose.yaml does: an indexer whose rebuild is overtaken."""
        for name in OURS:
            if self.box.running[name].poll() is not None:
                assert service(name)["restart"] == "unless-stopped"
                self.start(name)

    def run(self, name: str, *arguments: str) -> None:
        """Run something to its end in the environment of a service."""
        argv = [self.image.program(self.image.entrypoint[0]), *arguments]
        self.box.run(argv, {**self.environment(name), **DEMO}, as_account=True)

    def command(self, name: str) -> list[str]:
        """Return compose's command with our addresses."""
        changed = {"0.0.0.0": LOCALHOST, "/etc/waybill/subgraphs.yaml": str(self._subgraphs())}
        changed |= {port: str(self.port(name, port)) for port in ("8000", "4000", "9100")}
        return [changed.get(word, word) for word in service(name)["command"]]

    def port(self, name: str, inside: str) -> int:
        """Return our port for one of a container."""
        return self.ports.get(f"{name}:{inside}", self.ports[name])

    def environment(self, name: str) -> dict[str, str]:
        """Return the image's environment with compose's, at our addresses."""
        told = environment(name, SECRETS)
        for key in told:
            if key.endswith("SHARDS"):
                told[key] = ",".join(told[key].split(",")[:SHARDS])
        for key, value in told.items():
            told[key] = self._here(value)
        home = Home(self.box.root / "home")
        if "WAYBILL_SIGNING_KEY_FILE" in told:
            told["WAYBILL_SIGNING_KEY_FILE"] = str(signing_key(home))
        places = {"HOME": str(home.root), "WAYBILL_HOME": str(home.root)}
        return {**self.image.environment, **told, **places, **TALKATIVE}

    def _here(self, text: str) -> str:
        for old, new in self.places.items():
            text = text.replace(old, new)
        return text

    def _subgraphs(self) -> Path:
        file = self.box.root / "subgraphs.yaml"
        if not file.exists():
            inside = {place: new for place, new in self.places.items() if place.startswith("nginx:")}
            file.write_text(substitute((DEPLOY / "subgraphs.yaml").read_text(), inside))
        return file


def deploy(box: Box, elasticsearch: str) -> Deployed:
    """Start everything; return when both routers are ready."""
    ports = _ports()
    pairs = [Pair(number, *free_ports(2)) for number in range(SHARDS)]
    places = _places(ports, pairs, elasticsearch)
    deployed = Deployed(box, build_image(box), ports, pairs, places)
    _make_home(box)
    for name in OURS:
        deployed.start(name)
    options = [expand(word, SECRETS) for word in service("valkey")["command"][1:]]
    start_redis(box, ports["valkey"], options=options)
    behind = {f"shard{p.number}": f"host={LOCALHOST} port={p.primary} dbname={USER}" for p in pairs}
    start_pgbouncer(box, behind, ports["pgbouncer"])
    _start_nginx(box, ports)
    for pair in pairs:
        start_pair(box, pair)
    deployed.run("migrate", *service("migrate")["command"])
    shell, option, steps = service("simulator")["entrypoint"]
    assert (shell, option) == ("sh", "-c")
    seed = steps.partition(" && ")[0].split()  # the simulation after it would disturb the tests
    deployed.run("simulator", *seed[1:])
    deployed.restart_ended()
    for name in ROUTERS:
        url = f"{deployed.part_url(name)}/health/ready"
        box.wait(name, partial(is_ready, url), START_SECONDS)
    return deployed


def _ports() -> dict[str, int]:
    """A port for each process, each subgraph inside nginx, and each router's metrics."""
    names = [*OURS, *SUBGRAPHS, "nginx", "valkey", "pgbouncer", *(f"{name}:9100" for name in ROUTERS)]
    return dict(zip(names, free_ports(len(names)), strict=True))


def is_ready(url: str) -> bool:
    """Ask a health endpoint."""
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def _places(ports: dict[str, int], pairs: list[Pair], elasticsearch: str) -> dict[str, str]:
    """Map compose's addresses to ours."""
    places = {
        "pgbouncer:6432": f"{LOCALHOST}:{ports['pgbouncer']}",
        "valkey:6379": f"{LOCALHOST}:{ports['valkey']}",
        "http://elasticsearch:9200": elasticsearch,
        "provider:8000": f"{LOCALHOST}:{ports['provider']}",
    }
    for number, name in enumerate(SUBGRAPHS, 8101):
        places[f"nginx:{number}"] = f"{LOCALHOST}:{ports[name]}"
    for pair in pairs:
        places[f"postgres-{pair.number}:5432"] = f"{LOCALHOST}:{pair.primary}"
    return places


def _make_home(box: Box) -> None:
    """Make what Compose mounts: the key of tokens, for the account that the processes run as."""
    home = Home(box.folder("home"))
    home.create()
    signing_key(home)
    for path in (home.root, *home.root.rglob("*")):
        box.give(path)


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
