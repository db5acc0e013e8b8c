"""This folder's pom and plugin → an Elasticsearch home in the cache folder, built once per version."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
PLUGIN = "waybill-testnode"
OLDEST_JAVA = 17
# Maven fetches 107 MB; on a slow line that takes a while.
BUILD_SECONDS = 900


class Unavailable(Exception):
    """A node cannot be built here; the message says what is missing."""


def build() -> Path:
    """Return the home of a ready Elasticsearch, building it if the cache has none; raise `Unavailable`."""
    require_tools()
    home = cache_folder() / f"elasticsearch-{fingerprint()}"
    with locked(home.with_suffix(".lock")):
        if not home.exists():
            _build_into(home)
    return home


def require_tools() -> None:
    """Raise `Unavailable` without Java 17+ with its compiler, or without Maven."""
    for tool in ("java", "javac", "mvn"):
        if shutil.which(tool) is None:
            raise Unavailable(f"{tool} is not installed")
    version = java_version()
    if version < OLDEST_JAVA:
        raise Unavailable(f"Java {version} is too old, {OLDEST_JAVA} is needed")


def java_version() -> int:
    """Return the major version of the machine's Java; 0 when it does not say."""
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found[1]) if found else 0


def cache_folder() -> Path:
    """Return where built nodes are kept: TESTS_CACHE, or the user's cache folder.

    Root's home is closed to the user that the node runs as, so root's cache is the machine's.
    """
    if named := os.environ.get("TESTS_CACHE"):
        return Path(named)
    if os.geteuid() == 0:
        return Path("/var/cache/waybill")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "waybill"


def fingerprint() -> str:
    """Name a build by what goes into it."""
    digest = hashlib.sha256()
    for file in (HERE / "pom.xml", Path(__file__), *sorted((HERE / "plugin").rglob("*.*"))):
        digest.update(file.read_bytes() if file.is_file() else b"")
    return digest.hexdigest()[:12]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let one process at a time through."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _build_into(home: Path) -> None:
    work = home.with_suffix(".build")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    shutil.copy(HERE / "pom.xml", work)
    _call("mvn", "-q", "-B", "package", folder=work)
    unpacked = next((work / "target").glob("elasticsearch-*"))
    _add_plugin(unpacked, work / "classes")
    _tune(unpacked / "config" / "jvm.options")
    unpacked.rename(home)
    shutil.rmtree(work)


def _add_plugin(home: Path, classes: Path) -> None:
    sources = [str(file) for file in (HERE / "plugin" / "src").rglob("*.java")]
    _call("javac", "-nowarn", "--release", "17", "-cp", f"{home}/lib/*", "-d", str(classes), *sources)
    folder = home / "plugins" / PLUGIN
    folder.mkdir(parents=True)
    archive = shutil.make_archive(str(classes), "zip", classes)
    shutil.move(archive, folder / f"{PLUGIN}.jar")
    shutil.copy(HERE / "plugin" / "plugin-descriptor.properties", folder)


def _tune(options: Path) -> None:
    """Make start-up quick: the serial collector and the first compiler (26-38 s → 13 s), no GC log."""
    lines = options.read_text().splitlines()
    kept = [line for line in lines if "jdk.incubator.vector" not in line and not line.startswith("-Xlog:gc*")]
    chosen = ["-XX:+UseSerialGC" if line == "-XX:+UseG1GC" else line for line in kept]
    options.write_text("\n".join([*chosen, "-XX:TieredStopAtLevel=1"]) + "\n")


def _call(*command: str, folder: Path | None = None) -> None:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=BUILD_SECONDS
    )
    if done.returncode:
        raise Unavailable(f"{command[0]} failed: {(done.stdout + done.stderr)[-2000:]}")
