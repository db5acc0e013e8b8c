"""The README's steps: its blocks in their order, at this machine's ports and programs."""

from __future__ import annotations

import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from stack.embedded.ports import free_ports

README = Path(__file__).parents[2] / "README.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE_NAME = re.compile(r"# (\S+\.\w+)\n")


@dataclass(frozen=True)
class Readme:
    """The text's addresses stand for these."""

    folder: Path
    awards: int
    second_router: int

    def shell_blocks(self, *having: str) -> list[str]:
        """Return the blocks of shell with all these words, in order."""
        found = [text for language, text in BLOCK.findall(README.read_text()) if language == "sh"]
        return [self._here(text) for text in found if all(word in text for word in having)]

    def command(self, *having: str) -> list[str]:
        """Return the one block with these words, which is one command."""
        (block,) = self.shell_blocks(*having)
        return shlex.split(block)

    def _here(self, text: str) -> str:
        places = {
            ".venv/bin/": f"{Path(sys.executable).parent}/",
            ":8001": f":{self.awards}",
            "--port 8001": f"--port {self.awards}",
            "--port 4001": f"--port {self.second_router}",
        }
        for old, new in places.items():
            text = text.replace(old, new)
        return text


def lay_out(folder: Path) -> Readme:
    """Write the files that the README shows with their names."""
    readme = Readme(folder, *free_ports(2))
    folder.mkdir()
    for _, text in BLOCK.findall(README.read_text()):
        if named := FILE_NAME.match(text):
            (folder / named[1]).write_text(readme._here(text))
    return readme
