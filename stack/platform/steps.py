"""Steps that end: processes that the start waits for and whose progress it shows.

A step prints `progress DONE TOTAL` lines on its standard output; everything else goes to its log.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from stack.home import Home
from stack.process import Command
from stack.supervisor.child import LINES_SHOWN, NotReady
from stack.supervisor.logs import indented, last_lines

PROGRESS = "progress"


def step_command(name: str, module: str, env: Mapping[str, str], arguments: tuple[str, ...] = ()) -> Command:
    """Return the command that runs a module as a step."""
    return Command(name, (sys.executable, "-m", module, *arguments), Path.cwd(), env)


def report_progress(done: int, total: int) -> None:
    """Print one line of progress, inside a step."""
    print(PROGRESS, done, total, flush=True)


async def run_step(command: Command, home: Home, progress: Callable[[int, int], None]) -> None:
    """Run the step to its end; an error shows its log's last lines."""
    file = home.logs / f"{command.name}.log"
    with file.open("ab") as log:
        started = log.tell()
        options = command.options() | {"stderr": log}
        process = await asyncio.create_subprocess_exec(*command.argv, stdout=subprocess.PIPE, **options)
        try:
            await _read(process, log, progress)
        except asyncio.CancelledError:
            process.terminate()
            raise
        finally:
            code = await process.wait()
    if code:
        lines = last_lines(file, LINES_SHOWN, started)
        raise NotReady(f"{command.name} failed; {file} ends with:{indented(lines)}")


async def _read(
    process: asyncio.subprocess.Process, log: IO[bytes], progress: Callable[[int, int], None]
) -> None:
    assert process.stdout
    async for line in process.stdout:
        words = line.split()
        if words[:1] == [PROGRESS.encode()] and len(words) == 3:
            progress(int(words[1]), int(words[2]))
        else:
            log.write(line)
            log.flush()
