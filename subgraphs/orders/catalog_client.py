"""Asks the catalog subgraph, on the caller's behalf, what things cost and whether they can be had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from subgraphs.common.delivery_rule import DeliveryRule
from subgraphs.common.errors import CodedError, ErrorCode
from subgraphs.common.graphql_answer import unavailable, whole_data
from subgraphs.common.json_calls import CallFailed, JsonCalls

QUERY = """
query PlaceOrder($vendor: [_Any!]!, $products: [_Any!]!) {
  vendor: _entities(representations: $vendor) {
    ... on Vendor {
      id region timezone prepTime location { lat lon } deliveryFee { amount currency }
      deliveryRule ridersOffers
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
    """The vendor's terms and those of the products that exist."""

    region: str
    time_zone: str
    prep_minutes: int
    pickup: tuple[float, float] | None
    delivery_fee: int
    delivery_rule: DeliveryRule
    riders_offers: int
    products: dict[UUID, OfferedProduct]


@dataclass(frozen=True, slots=True)
class CatalogClient:
    """Speaks GraphQL to the catalog; UNAVAILABLE if it does not answer properly."""

    calls: JsonCalls
    url: str
    seconds: float

    async def offer(
        self, vendor_id: UUID, products: list[UUID], *, authorization: str | None, request_id: str
    ) -> Offer | None:
        """What a vendor offers; None if there is no such vendor."""
        variables = {
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
    location = vendor.get("location")
    offered = [_product(product) for product in products if product]
    return Offer(
        region=vendor["region"],
        time_zone=vendor["timezone"],
        prep_minutes=vendor["prepTime"],
        pickup=(location["lat"], location["lon"]) if location else None,
        delivery_fee=vendor["deliveryFee"]["amount"],
        delivery_rule=DeliveryRule(vendor["deliveryRule"]),
        riders_offers=vendor["ridersOffers"],
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
