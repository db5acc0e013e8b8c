"""A shell in which the tests run `waybill`, and what it printed."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from stack.home import Home

PATIENCE = 180
SMALL = {
    "WAYBILL_DEMO_VENDORS": "20",
    "WAYBILL_DEMO_PRODUCTS": "100",
    "WAYBILL_DEMO_USERS": "100",
    "WAYBILL_DEMO_RIDERS": "20",
    "WAYBILL_DEMO_ORDERS": "100",
}


@dataclass(frozen=True)
class Terminal:
    """A shell with its environment."""

    env: dict[str, str]

    @property
    def home(self) -> Home:
        return Home(Path(self.env["WAYBILL_HOME"]))

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "stack", *arguments],
            env=self.env,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    @contextmanager
    def up(self, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
        """Run `waybill up`; yield it and what it printed until it was ready."""
        process = subprocess.Popen(
            [sys.executable, "-m", "stack", "up", *arguments],
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield process, _lines_until_ready(process)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.communicate(timeout=PATIENCE)


def _lines_until_ready(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line.rstrip())
        if line.startswith("Ctrl-C"):  # the last line of the table
            return lines
    pytest.fail("waybill up did not get ready:\n" + "\n".join(lines))
