"""One of the processes that make more orders: `python -m stack.demo.more PLAN-FILE SEED COUNT PART PARTS`.

Several share the work: making an order takes Python about as long as storing it takes PostgreSQL.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from asyncpg import UniqueViolationError

from stack.progress import report_progress
from stack.shard_roles import owner_shards

from .make import More, load_orders
from .plan import read_plan


async def main(file: Path, more: More) -> None:
    """Add this part of the orders to the shards of the environment."""
    plan = read_plan(file)
    assert plan, f"{file} is not there"
    dsns = owner_shards()
    try:
        await load_orders(dsns, plan, os.environ.get("WAYBILL_TENANT", "main"), more, report_progress)
    except UniqueViolationError:
        sys.exit(f"the orders of seed {more.seed} are there already; choose another --seed")


if __name__ == "__main__":
    _, file, seed, *numbers = sys.argv
    asyncio.run(main(Path(file), More(seed, *map(int, numbers))))
