"""``waybill status``: what runs where, how much it takes, how often it was restarted."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from dataclasses import dataclass
from typing import Annotated

import psutil
import typer
from rich.table import Table

from stack.commands.read_settings import read_settings
from stack.display.summary import console_for_tables
from stack.home import Home
from stack.platform.space import lacking
from stack.supervisor.state import PlatformState, ProcessState, load_state

CPU_WINDOW = 0.3


@dataclass(frozen=True, slots=True)
class Usage:
    """Memory in bytes (proportional where the system tells it: shared pages count once), CPU in percent."""

    memory: int
    cpu: float


def command(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show what runs where."""
    settings = read_settings()
    home = Home(settings.home)
    state = load_state(home)
    if state is None:
        sys.exit("waybill: nothing runs here; start it with `waybill up`")
    usage = measure({one.name: one.pid for one in state.processes.values() if one.pid})
    if as_json:
        print(json.dumps([_row(one, usage.get(one.name)) for one in state.processes.values()], indent=1))
    else:
        _print(state, usage)
        for trouble in lacking(home, settings.disk_min_mb):
            print(trouble, file=sys.stderr)


def measure(pids: dict[str, int]) -> dict[str, Usage]:
    """Measure processes, their children included."""
    families = {name: _family(pid) for name, pid in pids.items()}
    for family in families.values():
        _cpu(family)
    time.sleep(CPU_WINDOW)
    return {name: Usage(_memory(family), _cpu(family)) for name, family in families.items()}


def _family(pid: int) -> list[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    return []


def _cpu(family: list[psutil.Process]) -> float:
    total = 0.0
    for process in family:
        with contextlib.suppress(psutil.Error):
            total += process.cpu_percent(None)
    return total


def _memory(family: list[psutil.Process]) -> int:
    total = 0
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            total += _proportional(process)
    return total


def _proportional(process: psutil.Process) -> int:
    try:
        info = process.memory_full_info()
    except psutil.AccessDenied:
        return process.memory_info().rss
    return int(getattr(info, "pss", info.rss))


def _row(process: ProcessState, usage: Usage | None) -> dict[str, object]:
    return {
        "name": process.name,
        "status": process.status,
        "pid": process.pid,
        "address": process.address,
        "memory": usage.memory if usage else None,
        "cpu": usage.cpu if usage else None,
        "uptime": round(time.time() - process.started_at) if process.started_at else None,
        "restarts": process.restarts,
    }


def _print(state: PlatformState, usage: dict[str, Usage]) -> None:
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for column in ("process", "status", "pid", "address", "memory", "CPU", "uptime", "restarts"):
        table.add_column(column, justify="right" if column in ("pid", "memory", "CPU", "uptime") else "left")
    for process in state.processes.values():
        table.add_row(*_cells(process, usage.get(process.name)))
    table.add_section()
    total = sum(one.memory for one in usage.values())
    table.add_row("all", "", "", state.router, _megabytes(total), "", _age(state.started_at), "")
    console_for_tables().print(table)


def _cells(process: ProcessState, usage: Usage | None) -> list[str]:
    return [
        process.name,
        process.status,
        str(process.pid or ""),
        process.address,
        _megabytes(usage.memory) if usage else "",
        f"{usage.cpu:.0f} %" if usage else "",
        _age(process.started_at),
        str(process.restarts),
    ]


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.0f} MB"


def _age(since: float | None) -> str:
    if since is None:
        return ""
    minutes, seconds = divmod(int(time.time() - since), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"
