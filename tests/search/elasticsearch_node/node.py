"""An Elasticsearch home → a running node on free ports, which ends with the process that started it."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stack.embedded.ports import free_ports
from tests.search.elasticsearch_node.build import Unavailable, build

HEAP = "256m"
READY_SECONDS = 120.0
POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Node:
    """A node that answers, by address and launcher process."""

    url: str
    pid: int


@contextmanager
def running_node() -> Iterator[Node]:
    """Build if needed, start, wait until it answers; kill it at the end."""
    home = build()
    folder = Path(tempfile.mkdtemp(prefix="waybill-elasticsearch-"))
    folder.chmod(0o755)
    try:
        with _started(home, folder) as node:
            yield node
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _started(home: Path, folder: Path) -> Iterator[Node]:
    user = _user()
    http, transport = free_ports(2)
    environment = _configure(home, folder, http, transport)
    _give(folder, user)
    with (folder / "console.log").open("wb") as log:
        process = subprocess.Popen(
            [home / "bin" / "elasticsearch"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=_die_with_parent,
            **user,
        )
    try:
        _wait(process, http, folder / "console.log")
        yield Node(f"http://127.0.0.1:{http}", process.pid)
    finally:
        _stop(process)


def _configure(home: Path, folder: Path, http: int, transport: int) -> dict[str, str]:
    shutil.copytree(home / "config", folder / "config")
    settings = {
        "cluster.name": "waybill-tests",
        "network.host": "127.0.0.1",
        "http.port": http,
        "transport.port": transport,
        "discovery.type": "single-node",
        "xpack.security.enabled": "false",
        "path.data": folder / "data",
        "path.logs": folder / "logs",
        "cluster.routing.allocation.disk.threshold_enabled": "false",
        "node.roles": "[master, data, ingest]",
    }
    lines = (f"{name}: {value}" for name, value in settings.items())
    (folder / "config" / "elasticsearch.yml").write_text("\n".join(lines) + "\n")
    (folder / "tmp").mkdir()
    return {
        "PATH": os.environ["PATH"],
        "ES_PATH_CONF": str(folder / "config"),
        "ES_TMPDIR": str(folder / "tmp"),
        "ES_JAVA_HOME": str(_java_home()),
        "ES_JAVA_OPTS": f"-Xms{HEAP} -Xmx{HEAP}",
    }


def _java_home() -> Path:
    java = shutil.which("java")
    if java is None:
        raise Unavailable("java is not installed")
    return Path(java).resolve().parent.parent


def _user() -> dict[str, Any]:
    """Elasticsearch refuses to run as root; then it runs as nobody."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _give(folder: Path, user: dict[str, Any]) -> None:
    for path in (folder, *folder.rglob("*")) if user else ():
        os.chown(path, user["user"], user["group"])


def _die_with_parent() -> None:
    """Linux: SIGTERM when the parent ends, however it ends; the launcher passes it on to the server."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not _healthy(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"Elasticsearch did not start:\n{log.read_text()[-3000:]}")
        time.sleep(POLL_SECONDS)


def _healthy(port: int) -> bool:
    address = f"http://127.0.0.1:{port}/_cluster/health?wait_for_status=yellow&timeout=1s"
    with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(address, timeout=5) as answer:
        return bool(answer.status == 200)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
