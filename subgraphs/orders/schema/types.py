"""`Order`, from a row, and the types of other subgraphs that have orders: each refers to the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any

import strawberry

from subgraphs.common.auth import Caller
from subgraphs.common.connections import Connection, Page, connection, encode_cursor
from subgraphs.common.errors import CodedError, Forbidden
from subgraphs.common.ids import parse_id
from subgraphs.common.money import Money
from subgraphs.common.references import Representations, load_entities, stubs

from ..changing import may_see
from ..loaders import (
    OrderById,
    OrderItemsByOrderId,
    OrderRatingByOrderId,
    OrdersByUserId,
    OrdersByVendorId,
    OrdersPage,
    OrderStepsByOrderId,
)
from ..models import OrderRow
from ..resources import Info
from ..statuses import OrderStatus
from .figures import SalesDay, SalesReport, sales_report, today
from .parts import Delivery, DeliveryAddress, OrderFees, OrderItem, OrderRating, OrderStep


@strawberry.federation.type(keys=["id"], description="An order of a customer at a vendor.")
class Order:
    """From an `OrderRow`."""

    id: strawberry.ID
    status: OrderStatus
    placed_at: datetime
    row: strawberry.Private[OrderRow]

    @strawberry.field
    def customer(self) -> User:
        """Users knows the rest."""
        return User(id=strawberry.ID(str(self.row.customer_id)))

    @strawberry.field
    def vendor(self) -> Vendor:
        """Catalog knows the rest."""
        return Vendor(id=strawberry.ID(str(self.row.vendor_id)))

    @strawberry.field
    async def items(self, info: Info) -> list[OrderItem]:
        """By line."""
        rows = await info.context.loader(OrderItemsByOrderId).load(self.row.id)
        return [OrderItem.of(row, self.row.currency) for row in rows]

    @strawberry.field
    def fees(self) -> OrderFees:
        """Of delivery and service."""
        return OrderFees(
            delivery=self._money(self.row.delivery_fee), service=self._money(self.row.service_fee)
        )

    @strawberry.field(description="Items and fees.")
    def total(self) -> Money:
        """What the customer pays."""
        return self._money(self.row.total)

    @strawberry.field(description="The statuses that the order reached, oldest first.")
    async def timeline(self, info: Info) -> list[OrderStep]:
        """From PENDING on."""
        rows = await info.context.loader(OrderStepsByOrderId).load(self.row.id)
        return [OrderStep(status=OrderStatus(row.status), at=row.at, note=row.note) for row in rows]

    @strawberry.field(description="What the customer said of it; null until then.")
    async def rating(self, info: Info) -> OrderRating | None:
        """Given once, after the delivery."""
        row = await info.context.loader(OrderRatingByOrderId).load(self.row.id)
        return OrderRating.of(row) if row else None

    @strawberry.field
    def delivery_address(self) -> DeliveryAddress:
        """Where it goes."""
        row = self.row
        return DeliveryAddress(street=row.street, city=row.city, lat=row.lat, lon=row.lon, note=row.note)

    @strawberry.field
    def delivery(self) -> Delivery:
        """As it stands now."""
        return Delivery.of(self.row)

    @classmethod
    async def resolve_references(
        cls, info: Info, representations: Representations
    ) -> list[Order | CodedError | None]:
        """As entities: for those who may see them."""
        info.context.caller.signed_in()
        return await load_entities(
            representations, info.context.loader(OrderById), _shown(info.context.caller)
        )

    @classmethod
    def of(cls, row: OrderRow) -> Order:
        """Show a row."""
        return cls(
            id=strawberry.ID(str(row.id)), status=OrderStatus(row.status), placed_at=row.placed_at, row=row
        )

    def _money(self, amount: int) -> Money:
        return Money(amount=amount, currency=self.row.currency)


@strawberry.federation.type(keys=["id"])
class User:
    """Owned by users; here are his orders."""

    id: strawberry.ID

    @strawberry.field(description="The user's orders, newest first; for the user and admins.")
    async def orders(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        status: list[OrderStatus] | None = None,
    ) -> Connection[Order] | None:
        """One statement a shard for all users of a level."""
        user_id, caller = parse_id(self.id), info.context.caller
        if caller.signed_in() != user_id and not caller.is_admin:
            raise Forbidden("Only the user may see his orders.")
        wanted = _newest(info.context.page(first, after))
        rows = await info.context.loader(OrdersByUserId).load(OrdersPage(user_id, _statuses(status), wanted))
        return _shown_page(caller, rows, wanted)

    @classmethod
    def resolve_references(cls, info: Info, representations: Representations) -> list[User | CodedError]:
        """Whether they exist is for users to say."""
        return stubs(representations, lambda each: cls(id=each["id"]))


@strawberry.federation.type(keys=["id"])
class Vendor:
    """Owned by catalog; here are its orders and what they amount to."""

    id: strawberry.ID
    # Only ever read by catalog; what comes with a representation is in `required`.
    timezone: str = strawberry.federation.field(external=True, default=None)
    required: strawberry.Private[Mapping[str, Any]] = strawberry.field(default_factory=dict)

    @strawberry.field(description="The vendor's orders, newest first; for its staff and admins.")
    async def orders(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        status: list[OrderStatus] | None = None,
    ) -> Connection[Order] | None:
        """Reads every shard once for all vendors of a level and merges."""
        vendor_id, caller = parse_id(self.id), info.context.caller
        caller.signed_in()
        if not caller.works_for(vendor_id):
            raise Forbidden("Only the vendor may see its orders.")
        wanted = _newest(info.context.page(first, after))
        rows = await info.context.loader(OrdersByVendorId).load(
            OrdersPage(vendor_id, _statuses(status), wanted)
        )
        return _shown_page(caller, rows, wanted)

    @strawberry.field(
        description="What it sold from one day to another, by its own clock; for its staff and admins."
    )
    async def sales_report(
        self, info: Info, from_: Annotated[date, strawberry.argument(name="from")], to: date
    ) -> SalesReport | None:
        """One statement a shard for all vendors of a level."""
        return await sales_report(info, self.id, from_, to)

    @strawberry.federation.field(
        requires=["timezone"], description="What it sold today, by its own clock; for its staff and admins."
    )
    async def today(self, info: Info) -> SalesDay | None:
        """By the time zone that catalog sends along."""
        return await today(info, self.id, self.required.get("timezone"))

    @classmethod
    def resolve_references(cls, info: Info, representations: Representations) -> list[Vendor | CodedError]:
        """Whether they exist is for catalog to say."""
        return stubs(representations, lambda each: cls(id=each["id"], required=each))


async def load_order(info: Info, id: str) -> Order | None:
    """An order by id; null if there is none or the caller may not see it; Unauthenticated for nobody."""
    info.context.caller.signed_in()
    return _shown(info.context.caller)(await info.context.loader(OrderById).load(parse_id(id)))


def _shown(caller: Caller) -> Callable[[OrderRow | None], Order | None]:
    return lambda row: Order.of(row) if row and may_see(caller, row) else None


def _statuses(wanted: list[OrderStatus] | None) -> tuple[OrderStatus, ...] | None:
    return None if wanted is None else tuple(wanted)


def _newest(page: Page) -> Page:
    """Refuse the cursor of another list here: in the loader it would fail all who share the statement."""
    if page.after:
        parse_id(str(page.after[0]))
    return page


def _shown_page(caller: Caller, rows: Sequence[OrderRow], wanted: Page) -> Connection[Order]:
    visible = [row for row in rows if row.tenant_id == caller.tenant]
    return connection(visible, wanted, Order.of, _cursor)


def _cursor(row: OrderRow) -> str:
    return encode_cursor(str(row.id))
