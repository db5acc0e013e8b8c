"""The README's `curl` lines, run as they stand (on this platform's port)."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
from pathlib import Path

import pytest

from .platform import Platform

README = Path(__file__).parents[2] / "README.md"
ADDRESS = "http://127.0.0.1:4000"
# What each command's answer begins with, in the README's order; the last one is a stream that goes on.
ANSWERS = [
    '{"data":{"searchCatalog"',
    '{"data":{"me":{"name":"Layla Haddad"',
    'data: {"data":{"orderTracking":{"status"',
]


def curl_lines() -> str:
    """All shell blocks that use curl: one script, for later ones use variables of earlier ones."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", README.read_text(), re.MULTILINE | re.DOTALL)
    return "\n".join(block for block in blocks if "curl " in block)


async def test_the_readmes_curl_lines_answer_and_stream(platform: Platform) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed (apt-get install curl): the README's lines are not run")
    script = curl_lines()
    assert script.count("curl ") == 5
    shell = await asyncio.create_subprocess_exec(
        "bash", "-eu", "-o", "pipefail", "-c", script.replace(ADDRESS, platform.url),
        stdout=asyncio.subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        output = await asyncio.wait_for(read_answers(shell), 60)
    finally:
        if shell.returncode is None:
            os.killpg(shell.pid, signal.SIGKILL)
        await shell.wait()
    assert '"errors"' not in output


async def read_answers(shell: asyncio.subprocess.Process) -> str:
    """Read until every answer has come; fails when the script ends before."""
    assert shell.stdout
    output = ""
    while not all(answer in output for answer in ANSWERS):
        chunk = await shell.stdout.read(65_536)
        assert chunk, f"the script ended (by {await shell.wait()}) after:\n{output}"
        output += chunk.decode(errors="replace")
    return output
