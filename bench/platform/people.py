"""Who asks: customers of the demo data, signed in, each with a vendor to order from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import uuid4

from stack.demo.logins import LOGINS, PASSWORD
from stack.demo.world import Person, Vendor, World

from .http_client import Client, Refused

LOGIN = """
mutation Login($phone: String!, $password: String!) {
  login(phone: $phone, password: $password) { accessToken errors { code message } }
}
"""
MENU = """query Menu($id: ID!) {
  vendor(id: $id) { menu { edges { node { products { edges { node { id available } } } } } } } }"""
BY_PROVIDER = """mutation Rule($id: ID!) {
  updateVendor(input: { id: $id, deliveryRule: PROVIDER }) { errors { code message } } }"""
ITEMS = 2


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer with a token, and what he orders: a vendor of his city and some of its products."""

    person: Person
    token: str
    vendor_id: str
    products: tuple[str, ...]

    def order(self) -> dict[str, Any]:
        """The input of a new order."""
        address = {
            "street": self.person.street,
            "city": self.person.city.name,
            "lat": self.person.lat,
            "lon": self.person.lon,
        }
        items = [{"productId": product, "quantity": 1} for product in self.products]
        return {
            "idempotencyKey": uuid4().hex,
            "vendorId": self.vendor_id,
            "items": items,
            "deliveryAddress": address,
        }


async def sign_in(client: Client, phone: str) -> str:
    """A customer's access token."""
    login = (await client.ask(LOGIN, {"phone": phone, "password": PASSWORD}))["login"]
    if login["errors"]:
        raise Refused(str(login["errors"][0]))
    return str(login["accessToken"])


async def let_provider_deliver(client: Client, customers: Sequence[Customer]) -> str:
    """Let what these order be dispatched to the provider; returns the admin's token."""
    admin = await sign_in(client, LOGINS["admin"].phone)
    for vendor_id in {each.vendor_id for each in customers}:
        changed = (await client.ask(BY_PROVIDER, {"id": vendor_id}, admin))["updateVendor"]
        if changed["errors"]:
            raise Refused(str(changed["errors"][0]))
    return admin


async def customers(client: Client, world: World, count: int) -> list[Customer]:
    """The demo's own customer and others, of all cities."""
    first = next(person for person in world.people if person.phone == LOGINS["customer"].phone)
    others = [person for city in world.vendors_in for person in islice(world.customers_in[city], count)]
    step = max(1, len(others) // count)
    chosen = [first, *(person for person in others[::step] if person is not first)][:count]
    return [await _customer(client, world, number, person) for number, person in enumerate(chosen)]


async def _customer(client: Client, world: World, number: int, person: Person) -> Customer:
    vendors = world.vendors_in[person.city.name]
    vendor_id, products = await _offer(client, vendors[number % len(vendors) :] + vendors)
    return Customer(person, await sign_in(client, person.phone), vendor_id, products)


async def _offer(client: Client, vendors: Sequence[Vendor]) -> tuple[str, tuple[str, ...]]:
    """The first vendor with something to order."""
    for vendor in vendors:
        menu = (await client.ask(MENU, {"id": str(vendor.id)}))["vendor"]["menu"]
        products = [edge["node"] for part in menu["edges"] for edge in part["node"]["products"]["edges"]]
        offered = [each["id"] for each in products if each["available"]]
        if len(offered) >= ITEMS:
            return str(vendor.id), tuple(offered[:ITEMS])
    raise RuntimeError("No vendor of the city has anything to order.")
