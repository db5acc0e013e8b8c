"""Steps that end: processes that the start waits for and whose progress it shows.

A step prints lines of progress on its standard output (stack/progress.py); all else goes to its log.
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
from stack.progress import read_progress
from stack.supervisor.child import LINES_SHOWN, NotReady
from stack.supervisor.logs import indented, last_lines


def step_command(name: str, module: str, env: Mapping[str, str], arguments: tuple[str, ...] = ()) -> Command:
    """Return the command that runs a module as a step."""
    return Command(name, (sys.executable, "-m", module, *arguments), Path.cwd(), env)


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
        raise NotReady(f"PROCESS_NOT_READY: {command.name} failed; {file} ends with:{indented(lines)}")


async def _read(
    process: asyncio.subprocess.Process, log: IO[bytes], progress: Callable[[int, int], None]
) -> None:
    assert process.stdout
    async for line in process.stdout:
        if told := read_progress(line):
            progress(*told)
        else:
            log.write(line)
            log.flush()
