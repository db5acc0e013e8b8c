"""`Rider`, and what riders know of an `Order`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import strawberry
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet

from subgraphs.common.auth import Caller
from subgraphs.common.connections import Connection, connection, encode_cursor
from subgraphs.common.errors import CodedError, Forbidden
from subgraphs.common.ids import parse_id
from subgraphs.common.references import Representations, load_entities, stubs

from ..eta import Place, Trip, estimate
from ..following import may_follow_order, may_follow_rider
from ..loaders import (
    AssignmentByOrderId,
    AssignmentsByRiderId,
    OwnList,
    Ride,
    RiderById,
    RiderByUserId,
    TrackByRide,
    state_loader,
)
from ..models import AssignmentRow, OwnAssignmentRow, RiderRow
from ..positions import Position, position_of
from ..resources import Info
from ..statuses import (
    OPEN,
    AssignmentState,
    AssignmentStatus,
    OrderStatus,
    OwnStatus,
    RiderStanding,
    RiderStatus,
    Vehicle,
)

_ASKING = OPEN | {AssignmentStatus.OFFERED}


@strawberry.federation.type(keys=["id"])
class User:
    """Owned by users; here is which rider he is."""

    id: strawberry.ID

    @strawberry.field(description="The rider that the user is, or wants to be; for the user and admins only.")
    async def rider(self, info: Info) -> Rider | None:
        """Null if he is none. One statement a shard for all users of a level."""
        caller, id = info.context.caller, parse_id(self.id)
        if caller.signed_in() != id and not caller.is_admin:
            raise Forbidden("Only the user may see this.")
        return _shown(caller)(await info.context.loader(RiderByUserId).load(id))

    @classmethod
    def resolve_references(cls, info: Info, representations: Representations) -> list[User | CodedError]:
        """Whether they exist is for users to say."""
        return stubs(representations, lambda each: cls(id=each["id"]))


@strawberry.federation.type(keys=[Key(fields=FieldSet("id"), resolvable=False)])
class Vendor:
    """Owned by catalog."""

    id: strawberry.ID


@strawberry.federation.type(shareable=True, description="A point on earth, in degrees.")
class GeoPoint:
    """WGS 84."""

    lat: float
    lon: float


@strawberry.type(description="Where a rider was at a moment.")
class RiderLocation:
    """Degrees; `heading` clockwise from north."""

    lat: float
    lon: float
    heading: float | None
    at: datetime

    @classmethod
    def of(cls, position: Position) -> RiderLocation:
        """Show a position."""
        return cls(lat=position.lat, lon=position.lon, heading=position.heading, at=position.at)


@strawberry.federation.type(keys=["id"], description="Somebody who carries orders.")
class Rider:
    """From a `RiderRow`; what changes by the second comes from Valkey."""

    id: strawberry.ID
    user: User
    vehicle: Vehicle
    rating: float | None = strawberry.field(description="From 1 to 5; null until somebody rated.")
    row: strawberry.Private[RiderRow]

    @strawberry.field(description="Whether he can take an order.")
    async def status(self, info: Info) -> RiderStatus:
        """As of now."""
        state = await state_loader(info.context).load(self.row.id)
        return state.status if state else RiderStatus(self.row.status)

    @strawberry.field(description="Where he is: for himself, admins, and whose order he carries.")
    async def location(self, info: Info) -> RiderLocation | None:
        """Null for others, and until he reported."""
        state = await state_loader(info.context).load(self.row.id)
        if state is None:
            return self._last_written(info)
        if not may_follow_rider(info.context.caller, state):
            return None
        position = state.position or position_of(self.row)
        return RiderLocation.of(position) if position else None

    @strawberry.field(description="Whether he may ride; for himself and admins only.")
    async def standing(self, info: Info) -> RiderStanding | None:
        """Private."""
        return RiderStanding(self._own(info).standing)

    @strawberry.field(description="What he was offered, the newest order first; for himself and admins only.")
    async def assignments(
        self,
        info: Info,
        state: AssignmentState | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Assignment] | None:
        """Of all states, unless one is given. One statement a shard for all riders of a level."""
        row, wanted = self._own(info), info.context.page(first, after)
        behind = parse_id(str(wanted.after[0])) if wanted.after else None
        own = OwnList(row.id, state.value if state else None, behind, wanted.limit)
        rows = await info.context.loader(AssignmentsByRiderId).load(own)
        return connection(rows, wanted, Assignment.of, lambda row: encode_cursor(str(row.order_id)))

    @classmethod
    async def resolve_references(
        cls, info: Info, representations: Representations
    ) -> list[Rider | CodedError | None]:
        """As entities: riders of the caller's tenant, for those who have logged in."""
        info.context.caller.signed_in()
        return await load_entities(
            representations, info.context.loader(RiderById), _shown(info.context.caller)
        )

    @classmethod
    def of(cls, row: RiderRow) -> Rider:
        """Show a row."""
        return cls(
            id=strawberry.ID(str(row.id)),
            user=User(id=strawberry.ID(str(row.user_id))),
            vehicle=Vehicle(row.vehicle),
            rating=row.rating,
            row=row,
        )

    def _own(self, info: Info) -> RiderRow:
        caller = info.context.caller
        if caller.signed_in() != self.row.user_id and not caller.is_admin:
            raise Forbidden("Only the rider may see this.")
        return self.row

    def _last_written(self, info: Info) -> RiderLocation | None:
        """Valkey has lost him: whom he rides for is not known, but he and admins may see."""
        caller, position = info.context.caller, position_of(self.row)
        allowed = caller.is_admin or caller.user_id == self.row.user_id
        return RiderLocation.of(position) if allowed and position else None


@strawberry.type(description="An order that a rider was offered, and what he did with it.")
class Assignment:
    """From his own list; the order itself, and its vendor, are others' to tell of."""

    order: Order
    vendor: Vendor
    status: OwnStatus
    pickup: GeoPoint | None = strawberry.field(description="Where the order is fetched.")
    destination: GeoPoint = strawberry.field(description="Where it is brought.")
    offered_at: datetime
    expires_at: datetime | None = strawberry.field(description="Until when an offer is to be answered.")
    accepted_at: datetime | None
    picked_up_at: datetime | None
    ended_at: datetime | None

    @classmethod
    def of(cls, row: OwnAssignmentRow) -> Assignment:
        """Show a row."""
        pickup = None
        if row.pickup_lat is not None and row.pickup_lon is not None:
            pickup = GeoPoint(lat=row.pickup_lat, lon=row.pickup_lon)
        return cls(
            order=Order(id=strawberry.ID(str(row.order_id))),
            vendor=Vendor(id=strawberry.ID(str(row.vendor_id))),
            status=OwnStatus(row.status),
            pickup=pickup,
            destination=GeoPoint(lat=row.lat, lon=row.lon),
            offered_at=row.offered_at,
            expires_at=row.expires_at,
            accepted_at=row.accepted_at,
            picked_up_at=row.picked_up_at,
            ended_at=row.ended_at,
        )


@strawberry.federation.type(description="Where an order goes.")
class DeliveryAddress:
    """Owned by orders."""

    lat: float = strawberry.federation.field(external=True)
    lon: float = strawberry.federation.field(external=True)


@strawberry.federation.type(keys=["id"])
class Order:
    """Owned by orders; here is who carries it and when it arrives."""

    id: strawberry.ID
    # Only ever read by orders; what comes with a representation is in `required`.
    status: OrderStatus = strawberry.federation.field(external=True, default=None)
    delivery_address: DeliveryAddress = strawberry.federation.field(external=True, default=None)
    required: strawberry.Private[Mapping[str, Any]] = strawberry.field(default_factory=dict)

    @strawberry.field(description="Who carries it; null until somebody does.")
    async def rider(self, info: Info) -> Rider | None:
        """For those who may see the order."""
        row = await self._assignment(info)
        rider_id = rider_of(row) if row else None
        return await load_rider(info, rider_id) if rider_id else None

    @strawberry.federation.field(
        requires=["status deliveryAddress { lat lon }"],
        description="When it arrives, by what is known now; null when nothing is on the way.",
    )
    async def eta(self, info: Info) -> datetime | None:
        """From the address and status that orders sends along."""
        status, address = self.required.get("status"), self.required.get("deliveryAddress")
        row = await self._assignment(info)
        if row is None or status is None or address is None:
            return None
        return await estimate_for(info, row, OrderStatus(status), (address["lat"], address["lon"]))

    @strawberry.field(description="The way that the rider has come with it, oldest point first.")
    async def track(self, info: Info) -> list[RiderLocation]:
        """From his acceptance to the delivery."""
        row = await self._assignment(info)
        rider_id = rider_of(row) if row else None
        since = (row.accepted_at or row.picked_up_at) if row else None
        if row is None or rider_id is None or since is None:
            return []
        most = info.context.resources.settings.track_points
        ride = Ride(rider_id, since, row.completed_at or datetime.now(UTC), most)
        points = await info.context.loader(TrackByRide).load(ride)
        return [RiderLocation(lat=p.lat, lon=p.lon, heading=p.heading, at=p.at) for p in points]

    @classmethod
    def resolve_references(cls, info: Info, representations: Representations) -> list[Order | CodedError]:
        """Whether they exist is for orders to say."""
        return stubs(representations, lambda each: cls(id=each["id"], required=each))

    async def _assignment(self, info: Info) -> AssignmentRow | None:
        """The order as riders see it, if the caller may see it too."""
        row = await info.context.loader(AssignmentByOrderId).load(parse_id(self.id))
        return row if row and may_follow_order(info.context.caller, row) else None


async def load_rider(info: Info, id: UUID) -> Rider | None:
    """A rider of the caller's tenant; Unauthenticated for nobody."""
    info.context.caller.signed_in()
    return _shown(info.context.caller)(await info.context.loader(RiderById).load(id))


def _shown(caller: Caller) -> Callable[[RiderRow | None], Rider | None]:
    return lambda row: Rider.of(row) if row and row.tenant_id == caller.tenant else None


def rider_of(row: AssignmentRow) -> UUID | None:
    """Who has accepted the order; before that, riders are only being asked."""
    return row.rider_id if row.rider_id and AssignmentStatus(row.status) not in _ASKING else None


async def estimate_for(
    info: Info, row: AssignmentRow, status: OrderStatus, destination: Place
) -> datetime | None:
    """When an order arrives, from where its rider is."""
    rider_id = rider_of(row)
    state = await state_loader(info.context).load(rider_id) if rider_id else None
    place = state.position if state and state.order_id == row.order_id else None
    pickup = (row.pickup_lat, row.pickup_lon)
    trip = Trip(
        status=status,
        destination=destination,
        pickup=(pickup[0], pickup[1]) if pickup[0] is not None and pickup[1] is not None else None,
        rider=(place.lat, place.lon) if place else None,
        vehicle=state.vehicle if state else "",
        prep_minutes=row.prep_minutes,
    )
    return estimate(trip, datetime.now(UTC))
