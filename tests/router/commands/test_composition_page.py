"""docs/composition.md is what it says: its files are written, its commands run, its outputs compared."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "composition.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"# (\S+\.\w+)\n")


def test_every_command_on_the_page_prints_what_the_page_says(tmp_path: Path) -> None:
    said, printed = "", ""
    for kind, body in BLOCK.findall(PAGE.read_text()):
        if found := FILE.match(body):
            file = tmp_path / found[1]
            file.parent.mkdir(exist_ok=True)
            file.write_text(body)
        elif kind == "console":
            said += body
            for line in body.splitlines():
                if line.startswith("$ "):
                    printed += f"{line}\n{run(['bash', '-c', line[2:]], tmp_path)}"
    assert said.count("$ waybill") >= 5
    assert printed == said


def test_the_library_example_runs(tmp_path: Path) -> None:
    blocks = BLOCK.findall(PAGE.read_text())
    for kind, body in blocks:
        if kind == "graphql" and (found := FILE.match(body)) and "/" not in found[1]:
            (tmp_path / found[1]).write_text(body)
    example = next(body for kind, body in blocks if kind == "python")
    assert run([sys.executable, "-c", example], tmp_path) == "True True True\n"


def run(command: list[str], folder: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    result = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return result.stdout
