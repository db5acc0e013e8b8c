"""A running platform: one that runs already, or `waybill up` in a folder of its own, with its demo data."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from stack.demo.plan import read_plan
from stack.demo.world import World
from stack.home import Home
from stack.platform.environment import adopt_environment
from stack.supervisor.state import PlatformState, load_state
from subgraphs.common.settings import CommonSettings

START_SECONDS = 300.0
STOP_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Platform:
    """Its state (addresses, process ids), its people, and the settings that lead to its data servers."""

    state: PlatformState
    world: World
    settings: CommonSettings

    @property
    def port(self) -> int:
        """The router's."""
        return int(self.state.router.rpartition(":")[2])


@asynccontextmanager
async def platform(home: Path | None) -> AsyncIterator[Platform]:
    """The platform that runs on a home; without one, a new one that ends with the measurement."""
    if home is not None:
        yield _find(Home(home))
        return
    with _folder() as root:
        async with _started(root / "home"):
            yield _find(Home(root / "home"))


@contextmanager
def _folder() -> Iterator[Path]:
    root = Path(tempfile.mkdtemp(prefix="waybill-bench-"))
    root.chmod(0o711)  # Postgres's own user must pass, when root measures
    try:
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


@asynccontextmanager
async def _started(home: Path) -> AsyncIterator[None]:
    environment = {**os.environ, "WAYBILL_HOME": str(home), "WAYBILL_PORT": "0"}
    up = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "stack", "up"), env=environment, stdout=asyncio.subprocess.PIPE
    )
    assert up.stdout
    try:
        async with asyncio.timeout(START_SECONDS):
            async for line in up.stdout:
                if line.startswith(b"Router: "):
                    break
            else:
                raise RuntimeError("`waybill up` has ended before it was ready.")
        reading = asyncio.create_task(_read_on(up.stdout))
        yield
        reading.cancel()
    finally:
        if up.returncode is None:
            up.send_signal(signal.SIGINT)
        async with asyncio.timeout(STOP_SECONDS):
            await up.wait()


async def _read_on(output: asyncio.StreamReader) -> None:
    """Nobody looks at it, but the pipe must not fill up."""
    while await output.read(65_536):
        pass


def _find(home: Home) -> Platform:
    state, plan = load_state(home), read_plan(home.demo_plan)
    if state is None or not state.router or plan is None:
        raise RuntimeError(f"No platform with demo data runs on {home.root}.")
    adopt_environment(home)
    return Platform(state, plan.world(), CommonSettings())
