"""``waybill logs [NAME…] [-f]``: the processes' logs, each line after its process's name."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from stack.commands.read_settings import read_settings
from stack.home import Home
from stack.supervisor.logs import last_lines

LOOK_EVERY = 0.3


def command(
    names: Annotated[list[str] | None, typer.Argument(help="Processes; none: all.")] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with what is written from now.")
    ] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="Last lines of each to show.")] = 40,
) -> None:
    """Show the processes' logs."""
    directory = Home(read_settings().home).logs
    files = _choose(directory, names or [])
    width = max(len(file.stem) for file in files)
    for file in files:
        for line in last_lines(file, lines):
            _show(file, width, line)
    if follow:
        try:
            for file, line in follow_files(files):
                _show(file, width, line)
        except KeyboardInterrupt:
            return


def _choose(directory: Path, names: list[str]) -> list[Path]:
    there = {file.stem: file for file in sorted(directory.glob("*.log"))}
    unknown = [name for name in names if name not in there]
    if unknown or not there:
        wanted = ", ".join(unknown) or "any process"
        sys.exit(f"waybill: no log of {wanted} in {directory}; there are: {', '.join(there) or 'none'}")
    return [there[name] for name in names] if names else list(there.values())


def follow_files(files: list[Path]) -> Iterator[tuple[Path, str]]:
    """Yield whole lines as they are written; a log that was cut off is read from its start."""
    positions = {file: file.stat().st_size for file in files}
    while True:
        for file in files:
            for line in new_lines(file, positions):
                yield file, line
        time.sleep(LOOK_EVERY)


def new_lines(file: Path, positions: dict[Path, int]) -> list[str]:
    """Return the whole lines after the file's position, and move it."""
    size = file.stat().st_size
    start = positions[file] if positions[file] <= size else 0
    with file.open("rb") as opened:
        opened.seek(start)
        text = opened.read(size - start)
    whole = text[: text.rfind(b"\n") + 1]
    positions[file] = start + len(whole)
    return whole.decode(errors="replace").splitlines()


def _show(file: Path, width: int, line: str) -> None:
    print(f"{file.stem:<{width}} | {line}", flush=True)
