"""Each process's log: a file it appends to by itself, cut off when it has grown long.

The file is copied and truncated in place (the process keeps its descriptor, opened for appending), so logging
costs the supervisor nothing and stands still for nobody.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterable
from pathlib import Path

CHECK_EVERY = 5.0
TAIL_BYTES = 16_384


async def rotate_forever(directory: Path, *, max_bytes: int, kept: int) -> None:
    """Look at all logs every few seconds."""
    while True:
        await asyncio.to_thread(_rotate_all, directory, max_bytes, kept)
        await asyncio.sleep(CHECK_EVERY)


def _rotate_all(directory: Path, max_bytes: int, kept: int) -> None:
    for file in directory.glob("*.log"):
        if file.stat().st_size > max_bytes:
            rotate(file, kept)


def rotate(file: Path, kept: int) -> None:
    """Keep the log as NAME.log.1 (and older ones as .2 …), then empty it."""
    for number in range(kept - 1, 0, -1):
        older = file.with_name(f"{file.name}.{number}")
        if older.exists():
            older.replace(file.with_name(f"{file.name}.{number + 1}"))
    if kept:
        shutil.copyfile(file, file.with_name(f"{file.name}.1"))
    with file.open("r+b") as opened:
        opened.truncate(0)


def last_lines(file: Path, count: int, since: int = 0) -> list[str]:
    """Return the log's last lines, none of them before the position `since`."""
    if not file.exists():
        return []
    with file.open("rb") as opened:
        opened.seek(max(0, since, file.stat().st_size - TAIL_BYTES * max(1, count // 100)))
        return opened.read().decode(errors="replace").splitlines()[-count:]


def indented(lines: Iterable[str]) -> str:
    """Show log lines below a message."""
    return "".join(f"\n    {line}" for line in lines)
