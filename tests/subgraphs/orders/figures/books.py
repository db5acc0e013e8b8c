"""A vendor's books in tests: its orders' events, counted as the consumer counts them, and its report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text

from subgraphs.common.events import Event
from subgraphs.common.ids import new_id
from subgraphs.orders.figures.count import CountOrders
from subgraphs.orders.figures.remake import Remaking
from subgraphs.orders.figures.span import Span
from subgraphs.orders.figures.verify import Difference, verify
from subgraphs.orders.models import OrderItemRow, OrderRow, OrderStepRow
from tests.subgraphs.common.graph_client import Reply
from tests.subgraphs.orders.conftest import Person, World
from tests.subgraphs.orders.operations import step

FIGURES = """orders delivered cancelled rejected failed revenue { amount currency }
    preparation { orders averageSeconds } delivery { orders averageSeconds }"""
REPORT = f"""query($id: ID!, $from: Date!, $to: Date!) {{
    _entities(representations: [{{__typename: "Vendor", id: $id}}]) {{ ... on Vendor {{
        salesReport(from: $from, to: $to) {{
            from to totals {{ {FIGURES} }} days {{ day figures {{ {FIGURES} }} }}
            products(first: 10) {{ edges {{ node {{ product {{ id }} name delivered undelivered quantity
                revenue {{ amount currency }} }} }} }} }} }} }} }}"""
STEPS = ("acceptOrder", "startPreparing", "markReady")
_OUTBOX = text(
    "SELECT id, topic, key, tenant_id, payload, at FROM waybill.outbox "
    "WHERE topic IN ('order.placed', 'order.status') AND payload ->> 'vendorId' = :vendor ORDER BY seq"
)


@dataclass
class Books:
    """Of the world's vendor."""

    world: World
    remaking: Remaking = field(default_factory=Remaking)

    @property
    def consumer(self) -> CountOrders:
        return CountOrders(self.world.shards, self.remaking)

    async def events(self) -> list[Event]:
        """All that happened to the vendor's orders."""
        found = []
        for shard in self.world.shards.all:
            rows: Sequence[Any] = await self.world.shards.fetch(
                shard, _OUTBOX, "test", vendor=str(self.world.shelf.vendor_id)
            )
            found += [Event(row.id, row.topic, row.key, row.tenant_id, row.payload, row.at) for row in rows]
        return found

    async def count(self) -> None:
        """Count them all."""
        await self.consumer.handle(await self.events())

    async def count_written(self, order_id: UUID) -> None:
        """Count an order that was written."""
        await self.consumer.handle([self.event(order_id)])

    async def ask(self, first: str, last: str, token: str | None) -> Reply:
        """The answer to somebody who wants the vendor's report."""
        given: dict[str, Any] = {"id": str(self.world.shelf.vendor_id), "from": first, "to": last}
        return await self.world.orders.send(REPORT, token, **given)

    async def report(self, first: str, last: str, person: Person | None = None) -> Any:
        """The vendor's report, as its staff see it, or somebody else."""
        reply = await self.ask(first, last, (person or self.world.staff).token)
        assert reply.errors == []
        return reply.data["_entities"][0]["salesReport"]

    async def differences(self, first: str, last: str) -> list[Difference]:
        """What differs from this vendor's orders' rows."""
        span = Span(datetime.fromisoformat(first).date(), datetime.fromisoformat(last).date())
        found = await verify(self.world.shards, span, self.remaking, lambda piece: None, looks=1)
        return [each for each in found if each.vendor_id == self.world.shelf.vendor_id]

    async def ready(self, order_id: str) -> None:
        """Take a placed order to READY."""
        for name in STEPS:
            await step(self.world, self.world.staff, name, order_id)

    async def write(
        self,
        placed_at: str,
        status: str = "DELIVERED",
        item: Mapping[str, Any] = MappingProxyType({}),
        **changes: Any,
    ) -> UUID:
        """An order as it stands after its steps, a minute each, of two pieces of a product at 1000."""
        at = datetime.fromisoformat(placed_at).astimezone(UTC)
        id, customer = new_id(at=at), new_id()
        key = {"customer_id": customer, "tenant_id": "main"}
        order = {
            "id": id,
            "vendor_id": self.world.shelf.vendor_id,
            "status": status,
            "region": "middle-east",
            "currency": "EGP",
            "items_total": 2000,
            "delivery_fee": 10,
            "service_fee": 5,
            "total": 2015,
            "street": "",
            "city": "",
            "lat": 30.0,
            "lon": 31.0,
            "placed_at": at,
            **changes,
        }
        passed = ["PENDING", "ACCEPTED", "PREPARING", "READY", "PICKED_UP", "DELIVERED"]
        reached = passed if status == "DELIVERED" else list(dict.fromkeys(["PENDING", status]))
        async with self.world.shards.transaction(id) as session:
            await session.execute(text("SELECT waybill.make_partitions(:at, 0, 0)"), {"at": at})
            await session.execute(insert(OrderRow).values({**order, **key}))
            line = {"product_id": PRODUCT, "name": "Koshari", "quantity": 2, "unit_price": 1000, **item}
            await session.execute(insert(OrderItemRow).values({"order_id": id, "line": 0, **line, **key}))
            for minute, each in enumerate(reached):
                when = datetime.fromtimestamp(at.timestamp() + 60 * minute, UTC)
                values = {"order_id": id, "status": each, "at": when, **key}
                await session.execute(insert(OrderStepRow).values(values))
        return id

    def event(self, order_id: UUID, status: str = "DELIVERED") -> Event:
        """What tells of it."""
        topic = "order.placed" if status == "PENDING" else "order.status"
        return Event(new_id(like=order_id), topic, order_id, "main", {"status": status}, datetime.now(UTC))


PRODUCT = new_id()
