"""The image `waybill` of the Dockerfile, made without a container engine: its steps, run in a directory.

In: the Dockerfile. Out: where its programs are, and the environment that it gives them. What differs: paths
lie below the directory, downloads come through uv's cache, modules are not compiled ahead.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

from .box import Box
from .compose import ROOT

DEBIANS_PYTHON = Path("/usr/bin/python3")
STEP = re.compile(r"^([A-Z]+) (.+)$")
INSIDE = ("/opt/waybill", "/tmp/", "/build", "/var/lib/waybill")


@dataclass(frozen=True)
class Image:
    """A directory that stands for the image's root; `environment` is what its ENV says."""

    root: Path
    environment: dict[str, str]
    entrypoint: tuple[str, ...]

    def program(self, name: str) -> str:
        """Return the path of one of its programs."""
        return str(self.root / "opt/waybill/bin" / name)


@dataclass
class _Builder:
    root: Path
    folder: Path
    env: dict[str, str] = field(default_factory=dict)

    def inside(self, text: str) -> str:
        """Put the paths of a step below the root."""
        return re.sub(rf"(?<![\w/])({'|'.join(INSIDE)})", rf"{self.root}\1", text)


def build_image(box: Box) -> Image:
    """Run the steps of the stages `build` and `waybill`."""
    root = box.root / "image"
    (root / "tmp").mkdir(parents=True)
    text = (ROOT / "Dockerfile").read_text()
    builder = _Builder(root, root)
    for instruction, rest in _stage(text, "build"):
        _build_step(box, builder, instruction, rest)
    environment, entrypoint = dict[str, str](), tuple[str, ...]()
    for instruction, rest in _stage(text, "waybill"):
        if instruction == "ENV":
            environment |= _pairs(builder.inside(rest))
        elif instruction == "ENTRYPOINT":
            entrypoint = tuple(re.findall(r'"([^"]+)"', rest))
    environment["PATH"] = environment["PATH"].replace("$PATH", os.environ["PATH"])
    return Image(root, environment, entrypoint)


def _stage(text: str, name: str) -> list[tuple[str, str]]:
    """Return the instructions of a stage, each on one line."""
    joined = re.sub(r"\\\n\s*", "", text)
    _, _, rest = joined.partition(f" AS {name}\n")
    stage = rest.partition("\nFROM ")[0]
    return [(found[1], found[2]) for line in stage.splitlines() if (found := STEP.match(line))]


def _build_step(box: Box, builder: _Builder, instruction: str, rest: str) -> None:
    match instruction:
        case "ENV":
            builder.env |= {**_pairs(rest), "UV_COMPILE_BYTECODE": "0"}
        case "WORKDIR":
            builder.folder = Path(builder.inside(rest))
            builder.folder.mkdir(parents=True)
        case "COPY":
            *sources, target = rest.split()
            for source in sources:
                _copy(source, builder.folder / target)
        case "RUN" if rest.startswith("pip install"):
            builder.env |= _uv(box, builder, rest)
        case "RUN":
            step = builder.inside(rest).replace("--no-cache", "")
            box.run(["sh", "-ec", f"cd {builder.folder}; {step}"], builder.env)
        case _:
            raise AssertionError(f"{instruction} is not known here")


def _copy(source: str, target: Path) -> None:
    if (ROOT / source).is_dir():
        shutil.copytree(ROOT / source, target, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    else:
        shutil.copy(ROOT / source, target)


def _uv(box: Box, builder: _Builder, step: str) -> dict[str, str]:
    """Return where uv is, installed by the step if it is not here, and an interpreter that all may run."""
    found = shutil.which("uv") or str(ROOT / ".uv/bin/uv")
    if not Path(found).exists():
        folder = builder.root / "tmp/uv"
        box.run([sys.executable, "-m", "venv", str(folder)])
        box.run(["sh", "-ec", f"{folder}/bin/{step}"])
        found = str(folder / "bin/uv")
    python = str(DEBIANS_PYTHON) if _new_enough(box) else sys.executable
    return {"PATH": f"{Path(found).parent}:{os.environ['PATH']}", "UV_PYTHON": python}


def _new_enough(box: Box) -> bool:
    """Tell whether Debian's Python would do; one in root's own directories is closed to other accounts."""
    if not DEBIANS_PYTHON.exists():
        return False
    said = box.run([str(DEBIANS_PYTHON), "-c", "import sys; print(sys.version_info >= (3, 11))"]).stdout
    return said.strip() == "True"


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in text.split())
