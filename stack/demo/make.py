"""Make and load the demo data of a plan, with its figures, then the search index and the riders' places.

Each shard is loaded in one transaction: it has all of its data or none, so a load that was interrupted is
simply started again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import asyncpg

from subgraphs.common.sharding import ShardMap

from .catalog_rows import vendor_rows
from .figures import make_figures
from .load import Placed, analyze, load, shard_connections
from .logins import PASSWORD_HASH
from .orders import Order, make_orders
from .plan import DemoPlan
from .present import make_present
from .rider_rows import assignment_rows, rider_row
from .rows import Placing, order_rows, person_rows
from .world import World

Progress = Callable[[int, int], None]


class Counted:
    """Counts what went by, for progress."""

    def __init__(self, total: int, progress: Progress) -> None:
        self.done = 0
        self._total, self._progress = total, progress

    def report(self) -> None:
        """Tell how far it is."""
        self._progress(min(self.done, self._total), self._total)


async def load_demo(
    dsns: Sequence[str], plan: DemoPlan, world: World, tenant: str, progress: Progress
) -> None:
    """Load everything of a plan, whose world it is, into the shards that have nothing of it yet."""
    placing = Placing(tenant, ShardMap.even(len(dsns)), PASSWORD_HASH)
    counted = Counted(len(world.people) + plan.sizes.products + plan.orders, progress)
    async with shard_connections(dsns) as connections:
        wanted = await _empty_shards(connections, world, placing)
        transactions = [connections[shard].transaction() for shard in wanted]
        for transaction in transactions:
            await transaction.start()
        rows = (row for row in _all_rows(world, plan, placing, counted) if row.shard in wanted)
        await load(connections, rows, counted.report)
        for transaction in transactions:
            await transaction.commit()
        await analyze(connections)
    await make_figures(dsns)


def examples_of(world: World, seed: object) -> dict[str, str]:
    """Return ids that the demo logins may try: their order under way, its rider, the vendor."""
    order = next(order for order in make_present(world, seed) if order.status == "PICKED_UP" and order.rider)
    assert order.rider
    return {"orderId": str(order.id), "riderId": str(order.rider.id), "vendorId": str(world.vendors[0].id)}


@dataclass(frozen=True, slots=True)
class More:
    """Finished orders of another seed for a world that is loaded; `part` of so many `parts` of them."""

    seed: str
    count: int
    part: int = 0
    parts: int = 1


async def load_orders(
    dsns: Sequence[str], plan: DemoPlan, tenant: str, more: More, progress: Progress
) -> None:
    """Add orders; commits as it goes."""
    world = plan.world()
    placing = Placing(tenant, ShardMap.even(len(dsns)), PASSWORD_HASH)
    counted = Counted(more.count, progress)
    async with shard_connections(dsns) as connections:
        seed = f"{plan.seed} {more.seed}"
        orders = make_orders(world, seed, more.count, part=more.part, parts=more.parts)
        await load(connections, _rows_of(orders, world, placing, counted), counted.report)


async def _empty_shards(
    connections: Sequence[asyncpg.Connection], world: World, placing: Placing
) -> frozenset[int]:
    """Return the shards on which the first of their people is not there yet."""
    first = {placing.shards.shard_of(person.id): person.id for person in reversed(world.people)}
    found = await asyncio.gather(
        *(
            connections[shard].fetchval("SELECT 1 FROM users.users WHERE id = $1", id)
            for shard, id in first.items()
        )
    )
    return frozenset(shard for shard, there in zip(first, found, strict=True) if not there)


def _all_rows(world: World, plan: DemoPlan, placing: Placing, counted: Counted) -> Iterator[Placed]:
    for person in world.people:
        counted.done += 1
        yield from person_rows(person, placing)
    for vendor in world.vendors:
        counted.done += len(vendor.menu)
        yield from vendor_rows(vendor, placing)
    present = list(make_present(world, plan.seed))
    carried = {order.rider.id: order for order in present if order.rider and order.status == "PICKED_UP"}
    for rider in world.riders:
        yield rider_row(rider, carried, world.now, placing)
    orders = chain(present, make_orders(world, plan.seed, max(0, plan.orders - len(present))))
    yield from _rows_of(orders, world, placing, counted)


def _rows_of(orders: Iterator[Order], world: World, placing: Placing, counted: Counted) -> Iterator[Placed]:
    for order in orders:
        counted.done += 1
        yield from order_rows(order, world, placing)
        yield from assignment_rows(order, placing)
