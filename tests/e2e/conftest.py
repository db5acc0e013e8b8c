"""The whole platform, started once as the README says, with its default demo data, for most end-to-end tests.

The README's own service runs beside it. Another one is empty, for what begins with nothing.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from .platform import Platform
from .readme import Readme, lay_out

START_SECONDS = 240  # a loaded CI machine; the target (60 s) is measured by the bench, not here


@pytest.fixture(scope="session")
def root() -> Iterator[Path]:
    """A directory that Postgres's own user may enter."""
    root = Path(tempfile.mkdtemp(prefix="waybill-e2e-"))
    root.chmod(0o711)
    yield root
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def readme(root: Path) -> Iterator[Readme]:
    """The README's steps, and its own service at work."""
    readme = lay_out(root / "own")
    service = subprocess.Popen(readme.command("uvicorn"), cwd=readme.folder, stderr=subprocess.DEVNULL)
    try:
        yield readme
    finally:
        service.terminate()
        service.wait()


@pytest.fixture(scope="session")
def platform(root: Path, readme: Readme) -> Iterator[Platform]:
    """Run `waybill up` on an empty home until it says where the router is; Ctrl-C at the end."""
    with running(root / "home", readme.command("up --subgraph")) as platform:
        yield platform


@pytest.fixture(scope="module")
def empty_platform(root: Path) -> Iterator[Platform]:
    """Run another one, without demo data: nobody can log in, nothing is sold."""
    waybill = Path(sys.executable).with_name("waybill")
    with running(root / "empty", [str(waybill), "up"], WAYBILL_DEMO_ENABLED="false") as platform:
        yield platform


@contextmanager
def running(home: Path, command: Sequence[str], **settings: str) -> Iterator[Platform]:
    """Run a platform at any free port."""
    log = home.with_suffix(".log")
    env = {**os.environ, "WAYBILL_HOME": str(home), "WAYBILL_PORT": "0", **settings}
    with log.open("wb") as output:
        up = subprocess.Popen(command, env=env, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield Platform(url=_router_url(up, log), home=home, up=up)
    finally:
        up.send_signal(signal.SIGINT)
        up.wait(60)


def _router_url(up: subprocess.Popen[bytes], log: Path) -> str:
    """Wait for the line that `waybill up` prints when all is ready."""
    with subprocess.Popen(["tail", "-n", "+1", "-F", str(log)], stdout=subprocess.PIPE, text=True) as tail:
        try:
            assert tail.stdout
            watchdog = subprocess.Popen(["sh", "-c", f"sleep {START_SECONDS}; kill {tail.pid}"])
            for line in tail.stdout:
                if found := re.search(r"^Router: (http://\S+)", line):
                    return found[1]
                if up.poll() is not None:
                    break
        finally:
            watchdog.kill()
            tail.terminate()
    pytest.fail(f"waybill up did not get ready:\n{log.read_text()[-4000:]}")
