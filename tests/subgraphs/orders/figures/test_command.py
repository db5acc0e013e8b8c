"""`waybill verify figures`, as an operator runs it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.subgraphs.orders.background import environment
from tests.subgraphs.orders.conftest import World
from tests.subgraphs.orders.figures.books import Books

MAY = ("--from", "2018-05-01", "--to", "2018-05-31")


async def _verify(world: World, home: Path, *more: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "stack", "verify", "figures", *MAY, *more),
        env=environment(world.settings) | {"WAYBILL_HOME": str(home)},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    return process.returncode, out.decode()


async def test_it_tells_what_differs_and_mends_it(world: World, tmp_path: Path) -> None:
    await Books(world).write("2018-05-20T12:00+00:00")
    code, told = await _verify(world, tmp_path)
    assert code == 1
    assert f"2018-05-20 vendor {world.shelf.vendor_id} (main, EGP): there are none" in told
    assert "2 figures of 1 days differ" in told
    assert (await _verify(world, tmp_path, "--mend"))[0] == 0
    assert await _verify(world, tmp_path) == (0, "the figures are what the rows say\n")
