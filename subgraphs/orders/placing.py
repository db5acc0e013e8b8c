"""Placing a customer's orders: each once per idempotency key, priced by the catalog, told in one transaction.

keys known? ─► those orders
check ─► offers of the catalog ─► placements, orders, items, first steps, events in one statement ─► answer
                                              └─► relay ─► the vendors' portals, who accept them or not

Many orders take as many statements as one: two, on the customer's shard.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, bindparam, func, select

from subgraphs.common.database import Shards
from subgraphs.common.errors import CodedError, ErrorCode, NotFound
from subgraphs.common.reads import Read

from .catalog_client import Asked, CatalogClient, Offer
from .models import OrderRow, PlacementRow
from .pricing import priced
from .settings import OrdersSettings
from .wanted import Wanted, check_key, check_wanted
from .write_order import NewOrder, write_orders

_PLACEMENTS = Read(
    select(PlacementRow.__table__).where(
        PlacementRow.customer_id == bindparam("customer", type_=Uuid),
        PlacementRow.key == func.any(bindparam("keys", type_=ARRAY(Text))),
    )
)
# Questions to the catalog at a time.
_AT_ONCE = 4
Placed = UUID | CodedError


@dataclass(slots=True)
class _Attempt:
    """One order on its way: open until it has a result."""

    wanted: Wanted
    offer: Offer | None = None
    order: OrderRow | None = None
    result: Placed | None = None


@dataclass(frozen=True, slots=True)
class Placing:
    """Places orders, on behalf of the request's caller."""

    shards: Shards
    catalog: CatalogClient
    settings: OrdersSettings
    authorization: str | None
    request_id: str

    async def place(self, wanted: Sequence[Wanted]) -> list[Placed]:
        """Their ids, the same ones however often the request comes, or why there is no such order."""
        attempts = [_Attempt(each) for each in wanted]
        _for_each_open(attempts, lambda attempt: check_key(attempt.wanted))
        await self._find_known(attempts)
        _for_each_open(attempts, lambda attempt: check_wanted(attempt.wanted, self.settings))
        await self._ask_catalog(attempts)
        _for_each_open(attempts, self._price)
        await self._write(attempts)
        # The same key came twice at once, and the other was faster.
        await self._find_known(attempts)
        return [_result(attempt) for attempt in attempts]

    async def _find_known(self, attempts: Sequence[_Attempt]) -> None:
        """Answer those whose keys have orders."""
        waiting = _open(attempts)
        if not waiting:
            return
        customer = waiting[0].wanted.customer_id
        keys = [attempt.wanted.key for attempt in waiting]
        shard = self.shards.map.shard_of(customer)
        rows = await self.shards.fetch_as(
            PlacementRow, shard, _PLACEMENTS, "Placement", customer=customer, keys=keys
        )
        known = {row.key: row for row in rows}
        for attempt in waiting:
            if row := known.get(attempt.wanted.key):
                attempt.result = _same(row, attempt.wanted)

    async def _ask_catalog(self, attempts: Sequence[_Attempt]) -> None:
        """One question for all orders at one vendor to one place."""
        groups: dict[Asked, list[_Attempt]] = {}
        for attempt in _open(attempts):
            groups.setdefault(attempt.wanted.asked, []).append(attempt)
        free = asyncio.Semaphore(_AT_ONCE)

        async def ask(asked: Asked, group: list[_Attempt]) -> None:
            async with free:
                await self._ask_about(asked, group)

        await asyncio.gather(*(ask(asked, group) for asked, group in groups.items()))

    async def _ask_about(self, asked: Asked, group: list[_Attempt]) -> None:
        products = list(dict.fromkeys(id for attempt in group for id, _ in attempt.wanted.lines))
        try:
            offer = await self.catalog.offer(
                asked, products, authorization=self.authorization, request_id=self.request_id
            )
            if offer is None:
                raise NotFound("There is no such vendor.", "vendorId")
        except CodedError as error:
            for attempt in group:
                attempt.result = error
            return
        for attempt in group:
            attempt.offer = offer

    def _price(self, attempt: _Attempt) -> None:
        assert attempt.offer is not None
        attempt.order = priced(attempt.wanted, attempt.offer, self.settings)

    async def _write(self, attempts: Sequence[_Attempt]) -> None:
        new = [_new_order(attempt) for attempt in _open(attempts)]
        if not new:
            return
        written = await write_orders(self.shards, new)
        for attempt in _open(attempts):
            if attempt.order is not None and attempt.order.id in written:
                attempt.result = attempt.order.id


def _open(attempts: Sequence[_Attempt]) -> list[_Attempt]:
    return [attempt for attempt in attempts if attempt.result is None]


def _for_each_open(attempts: Sequence[_Attempt], act: Callable[[_Attempt], None]) -> None:
    """A coded error is the result of its order alone."""
    for attempt in _open(attempts):
        try:
            act(attempt)
        except CodedError as error:
            attempt.result = error


def _new_order(attempt: _Attempt) -> NewOrder:
    order, offer, wanted = attempt.order, attempt.offer, attempt.wanted
    assert order is not None
    assert offer is not None
    items = [
        {
            "product_id": id,
            "name": offer.products[id].name,
            "quantity": quantity,
            "unit_price": offer.products[id].price,
        }
        for id, quantity in wanted.lines
    ]
    return NewOrder(order, items, wanted.key, wanted.hash)


def _same(row: PlacementRow, wanted: Wanted) -> Placed:
    if row.input_hash != wanted.hash:
        return CodedError(ErrorCode.CONFLICT, "This key was used for another order.", "idempotencyKey")
    return row.order_id


def _result(attempt: _Attempt) -> Placed:
    assert attempt.result is not None
    return attempt.result
