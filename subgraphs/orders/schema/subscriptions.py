"""Subscriptions: a vendor's orders, for its portal. The open ones first, then each that changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from uuid import UUID

import strawberry

from subgraphs.common.connections import Page
from subgraphs.common.errors import Forbidden
from subgraphs.common.ids import parse_id
from subgraphs.common.live import RESUMED

from ..changing import may_see
from ..live import order_of, vendor_channel
from ..loaders import OrderById, OrdersByVendorId, OrdersPage
from ..models import OrderRow
from ..resources import Info
from ..statuses import OPEN
from .types import Order


@strawberry.type(
    description="Orders of a vendor as they stand now: in place of what was told of them before."
)
class VendorOrders:
    """At most as many as a list's page."""

    orders: list[Order]


@strawberry.type
class Subscription:
    """What can be followed."""

    @strawberry.subscription(
        description="A vendor's orders, for its staff and admins: open ones first, then each that is new or "
        "changed."
    )
    async def vendor_orders(self, info: Info, vendor_id: strawberry.ID) -> AsyncGenerator[VendorOrders, None]:
        """The first event comes though no order is open; after a lost connection all open ones come again."""
        id, caller = parse_id(vendor_id), info.context.caller
        caller.signed_in()
        if not caller.works_for(id):
            raise Forbidden("Only the vendor may follow its orders.")
        async with info.context.resources.live.follow(vendor_channel(caller.tenant, id)) as mailbox:
            changed = None
            while True:
                pages = _open_orders(info, id) if changed is None else _orders(info, changed)
                async for rows in pages:
                    yield VendorOrders(orders=[Order.of(row) for row in rows if may_see(caller, row)])
                messages = await mailbox.take_all()
                changed = None if RESUMED in messages else [UUID(order_of(each)) for each in messages]


async def _open_orders(info: Info, vendor_id: UUID) -> AsyncIterator[Sequence[OrderRow]]:
    """Page by page, the newest first; one statement a shard for each."""
    most, after = info.context.resources.settings.page_max, None
    while True:
        info.context.renew()
        page = OrdersPage(vendor_id, OPEN, Page(most, after))
        rows = await info.context.loader(OrdersByVendorId).load(page)
        yield rows[:most]
        if len(rows) <= most:
            return
        after = (str(rows[most - 1].id),)


async def _orders(info: Info, ids: Sequence[UUID]) -> AsyncIterator[Sequence[OrderRow]]:
    """In the order of their changes."""
    most = info.context.resources.settings.page_max
    for start in range(0, len(ids), most):
        info.context.renew()
        loader = info.context.loader(OrderById)
        rows = await asyncio.gather(*(loader.load(id) for id in ids[start : start + most]))
        yield [row for row in rows if row]
