"""A provider's courier has no account: the vendor says what he does with an order."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest

from subgraphs.orders.dispatch.attempts import Dispatching
from subgraphs.orders.dispatch.work import work_on
from subgraphs.orders.providers import Shipment
from tests.subgraphs.orders.conftest import World
from tests.subgraphs.orders.operations import accepted, step


@dataclass
class _Willing:
    """Takes every order."""

    name: str = "willing"

    async def dispatch(self, shipment: Shipment) -> str:
        return f"W-{shipment.order_id}"

    async def cancel(self, order_id: UUID) -> bool:
        return True


async def _ready(world: World, rule: str, *, taken: bool) -> str:
    await world.shelf.change(delivery_rule=rule)
    id = await accepted(world, world.person())
    for each in ("startPreparing", "markReady"):
        await step(world, world.staff, each, id)
    if taken:
        await work_on(UUID(id), Dispatching(world.shards, _Willing(), world.settings))
    return id


async def test_the_vendor_tells_of_a_courier_who_has_taken_the_order(world: World) -> None:
    id = await _ready(world, "PROVIDER", taken=True)
    assert await step(world, world.staff, "markPickedUp", id) == "PICKED_UP"
    assert await step(world, world.staff, "markDelivered", id) == "DELIVERED"


@pytest.mark.parametrize("rule", ["PROVIDER", "OWN_RIDERS", "RIDERS_THEN_PROVIDER"])
async def test_no_courier_picks_up_what_no_provider_has_taken(world: World, rule: str) -> None:
    id = await _ready(world, rule, taken=False)
    assert await step(world, world.staff, "markPickedUp", id) == "ILLEGAL_STATUS"


async def test_a_customer_does_not_tell_of_couriers(world: World) -> None:
    id = await _ready(world, "PROVIDER", taken=True)
    assert await step(world, world.person(), "markPickedUp", id) == "NOT_FOUND"
