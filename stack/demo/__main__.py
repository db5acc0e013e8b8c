"""The step that loads the demo data: `python -m stack.demo PLAN-FILE`; settings from the environment."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import sys
from pathlib import Path

from search import RebuildOvertaken
from stack.progress import report_progress
from stack.shard_roles import owner_shards
from subgraphs.catalog.indexing import rebuild
from subgraphs.common.process import connect
from subgraphs.riders.positions import Positions
from subgraphs.riders.restore import restore
from subgraphs.riders.settings import RidersSettings

from .make import examples_of, load_demo
from .plan import read_plan

OVERTAKEN_PAUSE = 0.5  # seconds


async def main(file: Path) -> None:
    """Load the plan's data, the search index and the riders' places; then mark the plan as done."""
    plan = read_plan(file)
    if plan is None or plan.done:
        return
    dsns = owner_shards()
    world = plan.world()
    await load_demo(dsns, plan, world, os.environ.get("WAYBILL_TENANT", "main"), report_progress)
    await asyncio.gather(_index(), _put_riders())
    dataclasses.replace(plan, done=True, examples=examples_of(world, plan.seed)).save(file)


async def _index() -> None:
    """Build the search index; an indexer that found it empty may be at it too, with data from before."""
    while True:
        try:
            await rebuild()
        except RebuildOvertaken:
            await asyncio.sleep(OVERTAKEN_PAUSE)
        else:
            return


async def _put_riders() -> None:
    """Tell Valkey where the riders are; the worker does the same whenever it starts."""
    settings = RidersSettings()
    async with connect(settings) as connections:
        await restore(connections.shards, Positions(connections.valkey))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
