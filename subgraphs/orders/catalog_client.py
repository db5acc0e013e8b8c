"""Asks the catalog subgraph, on the caller's behalf, what things cost and whether they can be had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from subgraphs.common.delivery_rule import DeliveryRule
from subgraphs.common.errors import CodedError, ErrorCode
from subgraphs.common.graphql_answer import unavailable, whole_data
from subgraphs.common.json_calls import CallFailed, JsonCalls

# A vendor, and the place to deliver to: latitude and longitude.
Asked = tuple[UUID, float, float]
QUERY = """
query PlaceOrder($vendor: [_Any!]!, $products: [_Any!]!, $point: PointInput!) {
  vendor: _entities(representations: $vendor) {
    ... on Vendor {
      id region timezone prepTime location { lat lon } deliveryRule ridersOffers
      state isOpen opensAt pausedUntil minimumOrder { amount }
      deliveryTo(point: $point) { delivers fee { amount } }
    }
  }
  products: _entities(representations: $products) {
    ... on Product { id name available price { amount currency } vendor { id } }
  }
}
"""


@dataclass(frozen=True, slots=True)
class OfferedProduct:
    """A product as the catalog offers it now."""

    id: UUID
    name: str
    available: bool
    price: int
    currency: str
    vendor_id: UUID


@dataclass(frozen=True, slots=True)
class Offer:
    """The vendor's terms for a place, and the products that exist; amounts in the vendor's minor units."""

    region: str
    time_zone: str
    prep_minutes: int
    pickup: tuple[float, float] | None
    delivery_rule: DeliveryRule
    riders_offers: int
    state: str
    is_open: bool
    # When it takes orders again; None if nobody knows.
    opens_at: datetime | None
    minimum: int | None
    # None: it does not deliver there.
    delivery_fee: int | None
    products: dict[UUID, OfferedProduct]


@dataclass(frozen=True, slots=True)
class CatalogClient:
    """Speaks GraphQL to the catalog; UNAVAILABLE if it does not answer properly."""

    calls: JsonCalls
    url: str
    seconds: float

    async def offer(
        self, asked: Asked, products: Sequence[UUID], *, authorization: str | None, request_id: str
    ) -> Offer | None:
        """What a vendor offers at a place; None if there is no such vendor."""
        vendor_id, lat, lon = asked
        variables = {
            "point": {"lat": lat, "lon": lon},
            "vendor": [{"__typename": "Vendor", "id": str(vendor_id)}],
            "products": [{"__typename": "Product", "id": str(id)} for id in products],
        }
        headers = {"x-request-id": request_id} | ({"authorization": authorization} if authorization else {})
        data = await self._ask(variables, headers)
        try:
            [vendor] = data["vendor"]
            return _offer(vendor, data["products"]) if vendor else None
        except (KeyError, TypeError, ValueError) as error:  # an answer to something else
            raise unavailable("catalog") from error

    async def _ask(self, variables: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
        body = {"query": QUERY, "variables": variables, "operationName": "PlaceOrder"}
        try:
            reply = await self.calls.post(self.url, body, headers, seconds=self.seconds)
        except CallFailed as error:
            raise CodedError(ErrorCode.UNAVAILABLE, "The catalog does not answer.") from error
        if not reply.ok:
            raise unavailable("catalog")
        return whole_data(reply.body, "catalog")


def _offer(vendor: dict[str, Any], products: list[dict[str, Any] | None]) -> Offer:
    location, delivery, minimum = vendor.get("location"), vendor["deliveryTo"], vendor["minimumOrder"]
    offered = [_product(product) for product in products if product]
    opens_at = vendor["pausedUntil"] or vendor["opensAt"]
    return Offer(
        region=vendor["region"],
        time_zone=vendor["timezone"],
        prep_minutes=vendor["prepTime"],
        pickup=(location["lat"], location["lon"]) if location else None,
        delivery_rule=DeliveryRule(vendor["deliveryRule"]),
        riders_offers=vendor["ridersOffers"],
        state=vendor["state"],
        is_open=vendor["isOpen"],
        opens_at=datetime.fromisoformat(opens_at) if opens_at else None,
        minimum=minimum["amount"] if minimum else None,
        delivery_fee=delivery["fee"]["amount"] if delivery["delivers"] else None,
        products={product.id: product for product in offered},
    )


def _product(product: dict[str, Any]) -> OfferedProduct:
    return OfferedProduct(
        id=UUID(product["id"]),
        name=product["name"],
        available=product["available"],
        price=product["price"]["amount"],
        currency=product["price"]["currency"],
        vendor_id=UUID(product["vendor"]["id"]),
    )
