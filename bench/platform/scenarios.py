"""What is asked: each scenario makes one step after the other, each step by the next of the customers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .http_client import Client, Refused, request
from .people import Customer, sign_in

README_QUERY = """
query { me { name orders(first: 5) { edges { node { id status total { amount currency }
  vendor { name rating } items { quantity product { name price { amount } } }
  rider { user { name } location { lat lon at } } eta } } } } }
"""
PLACE_ORDER = """
mutation Place($input: PlaceOrderInput!) {
  placeOrder(input: $input) { order { id status total { amount currency } } errors { code message } }
}
"""
ACCEPT_ORDER = "mutation Accept($id: ID!) { acceptOrder(id: $id) { errors { code message } } }"
ACCEPTED = "placeOrder + acceptOrder"
SEARCH = """
query Search($text: String!) {
  searchCatalog(query: $text, first: 10) {
    totalCount
    facets { cuisine { value count } }
    edges { score node {
      __typename
      ... on Vendor { name rating cuisines }
      ... on Product { name price { amount currency } vendor { name } }
    } }
  }
}
"""
WORDS = (
    "shawarma", "pizza", "koshari", "burger", "sushi", "falafel", "ramen", "tacos",
    "shwarma", "pizzza", "chicken", "salad", "kebab", "pasta", "cake", "coffee",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scenario:
    """`step(n)` does it once and raises Refused if the answer is not right.

    `settles` is set where work goes on after the answer: it is waited for, and counted with it.
    """

    name: str
    step: Callable[[int], Awaitable[Any]]
    settles: bool = False


def scenarios(client: Client, customers: Sequence[Customer], admin: str) -> dict[str, Scenario]:
    """All of them by name; `admin`: a token of somebody who may accept orders for their vendors.

    Half of the customers look at their orders and half place some: what is looked at stays as the demo made
    it, however often it is measured.
    """
    readers, buyers = customers[: len(customers) // 2], customers[len(customers) // 2 :]
    made = (
        _orders_of(client, readers),
        _searching(client),
        _placing(client, buyers),
        _placing_and_accepting(client, buyers, admin),
        _login_and_placing(client, buyers),
    )
    return {scenario.name: scenario for scenario in made}


def _orders_of(client: Client, customers: Sequence[Customer]) -> Scenario:
    ready = [request(README_QUERY, token=customer.token) for customer in customers]

    async def step(number: int) -> None:
        data = await client.send(ready[number % len(ready)])
        if data["me"]["orders"]["edges"] is None:
            raise Refused("no orders")

    return Scenario("readme", step)


def _searching(client: Client) -> Scenario:
    ready = [request(SEARCH, {"text": word}) for word in WORDS]

    async def step(number: int) -> None:
        data = await client.send(ready[number % len(ready)])
        if not data["searchCatalog"]["edges"]:
            raise Refused("nothing was found")

    return Scenario("search", step)


def _placing(client: Client, customers: Sequence[Customer]) -> Scenario:
    async def step(number: int) -> None:
        customer = customers[number % len(customers)]
        await _place(client, customer, customer.token)

    return Scenario("placeOrder", step, settles=True)


def _placing_and_accepting(client: Client, customers: Sequence[Customer], admin: str) -> Scenario:
    """What is accepted is dispatched to the provider, as its vendors are made to want."""

    async def step(number: int) -> None:
        customer = customers[number % len(customers)]
        order_id = await _place(client, customer, customer.token)
        _checked((await client.ask(ACCEPT_ORDER, {"id": order_id}, admin))["acceptOrder"])

    return Scenario(ACCEPTED, step, settles=True)


def _login_and_placing(client: Client, customers: Sequence[Customer]) -> Scenario:
    async def step(number: int) -> None:
        customer = customers[number % len(customers)]
        await _place(client, customer, await sign_in(client, customer.person.phone))

    return Scenario("login + placeOrder", step, settles=True)


async def _place(client: Client, customer: Customer, token: str) -> str:
    payload = (await client.ask(PLACE_ORDER, {"input": customer.order()}, token))["placeOrder"]
    _checked(payload)
    return str(payload["order"]["id"])


def _checked(payload: Mapping[str, Any]) -> None:
    if payload["errors"]:
        raise Refused(str(payload["errors"][0]))
