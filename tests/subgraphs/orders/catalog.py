"""As much of a catalog as placing an order asks for: prices and availability that a test can set."""

from dataclasses import dataclass, field
from typing import Optional
from uuid import UUID

import strawberry
from starlette.applications import Starlette

from subgraphs.common.app import Subgraph, build_app
from subgraphs.common.execution import FederatedSchema
from subgraphs.common.ids import new_id
from subgraphs.common.money import Money
from subgraphs.common.settings import CommonSettings


@dataclass
class Shelf:
    """The vendor and what it sells: product id → (name, price, available)."""

    vendor_id: UUID = field(default_factory=new_id)
    products: dict[UUID, tuple[str, int, bool]] = field(default_factory=dict)

    async def put(self, name: str, price: int, *, available: bool = True) -> str:
        id = new_id(like=self.vendor_id)
        self.products[id] = name, price, available
        return str(id)


@strawberry.type
class Point:
    lat: float
    lon: float


def catalog_app(shelf: Shelf, settings: CommonSettings) -> Starlette:
    @strawberry.federation.type(keys=["id"])
    class Vendor:
        id: strawberry.ID

        @strawberry.field
        def region(self) -> str:
            return "north-africa"

        @strawberry.field
        def location(self) -> Point:
            return Point(lat=30.04, lon=31.23)

        @strawberry.field
        def delivery_fee(self) -> Money:
            return Money(amount=1500, currency="EGP")

        @classmethod
        def resolve_reference(cls, info: strawberry.Info, id: strawberry.ID) -> Optional["Vendor"]:
            return cls(id=id) if id == str(shelf.vendor_id) else None

    @strawberry.federation.type(keys=["id"])
    class Product:
        id: strawberry.ID
        name: str
        available: bool
        price: Money

        @strawberry.field
        def vendor(self) -> Vendor:
            return Vendor(id=strawberry.ID(str(shelf.vendor_id)))

        @classmethod
        def resolve_reference(cls, info: strawberry.Info, id: strawberry.ID) -> Optional["Product"]:
            if UUID(id) not in shelf.products:
                return None
            name, price, available = shelf.products[UUID(id)]
            return cls(id=id, name=name, available=available, price=Money(amount=price, currency="EGP"))

    @strawberry.type
    class Query:
        @strawberry.field
        def product(self, id: strawberry.ID) -> Product | None:
            return None

    return build_app(Subgraph("catalog", FederatedSchema(query=Query, types=[Vendor, Product]), settings))
