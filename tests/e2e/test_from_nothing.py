"""A marketplace opened from nothing: four people, four tokens, the one endpoint, and `waybill admin create`.

Each of the three ways of delivery, from an empty platform to an order that is delivered and rated.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from . import marketplace
from .platform import LOGIN, Platform

PASSWORD = "correct horse battery"
PLACE = {"lat": 30.05, "lon": 31.24}
DOOR = {"street": "12 Nile Street", "city": "Cairo", "lat": 30.06, "lon": 31.25}
DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_numbers = itertools.count(1)


@dataclass
class Someone:
    """A person with an app: a phone number, and a token once signed in."""

    platform: Platform
    name: str
    phone: str = field(default_factory=lambda: f"+20100555{next(_numbers):04}")
    token: str | None = None

    async def ask(self, operation: str, **variables: Any) -> Any:
        """Run an operation; its data, whole."""
        return await self.platform.data(operation, variables, token=self.token)

    async def do(self, mutation: str, **variables: Any) -> Any:
        """Run a mutation of one field; its payload, without user errors."""
        (payload,) = (await self.ask(mutation, **variables)).values()
        assert payload["errors"] == []
        return payload

    async def register(self) -> None:
        """Make an account, as anybody may."""
        account = {"name": self.name, "phone": self.phone, "password": PASSWORD}
        self.token = (await self.do(marketplace.REGISTER, input=account))["accessToken"]

    async def log_in(self) -> None:
        """Get a token that knows what one is by now."""
        self.token = await self.platform.log_in(self.phone, PASSWORD)


@pytest.fixture(scope="module")
async def admin(empty_platform: Platform) -> Someone:
    """The first person there is: made by the one command outside the graph."""
    admin = Someone(empty_platform, "Ada")
    _make(admin)
    await admin.log_in()
    return admin


def _make(admin: Someone) -> None:
    waybill = str(Path(sys.executable).with_name("waybill"))
    subprocess.run(
        [waybill, "admin", "create", "--phone", admin.phone, "--name", admin.name, "--currency", "EGP"],
        input=f"{PASSWORD}\n",
        text=True,
        check=True,
        env={**os.environ, "WAYBILL_HOME": str(admin.platform.home)},
    )


async def test_nothing_is_there_before_the_first_admin(empty_platform: Platform) -> None:
    assert await empty_platform.data("{ vendors { edges { node { id } } } }") == {"vendors": {"edges": []}}
    nobody = {"phone": "+201005550000", "password": PASSWORD}
    refused = (await empty_platform.data(LOGIN, nobody))["login"]
    assert refused["errors"][0]["code"] == "BAD_CREDENTIALS"


@pytest.mark.parametrize("rule", ["OWN_RIDERS", "PROVIDER", "RIDERS_THEN_PROVIDER"])
async def test_an_order_is_placed_delivered_and_rated(admin: Someone, rule: str) -> None:
    vendor = await _open_vendor(admin, rule)
    product = await _fill_menu(vendor)
    customer = Someone(admin.platform, "Caro")
    await customer.register()
    order_id = await _place(customer, vendor.id, product)
    async with admin.platform.subscribe(
        marketplace.VENDOR_ORDERS, {"vendorId": vendor.id}, token=vendor.owner.token
    ) as arriving:
        first = await anext(arriving)
        assert first["vendorOrders"]["orders"] == [{"id": order_id, "status": "PENDING"}]
    if rule == "RIDERS_THEN_PROVIDER":
        await _let_go_by_a_rider(admin, vendor, order_id)
    else:
        await vendor.prepare(order_id)
    if rule == "OWN_RIDERS":
        await _deliver_by_rider(admin, order_id)
    else:
        await _deliver_by_provider(vendor, order_id)
    await _rate(customer, vendor, order_id, product)


@dataclass
class Vendor:
    """A vendor and its owner's app."""

    id: str
    owner: Someone

    async def prepare(self, order_id: str) -> None:
        """Accept an order and make it."""
        for step in ("acceptOrder", "startPreparing", "markReady"):
            await self.owner.do(marketplace.order_step(step), id=order_id)


async def _open_vendor(admin: Someone, rule: str) -> Vendor:
    wanted = {
        "name": f"Ful and more ({rule})",
        "region": "north-africa",
        "currency": "EGP",
        "timezone": "Africa/Cairo",
        "location": PLACE,
        "openingHours": [{"day": day, "opens": "00:00", "closes": "24:00"} for day in DAYS],
        "deliveryArea": {"radiusKm": 5},
        "deliveryRule": rule,
        "ridersOffers": 1,
    }
    vendor_id = (await admin.do(marketplace.CREATE_VENDOR, input=wanted))["vendor"]["id"]
    owner = Someone(admin.platform, "Omar")
    invitation = {"vendorId": vendor_id, "phone": owner.phone, "name": owner.name, "role": "OWNER"}
    code = (await admin.do(marketplace.INVITE_STAFF, input=invitation))["code"]
    joined = await owner.do(marketplace.ACCEPT_INVITATION, code=code, password=PASSWORD)
    owner.token = joined["accessToken"]
    mine = (await owner.ask("{ me { vendors { edges { node { id name } } } } }"))["me"]
    assert mine["vendors"]["edges"][0]["node"] == {"id": vendor_id, "name": wanted["name"]}
    return Vendor(vendor_id, owner)


async def _fill_menu(vendor: Vendor) -> str:
    wanted = {"vendorId": vendor.id, "name": "Ful medames", "price": 4500, "category": "Breakfast"}
    product: str = (await vendor.owner.do(marketplace.SAVE_PRODUCT, input=wanted))["product"]["id"]
    stranger = Someone(vendor.owner.platform, "nobody")

    async def is_found() -> bool:
        found = await stranger.ask(marketplace.SEARCH, query="ful medames")
        return product in [edge["node"]["id"] for edge in found["searchCatalog"]["edges"]]

    await _wait_for(is_found)
    return product


async def _place(customer: Someone, vendor_id: str, product: str) -> str:
    wanted = {
        "idempotencyKey": "the first one",
        "vendorId": vendor_id,
        "items": [{"productId": product, "quantity": 2}],
        "deliveryAddress": DOOR,
    }
    placed = await customer.do(marketplace.PLACE_ORDER, input=wanted)
    order_id: str = placed["order"]["id"]
    return order_id


async def _new_rider(admin: Someone) -> Someone:
    """Somebody who applies, is approved, and goes on duty near the vendor."""
    rider = Someone(admin.platform, "Rami")
    await rider.register()
    applied = await rider.do(marketplace.APPLY)
    await admin.do(marketplace.APPROVE, id=applied["rider"]["id"])

    async def is_rider() -> bool:
        await rider.log_in()
        return bool((await rider.ask("{ me { role } }"))["me"]["role"] == "RIDER")

    await _wait_for(is_rider)
    await rider.do(marketplace.ON_DUTY)
    await rider.do(marketplace.HERE, input=PLACE)
    return rider


async def _deliver_by_rider(admin: Someone, order_id: str) -> None:
    rider = await _new_rider(admin)
    await _offered(rider, order_id)
    for step in ("acceptAssignment", "pickUp", "completeAssignment"):
        await rider.do(marketplace.rider_step(step), orderId=order_id)
    past = await rider.ask(
        "{ me { rider { assignments(state: PAST) { edges { node { order { id } } } } } } }"
    )
    edges = past["me"]["rider"]["assignments"]["edges"]
    assert [edge["node"]["order"]["id"] for edge in edges] == [order_id]
    await rider.do(marketplace.OFF_DUTY)  # the next order is for somebody else


async def _let_go_by_a_rider(admin: Someone, vendor: Vendor, order_id: str) -> None:
    """The only rider declines: with one offer gone by, the provider is to have it."""
    rider = await _new_rider(admin)
    await vendor.prepare(order_id)
    await _offered(rider, order_id)
    await rider.do(marketplace.rider_step("declineAssignment"), orderId=order_id)


async def _offered(rider: Someone, order_id: str) -> None:
    """Wait for the offer, as a rider's app does."""
    offers_of = rider.platform.subscribe(marketplace.OFFERS, {}, token=rider.token)
    async with asyncio.timeout(60), offers_of as offers:
        async for offer in offers:
            if offer["assignmentOffers"]["order"]["id"] == order_id:
                return


async def _deliver_by_provider(vendor: Vendor, order_id: str) -> None:
    async def has_courier() -> bool:
        order = (await vendor.owner.ask(marketplace.DELIVERY, id=order_id))["order"]
        return order["delivery"]["deliveredBy"] == "PROVIDER" and bool(order["delivery"]["reference"])

    await _wait_for(has_courier)
    for step in ("markPickedUp", "markDelivered"):
        await vendor.owner.do(marketplace.order_step(step), id=order_id)


async def _rate(customer: Someone, vendor: Vendor, order_id: str, product: str) -> None:
    async def is_delivered() -> bool:
        return bool((await customer.ask(marketplace.DELIVERY, id=order_id))["order"]["status"] == "DELIVERED")

    await _wait_for(is_delivered)
    stars = {"stars": 5, "products": [{"productId": product, "stars": 4}]}
    await customer.do(marketplace.RATE, id=order_id, text="Like at home.", **stars)

    async def is_rated() -> bool:
        shown = await customer.ask(marketplace.RATINGS, vendor=vendor.id)
        return bool(shown["vendor"]["rating"] == 5)

    await _wait_for(is_rated)
    reviews = (await customer.ask(marketplace.RATINGS, vendor=vendor.id))["vendor"]["reviews"]
    assert [edge["node"]["text"] for edge in reviews["edges"]] == ["Like at home."]


async def _wait_for(condition: Any) -> None:
    """Ask until it is so: events are on their way."""
    async with asyncio.timeout(60):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.1)
