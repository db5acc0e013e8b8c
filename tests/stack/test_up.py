"""`waybill up` and the commands beside it, as somebody in two terminals uses them."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from stack.platform.services import installed_parts

from .terminal import PATIENCE, SMALL, Terminal


@pytest.fixture(scope="module")
def terminal() -> Iterator[Terminal]:
    root = Path(tempfile.mkdtemp(prefix="waybill-up-"))
    root.chmod(0o711)
    yield Terminal({**os.environ, **SMALL, "WAYBILL_HOME": str(root / "home"), "WAYBILL_PORT": "0"})
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="module")
def running(terminal: Terminal) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    with terminal.up() as running:
        yield running


@pytest.fixture
def process(running: tuple[subprocess.Popen[str], list[str]]) -> subprocess.Popen[str]:
    return running[0]


@pytest.fixture
def started(running: tuple[subprocess.Popen[str], list[str]]) -> list[str]:
    """What it printed until it was ready."""
    return running[1]


def test_the_first_url_is_the_routers(started: list[str]) -> None:
    first = next(line for line in started if "http://" in line)
    assert re.fullmatch(r"Router: http://127\.0\.0\.1:\d+", first)


def test_the_table_shows_every_process_and_the_logins(started: list[str]) -> None:
    table = "\n".join(started)
    for name in ("postgres", "valkey", "router", *(part.name for part in installed_parts())):
        assert re.search(rf"^{name} ", table, re.M)
    for who in ("customer", "vendor", "rider", "admin"):
        assert re.search(rf"^{who} .*\+1202555010\d  \S+", table, re.M)


def test_status_shows_that_all_are_ready_and_what_they_take(terminal: Terminal, started: list[str]) -> None:
    rows: list[dict[str, Any]] = json.loads(terminal.run("status", "--json").stdout)
    assert {row["status"] for row in rows} == {"ready"}
    assert all(row["memory"] > 1_000_000 and row["restarts"] == 0 for row in rows)
    assert "postgres" in terminal.run("status").stdout


def test_logs_show_each_process_by_name(terminal: Terminal, started: list[str]) -> None:
    shown = terminal.run("logs", "postgres", "-n", "1000").stdout
    assert re.search(r"^postgres \| .*ready to accept connections", shown, re.M)
    assert "no log of nobody" in terminal.run("logs", "nobody").stderr


def test_a_second_up_on_the_same_home_is_refused(terminal: Terminal, started: list[str]) -> None:
    second = terminal.run("up")
    assert second.returncode == 1
    assert "already runs" in second.stderr
    assert "Traceback" not in second.stderr


def test_reset_is_refused_while_the_platform_runs(terminal: Terminal, started: list[str]) -> None:
    refused = terminal.run("reset", "--yes")
    assert refused.returncode == 1
    assert terminal.home.state.exists()


def test_seed_adds_orders_to_the_running_platform(terminal: Terminal, started: list[str]) -> None:
    added = terminal.run("seed", "--orders", "50")
    assert "orders: 50 added" in added.stdout


def test_the_simulation_delivers_orders(terminal: Terminal, started: list[str]) -> None:
    lines: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-m", "stack", "simulate", "--speed", "100", "--orders-per-minute", "60"],
        env=terminal.env,
        stdout=subprocess.PIPE,
        text=True,
    ) as simulation:
        assert simulation.stdout
        for line in simulation.stdout:
            lines.append(line)
            if line.startswith("✓"):
                simulation.send_signal(signal.SIGINT)
                break
        simulation.communicate(timeout=PATIENCE)
    assert simulation.returncode == 0
    assert re.search(r"^\d+ riders are on duty", "".join(lines), re.M)
    assert re.fullmatch(r"✓ .+ delivered order …\w+\n", lines[-1])


def test_a_taken_port_is_an_error_that_names_its_setting(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        env = {**os.environ, "WAYBILL_HOME": str(tmp_path / "home"), "WAYBILL_PORT": port}
        refused = Terminal(env).run("up")
    assert refused.returncode == 1
    assert f"port {port} is taken" in refused.stderr
    assert "WAYBILL_PORT" in refused.stderr


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"WAYBILL_HOME": "/dev/null/home"}, "HOME_UNUSABLE: /dev/null/home cannot hold the data"),
        ({"WAYBILL_DISK_MIN_MB": "999999999"}, "DISK_FULL: "),
        ({"WAYBILL_DEMO_ORDERS": "many"}, "SETTING_INVALID: WAYBILL_DEMO_ORDERS"),
    ],
)
def test_what_stands_in_the_way_of_a_start_is_one_line(
    tmp_path: Path, variables: dict[str, str], said: str
) -> None:
    env = {**os.environ, "WAYBILL_HOME": str(tmp_path / "home"), "WAYBILL_PORT": "0", **variables}
    refused = Terminal(env).run("up")
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"waybill: {said}")
    assert refused.stderr.count("\n") == 1


def test_a_wrong_setting_is_one_line_of_every_command(tmp_path: Path) -> None:
    terminal = Terminal({**os.environ, "WAYBILL_HOME": str(tmp_path), "WAYBILL_PORT": "abc"})
    for command in (("status",), ("logs",), ("seed",), ("run", "orders")):
        refused = terminal.run(*command)
        assert refused.stderr.startswith("waybill: SETTING_INVALID: WAYBILL_PORT")
        assert refused.stderr.count("\n") == 1


def test_reset_deletes_nothing_that_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("keep")
    refused = Terminal({**os.environ, "WAYBILL_HOME": str(tmp_path)}).run("reset", "--yes")
    assert refused.returncode == 1
    assert (tmp_path / "precious").read_text() == "keep"


def test_after_kill_9_nothing_is_left_and_the_next_start_has_the_data(
    terminal: Terminal, process: subprocess.Popen[str], started: list[str]
) -> None:
    """The last one: it ends the platform that the others share."""
    below = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    _, alive = psutil.wait_procs(below, timeout=PATIENCE)
    assert alive == []
    with terminal.up() as (_, lines):
        assert not [line for line in lines if line.startswith("demo data")]  # it was there
        assert "orders: 5 added" in terminal.run("seed", "--orders", "5").stdout
    assert terminal.run("reset", "--yes").returncode == 0
    assert not terminal.home.root.exists()
