"""What an `Order` consists of, from rows."""

from __future__ import annotations

from datetime import datetime

import strawberry
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet

from subgraphs.common.delivery_rule import DeliveryRule
from subgraphs.common.money import Money

from ..delivery import DeliveredBy, DeliveryState, state_of
from ..models import OrderItemRow, OrderRatingRow, OrderRow
from ..statuses import OrderStatus


@strawberry.federation.type(keys=[Key(fields=FieldSet("id"), resolvable=False)])
class Product:
    """Owned by catalog."""

    id: strawberry.ID


@strawberry.type(description="A product in an order, at the price it had.")
class OrderItem:
    """From an `OrderItemRow`."""

    name: str = strawberry.field(description="The product's name when it was ordered.")
    quantity: int
    unit_price: Money
    subtotal: Money
    row: strawberry.Private[OrderItemRow]

    @strawberry.field
    def product(self) -> Product:
        """Catalog knows the rest."""
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


@strawberry.type(description="A product's stars.")
class ProductStars:
    """1 to 5."""

    product: Product
    stars: int


@strawberry.type(
    description="What the customer said of an order; stars are 1 to 5, null where nothing was said."
)
class OrderRating:
    """From an `OrderRatingRow`."""

    vendor_stars: int | None
    rider_stars: int | None
    products: list[ProductStars]
    text: str | None
    at: datetime

    @classmethod
    def of(cls, row: OrderRatingRow) -> OrderRating:
        """Show a row."""
        return cls(
            vendor_stars=row.vendor_stars,
            rider_stars=row.rider_stars,
            products=[
                ProductStars(product=Product(id=strawberry.ID(each["id"])), stars=each["stars"])
                for each in row.products
            ],
            text=row.text,
            at=row.at,
        )


@strawberry.type(description="Who delivers an order, and where that stands.")
class Delivery:
    """From an `OrderRow`."""

    rule: DeliveryRule = strawberry.field(description="As the vendor had it when the order was placed.")
    delivered_by: DeliveredBy | None = strawberry.field(description="Null until it is decided.")
    state: DeliveryState
    provider: str | None = strawberry.field(description="The delivery provider that was asked last.")
    reference: str | None = strawberry.field(description="Its own; null until it has taken the order.")
    attempts: int = strawberry.field(description="How often a provider was asked.")

    @classmethod
    def of(cls, row: OrderRow) -> Delivery:
        """Show a row."""
        return cls(
            rule=DeliveryRule(row.delivery_rule),
            delivered_by=DeliveredBy(row.delivered_by) if row.delivered_by else None,
            state=state_of(row),
            provider=row.provider,
            reference=row.provider_reference,
            attempts=row.attempts,
        )
