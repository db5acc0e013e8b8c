"""`Order` and what belongs to it, from rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from subgraphs.common.auth import Caller
from subgraphs.common.errors import CodedError
from subgraphs.common.ids import parse_id
from subgraphs.common.money import Money
from subgraphs.common.references import Representations, load_entities

from ..changing import may_see
from ..loaders import OrderById, OrderItemsByOrderId, OrderStepsByOrderId
from ..models import OrderItemRow, OrderRow
from ..resources import Info
from ..statuses import OrderStatus

if TYPE_CHECKING:
    from .stubs import Product, User, Vendor


@strawberry.type(description="A product in an order, at the price it had.")
class OrderItem:
    """From an `OrderItemRow`."""

    name: str = strawberry.field(description="The product's name when it was ordered.")
    quantity: int
    unit_price: Money
    subtotal: Money
    row: strawberry.Private[OrderItemRow]

    @strawberry.field
    def product(self) -> Annotated[Product, strawberry.lazy(".stubs")]:
        """Catalog knows the rest."""
        from .stubs import Product

        return Product(id=strawberry.ID(str(self.row.product_id)))

    @classmethod
    def of(cls, row: OrderItemRow, currency: str) -> OrderItem:
        """Show a row."""
        return cls(
            name=row.name,
            quantity=row.quantity,
            unit_price=Money(amount=row.unit_price, currency=currency),
            subtotal=Money(amount=row.unit_price * row.quantity, currency=currency),
            row=row,
        )


@strawberry.type(description="What is paid besides the items.")
class OrderFees:
    """Both are part of the total."""

    delivery: Money
    service: Money


@strawberry.type(description="A status that the order reached.")
class OrderStep:
    """One entry of the timeline."""

    status: OrderStatus
    at: datetime
    note: str | None


@strawberry.type(description="Where the order goes.")
class DeliveryAddress:
    """As the customer gave it with the order."""

    street: str
    city: str
    lat: float
    lon: float
    note: str | None


@strawberry.type(description="How the order was handed to a delivery provider.")
class Delivery:
    """`reference` is null until a provider has taken it."""

    provider: str | None
    reference: str | None
    attempts: int


@strawberry.federation.type(keys=["id"], description="An order of a customer at a vendor.")
class Order:
    """From an `OrderRow`."""

    id: strawberry.ID
    status: OrderStatus
    placed_at: datetime
    row: strawberry.Private[OrderRow]

    @strawberry.field
    def customer(self) -> Annotated[User, strawberry.lazy(".stubs")]:
        """Users knows the rest."""
        from .stubs import User

        return User(id=strawberry.ID(str(self.row.customer_id)))

    @strawberry.field
    def vendor(self) -> Annotated[Vendor, strawberry.lazy(".stubs")]:
        """Catalog knows the rest."""
        from .stubs import Vendor

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

    @strawberry.field
    def delivery_address(self) -> DeliveryAddress:
        """Where it goes."""
        row = self.row
        return DeliveryAddress(street=row.street, city=row.city, lat=row.lat, lon=row.lon, note=row.note)

    @strawberry.field
    def delivery(self) -> Delivery:
        """Filled by the worker."""
        row = self.row
        return Delivery(provider=row.provider, reference=row.provider_reference, attempts=row.attempts)

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


async def load_order(info: Info, id: str) -> Order | None:
    """An order by id; null if there is none or the caller may not see it; Unauthenticated for nobody."""
    info.context.caller.signed_in()
    return _shown(info.context.caller)(await info.context.loader(OrderById).load(parse_id(id)))


def _shown(caller: Caller) -> Callable[[OrderRow | None], Order | None]:
    return lambda row: Order.of(row) if row and may_see(caller, row) else None
