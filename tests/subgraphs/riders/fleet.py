"""Riders and orders for tests, and the background work, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from subgraphs.common.auth import Role
from subgraphs.common.database import SystemShards
from subgraphs.common.events import Consumer, Event
from subgraphs.common.ids import new_id
from subgraphs.common.process import Connections
from subgraphs.common.relay import publish_batch
from subgraphs.riders.consumer import GROUP, EventHandler
from subgraphs.riders.loaders import AssignmentByOrderId
from subgraphs.riders.models import RiderRow
from subgraphs.riders.pings import PingWriter
from subgraphs.riders.resources import RidersResources
from subgraphs.riders.settings import RidersSettings
from tests.subgraphs.common.graph_client import GraphClient, Reply
from tests.subgraphs.issuer import Issuer, Person

CAIRO = (30.0444, 31.2357)
ZAMALEK = (30.0609, 31.2197)  # 2.4 km away
GIZA = (30.0131, 31.2089)  # 4.3 km away

REPORT = """mutation($input: ReportLocationInput!) {
    reportLocation(input: $input) { errors { code field } } }"""
STATUS = """mutation($status: RiderStatus!) { setStatus(status: $status) {
    rider { id status } errors { code field } } }"""


@dataclass(frozen=True)
class TestRider:
    """A rider and the token of his user."""

    __test__ = False

    id: UUID
    user: Person

    @property
    def token(self) -> str:
        return self.user.token


@dataclass(frozen=True)
class TestOrder:
    """An order as its events tell of it."""

    __test__ = False

    id: UUID
    customer: Person
    vendor_id: UUID
    pickup: tuple[float, float] | None = CAIRO
    address: tuple[float, float] = ZAMALEK
    rule: str | None = None
    offers: int | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def event(self, status: str, tenant: str, topic: str = "order.status", **told: Any) -> Event:
        """Without a rule, as orders told of it before there were rules."""
        pickup = {"lat": self.pickup[0], "lon": self.pickup[1]} if self.pickup else None
        payload = {
            "id": str(self.id),
            "customerId": str(self.customer.id),
            "vendorId": str(self.vendor_id),
            "status": status,
            "pickup": pickup,
            "deliveryAddress": {"lat": self.address[0], "lon": self.address[1]},
            **({"deliveryRule": self.rule, "ridersOffers": self.offers} if self.rule else {}),
            **self.more,
            **told,
        }
        return Event(new_id(like=self.id), topic, self.id, tenant, payload, datetime.now(UTC))

    def delivery(self, tenant: str, **told: Any) -> Event:
        """Who delivers it has changed."""
        known = {"orderId": str(self.id), "deliveryRule": self.rule, "ridersOffers": self.offers}
        payload = {**known, "deliveredBy": None, "state": None, **told}
        return Event(new_id(like=self.id), "order.delivery", self.id, tenant, payload, datetime.now(UTC))


class Clock:
    """The time that the background work is told: this machine's, and what a test adds."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def turn(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Fleet:
    client: GraphClient
    settings: RidersSettings
    issuer: Issuer
    shards: SystemShards
    clock: Clock = field(default_factory=Clock)
    handler: EventHandler = field(init=False)

    def __post_init__(self) -> None:
        held = self.resources
        connections = Connections(self.shards, held.valkey, held.http)
        object.__setattr__(self, "handler", EventHandler(connections, self.settings, self.clock))

    @property
    def resources(self) -> RidersResources:
        resources: RidersResources = self.client.app.state.resources
        return resources

    @property
    def tenant(self) -> str:
        return self.issuer.tenant

    async def rider(self, *, place: tuple[float, float] | None = None, **columns: Any) -> TestRider:
        """A rider; with a place he is ONLINE and has reported it."""
        user = self.issuer.person(Role.RIDER, id=columns.pop("user_id", None))
        id = new_id(like=user.id)
        values = {
            "id": id,
            "user_id": user.id,
            "tenant_id": self.tenant,
            "vehicle": "MOTORCYCLE",
            "region": "north-africa",
            "rating": 4.5,
            **columns,
        }
        async with self.shards.transaction(id) as session:
            await session.execute(insert(RiderRow).values(values))
        rider = TestRider(id, user)
        if place:
            await self.go(rider, "ONLINE")
            assert await self.report(rider, *place) == []
        return rider

    def order(self, **columns: Any) -> TestOrder:
        customer = self.issuer.person()
        return TestOrder(new_id(like=customer.id), customer, new_id(), **columns)

    async def tell(self, order: TestOrder, *statuses: str) -> None:
        """Publish the order's statuses and do what follows."""
        for status in statuses:
            topic = "order.placed" if status == "PENDING" else "order.status"
            await self.publish(order.event(status, self.tenant, topic))
        await self.work()

    async def publish(self, event: Event) -> None:
        """As orders does."""
        fields: Any = event.fields()
        await self.resources.valkey.xadd("waybill:events:orders", fields)

    async def carried(self, order: TestOrder, rider: TestRider) -> None:
        """Let the vendor accept the order, and the rider who is offered it."""
        await self.tell(order, "PENDING", "ACCEPTED")
        assert await self.step(rider, "acceptAssignment", order) == []
        await self.work()

    async def offered_to(self, order: TestOrder) -> UUID | None:
        """Who has the order, or an offer of it."""
        row = await AssignmentByOrderId(self.shards).load(order.id)
        return row.rider_id if row and row.rider_user_id else None

    async def work(self) -> None:
        """Relay what the outbox holds and handle every event, until nothing is left."""
        held = self.resources
        consumer = Consumer(
            held.valkey, ["orders", "riders"], GROUP, self.handler.handle, settings=self.settings
        )
        await consumer.prepare()
        handled = 1
        while handled:
            for shard in self.shards.all:
                while await publish_batch(shard, self.shards, held.valkey, self.settings):
                    pass
            handled = await consumer.step(block_ms=1)

    async def sweep(self) -> int:
        """Look for riders on every shard; how many orders found one."""
        return sum([await self.handler.schedule.sweep(shard) for shard in self.resources.shards.all])

    async def expire(self) -> int:
        """End the offers whose time is over, on every shard; how many did."""
        count = sum([await self.handler.schedule.expire(shard) for shard in self.resources.shards.all])
        await self.work()
        return count

    async def write_pings(self) -> int:
        writer = PingWriter(self.resources.valkey, self.shards, self.settings)
        await writer.prepare()
        return await writer.step(block_ms=1)

    async def report(self, rider: TestRider, lat: float, lon: float, **more: Any) -> list[str]:
        """The codes of the errors."""
        reply = await self.client.send(REPORT, rider.token, input={"lat": lat, "lon": lon, **more})
        assert reply.errors == []
        return [error["code"] for error in reply.data["reportLocation"]["errors"]]

    async def go(self, rider: TestRider, status: str) -> Any:
        reply = await self.client.send(STATUS, rider.token, status=status)
        assert reply.errors == []
        return reply.data["setStatus"]

    async def step(self, rider: TestRider, name: str, order: TestOrder) -> list[str]:
        query = f"mutation($id: ID!) {{ {name}(orderId: $id) {{ order {{ id }} errors {{ code }} }} }}"
        reply = await self.client.send(query, rider.token, id=str(order.id))
        assert reply.errors == []
        return [error["code"] for error in reply.data[name]["errors"]]

    async def order_fields(
        self, selection: str, orders: list[TestOrder], token: str, **required: Mapping[str, Any] | str
    ) -> Reply:
        representations = [{"__typename": "Order", "id": str(order.id), **required} for order in orders]
        return await self.client.entities(f"... on Order {{ {selection} }}", representations, token)

    async def rider_of(self, order: TestOrder, token: str | None = None) -> str | None:
        reply = await self.order_fields("rider { id }", [order], token or order.customer.token)
        (entity,) = reply.data["_entities"]
        return entity["rider"]["id"] if entity["rider"] else None

    async def status_of(self, rider: TestRider) -> str:
        reply = await self.client.send(
            "query($id: ID!) { rider(id: $id) { status } }", rider.token, id=str(rider.id)
        )
        status: str = reply.data["rider"]["status"]
        return status
