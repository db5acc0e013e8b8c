"""Making, changing, pausing and closing vendors, by whoever may."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select

from search import Point
from subgraphs.catalog.delivery_cells import cells_of
from subgraphs.catalog.models import DeliveryCellRow, VendorRow
from subgraphs.catalog.schema import schema as catalog_schema
from subgraphs.common.auth import Role
from subgraphs.common.models import TENANTS_SHARD, TenantRow
from tests.subgraphs.catalog.market import ALWAYS, Market
from tests.subgraphs.catalog.test_delivering import names as delivering
from tests.subgraphs.catalog.test_terms import SQUARE

SHOWN = """vendor { id name description cuisines region city street location { lat lon } timezone state
    pausedUntil isOpen openingHours { day opens closes } holidays { date hours { opens closes } }
    deliveryArea { radiusKm rings { lat lon } } deliveryFee { amount currency }
    feesByDistance { upToKm fee { amount } } minimumOrder { amount } prepTime deliveryRule ridersOffers }
    errors { code message field }"""
CREATE = f"mutation($input: CreateVendorInput!) {{ done: createVendor(input: $input) {{ {SHOWN} }} }}"
UPDATE = f"mutation($input: UpdateVendorInput!) {{ done: updateVendor(input: $input) {{ {SHOWN} }} }}"
PAUSE = f"mutation($id: ID!, $until: DateTime) {{ done: pauseVendor(id: $id, until: $until) {{ {SHOWN} }} }}"
RESUME = f"mutation($id: ID!) {{ done: resumeVendor(id: $id) {{ {SHOWN} }} }}"
CLOSE = f"mutation($id: ID!) {{ done: closeVendor(id: $id) {{ {SHOWN} }} }}"
NEW: dict[str, Any] = {
    "name": "Koshari Corner",
    "location": {"lat": 30.1, "lon": 31.1},
    "timezone": "Africa/Cairo",
    "region": "north-africa",
    "currency": "EGP",
}


async def done(market: Market, query: str, token: str | None, **variables: Any) -> dict[str, Any]:
    reply = await market.client.send(query, token, **variables)
    assert reply.errors == []
    payload: dict[str, Any] = reply.data["done"]
    return payload


async def create(market: Market, **input: Any) -> dict[str, Any]:
    return await done(market, CREATE, market.issuer.person(Role.ADMIN).token, input={**NEW, **input})


async def update(market: Market, id: str, **input: Any) -> dict[str, Any]:
    staff = market.issuer.person(Role.VENDOR_STAFF, vendor_id=UUID(id))
    return await done(market, UPDATE, staff.token, input={"id": id, **input})


def codes(payload: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(error["code"], error["field"]) for error in payload["errors"]]


async def topics(market: Market) -> list[tuple[str, str]]:
    await market.publish()
    entries: Any = await market.resources.valkey.xrange("waybill:events:catalog")
    ours = [fields for _, fields in entries if fields["tenant"] == market.settings.tenant]
    return [(fields["topic"], fields["key"]) for fields in ours if fields["topic"].startswith("vendor.")]


async def test_an_admin_makes_a_vendor_which_is_closed_until_it_has_hours(market: Market) -> None:
    made = await create(market)
    assert codes(made) == []
    vendor = made["vendor"]
    assert (vendor["name"], vendor["state"], vendor["isOpen"]) == ("Koshari Corner", "ACTIVE", False)
    assert vendor["deliveryFee"] == {"amount": 0, "currency": "EGP"}
    assert vendor["deliveryArea"] == {"radiusKm": 10.0, "rings": None}
    assert await topics(market) == [("vendor.created", vendor["id"])]
    assert await delivering(market, Point(30.1, 31.12)) == ["Koshari Corner"]


async def test_currency_and_region_are_the_marketplaces_unless_given(market: Market) -> None:
    bare = {name: value for name, value in NEW.items() if name not in ("region", "currency")}
    admin = market.issuer.person(Role.ADMIN)
    assert codes(await done(market, CREATE, admin.token, input=bare)) == [("BAD_USER_INPUT", "currency")]
    refused = await done(market, CREATE, admin.token, input={**bare, "currency": "EGP"})
    assert codes(refused) == [("BAD_USER_INPUT", "region")]
    tenant = {"id": market.settings.tenant, "name": "Nile", "currency": "EGP", "region": "nile"}
    async with market.shards.transaction_on(TENANTS_SHARD) as session:
        await session.execute(insert(TenantRow).values(tenant))
    vendor = (await done(market, CREATE, admin.token, input=bare))["vendor"]
    assert (vendor["region"], vendor["deliveryFee"]["currency"]) == ("nile", "EGP")


async def test_the_same_key_makes_one_vendor_and_refuses_another(market: Market) -> None:
    first = await create(market, idempotencyKey="a")
    assert await create(market, idempotencyKey="a") == first
    assert (await create(market, idempotencyKey="b"))["vendor"]["id"] != first["vendor"]["id"]
    again = await create(market, idempotencyKey="a", name="Other")
    assert codes(again) == [("CONFLICT", "idempotencyKey")]
    derived = await create(market)
    assert await create(market) == derived
    assert len(await topics(market)) == 3


async def test_admins_alone_make_and_close_vendors(market: Market) -> None:
    id = (await create(market))["vendor"]["id"]
    staff = market.issuer.person(Role.VENDOR_STAFF, vendor_id=UUID(id))
    for somebody, code in (
        (None, "UNAUTHENTICATED"),
        (market.issuer.person().token, "FORBIDDEN"),
        (market.issuer.person(Role.RIDER).token, "FORBIDDEN"),
        (staff.token, "FORBIDDEN"),
    ):
        assert codes(await done(market, CREATE, somebody, input=NEW)) == [(code, None)]
        assert codes(await done(market, CLOSE, somebody, id=id)) == [(code, None)]


async def test_a_vendors_staff_and_admins_change_it_and_nobody_else_does(market: Market) -> None:
    id = (await create(market))["vendor"]["id"]
    other = await market.vendor("Other")
    tries = [
        (UPDATE, {"input": {"id": id, "name": "Changed"}}),
        (PAUSE, {"id": id}),
        (RESUME, {"id": id}),
    ]
    for query, variables in tries:
        for role in (Role.VENDOR_STAFF, Role.ADMIN):
            vendor_id = UUID(id) if role is Role.VENDOR_STAFF else None
            allowed = market.issuer.person(role, vendor_id=vendor_id)
            assert codes(await done(market, query, allowed.token, **variables)) == []
        for token, code in (
            (None, "UNAUTHENTICATED"),
            (market.issuer.person().token, "FORBIDDEN"),
            (market.issuer.person(Role.VENDOR_STAFF, vendor_id=other).token, "FORBIDDEN"),
        ):
            assert codes(await done(market, query, token, **variables)) == [(code, None)]
        stranger = market.issuer.person(Role.ADMIN, tenant="elsewhere")
        assert codes(await done(market, query, stranger.token, **variables)) == [("NOT_FOUND", "id")]


FULL: dict[str, Any] = {
    "name": "Corner",
    "description": "Since 1950",
    "cuisines": ["egyptian"],
    "region": "nile",
    "city": "Giza",
    "street": "Pyramids 1",
    "location": {"lat": 30.11, "lon": 31.11},
    "timezone": "Asia/Dubai",
    "openingHours": [{"day": "MONDAY", "opens": "09:00", "closes": "17:00"}],
    "holidays": [{"date": "2999-12-25", "hours": [{"opens": "18:00", "closes": "02:00"}]}],
    "deliveryArea": {"rings": [[{"lat": lat, "lon": lon} for lat, lon in SQUARE]]},
    "deliveryFee": 2500,
    "feesByDistance": [{"upToKm": 2.0, "fee": 500}],
    "minimumOrder": 9000,
    "prepTime": 35,
    "deliveryRule": "PROVIDER",
    "ridersOffers": 7,
}
# What null makes of a field; of all others it is refused.
CLEARED: dict[str, Any] = {
    **dict.fromkeys(("description", "city", "street"), ""),
    **{name: [] for name in ("cuisines", "openingHours", "holidays", "feesByDistance")},
    "deliveryFee": 0,
    "minimumOrder": None,
}


def as_input(vendor: dict[str, Any]) -> dict[str, Any]:
    """What is shown, as it would be sent."""
    area = {name: value for name, value in vendor["deliveryArea"].items() if value is not None}
    fees = [{"upToKm": each["upToKm"], "fee": each["fee"]["amount"]} for each in vendor["feesByDistance"]]
    minimum = vendor["minimumOrder"] and vendor["minimumOrder"]["amount"]
    fee = vendor["deliveryFee"]["amount"]
    sent = {"deliveryArea": area, "feesByDistance": fees, "minimumOrder": minimum, "deliveryFee": fee}
    return {name: {**vendor, **sent}[name] for name in FULL}


def test_all_fields_of_the_input_are_tried() -> None:
    fields = catalog_schema._schema.type_map["UpdateVendorInput"].fields  # type: ignore[attr-defined]
    assert set(fields) - {"id"} == set(FULL)


async def test_what_is_set_is_shown_and_what_is_left_out_stays(market: Market) -> None:
    id = (await create(market))["vendor"]["id"]
    for name, value in FULL.items():
        before = as_input((await update(market, id))["vendor"])
        changed = await update(market, id, **{name: value})
        assert codes(changed) == []
        assert as_input(changed["vendor"]) == {**before, name: value}
    assert as_input((await create(market, **FULL))["vendor"]) == FULL


@pytest.mark.parametrize("field", FULL)
async def test_null_clears_or_is_refused(market: Market, field: str) -> None:
    vendor = (await create(market, **FULL))["vendor"]
    payload = await update(market, vendor["id"], **{field: None})
    if field in CLEARED:
        assert as_input(payload["vendor"]) == {**FULL, field: CLEARED[field]}
    else:
        assert codes(payload) == [("BAD_USER_INPUT", field)]


async def test_a_change_of_nothing_is_no_event(market: Market) -> None:
    id = (await create(market, **FULL))["vendor"]["id"]
    await update(market, id, **FULL)
    await update(market, id, name="Other")
    assert await topics(market) == [("vendor.created", id), ("vendor.changed", id)]


async def test_the_cells_follow_the_area(market: Market) -> None:
    id = UUID((await create(market))["vendor"]["id"])
    for input in ({"deliveryArea": {"radiusKm": 3.0}}, {"location": {"lat": 31.0, "lon": 31.0}}):
        await update(market, str(id), **input)
        async with market.shards.transaction(id) as session:
            row = (await session.scalars(select(VendorRow).where(VendorRow.id == id))).one()
            cells = await session.scalars(select(DeliveryCellRow.cell).where(DeliveryCellRow.vendor_id == id))
            assert sorted(cells) == sorted(cells_of(Point(row.lat, row.lon), 3.0, []))


def span(opens: str, closes: str, day: str = "MONDAY") -> dict[str, str]:
    return {"day": day, "opens": opens, "closes": closes}


@pytest.mark.parametrize(
    ("input", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"region": ""}, "region"),
        ({"street": "x" * 301}, "street"),
        ({"cuisines": ["x"] * 1 + [""]}, "cuisines"),
        ({"cuisines": [f"c{n}" for n in range(21)]}, "cuisines"),
        ({"location": {"lat": 91.0, "lon": 0.0}}, "location"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "../etc/passwd"}, "timezone"),
        ({"openingHours": [span("9:00", "17:00")]}, "openingHours"),
        ({"openingHours": [span("24:00", "24:00")]}, "openingHours"),
        ({"openingHours": [span("09:00", "25:00")]}, "openingHours"),
        ({"openingHours": [span("09:00", "12:00"), span("11:59", "15:00")]}, "openingHours"),
        ({"openingHours": [span("22:00", "03:00", "SUNDAY"), span("02:00", "05:00")]}, "openingHours"),
        ({"openingHours": [span(f"{n:02}:00", f"{n:02}:30") for n in range(11)]}, "openingHours"),
        ({"holidays": [{"date": "2999-01-01", "hours": []}] * 2}, "holidays"),
        ({"holidays": [{"date": f"{year}-01-01", "hours": []} for year in range(2900, 3001)]}, "holidays"),
        ({"deliveryArea": {}}, "deliveryArea"),
        ({"deliveryArea": {"radiusKm": 1.0, "rings": []}}, "deliveryArea"),
        ({"deliveryArea": {"radiusKm": 0.0}}, "deliveryArea.radiusKm"),
        ({"deliveryArea": {"radiusKm": 100.1}}, "deliveryArea.radiusKm"),
        ({"deliveryArea": {"rings": []}}, "deliveryArea.rings"),
        ({"deliveryArea": {"rings": [[{"lat": 30.1, "lon": 31.1}] * 3]}}, "deliveryArea.rings"),
        ({"deliveryArea": {"rings": [[{"lat": 30.1, "lon": 31.1}] * 1002]}}, "deliveryArea.rings"),
        (
            {"deliveryArea": {"rings": [[{"lat": lat, "lon": 31.1} for lat in (30.1, 30.2, 39.0)]]}},
            "deliveryArea",
        ),
        ({"deliveryFee": -1}, "deliveryFee"),
        ({"feesByDistance": [{"upToKm": 1.0, "fee": -1}]}, "feesByDistance"),
        ({"feesByDistance": [{"upToKm": 1.0, "fee": 1}] * 2}, "feesByDistance"),
        ({"feesByDistance": [{"upToKm": n + 1.0, "fee": 1} for n in range(21)]}, "feesByDistance"),
        ({"minimumOrder": -1}, "minimumOrder"),
        ({"prepTime": -1}, "prepTime"),
        ({"prepTime": 1441}, "prepTime"),
        ({"ridersOffers": 0}, "ridersOffers"),
    ],
)
async def test_bad_values_are_user_errors_with_their_field(
    market: Market, input: dict[str, Any], field: str
) -> None:
    assert codes(await create(market, **input)) == [("BAD_USER_INPUT", field)]
    id = await market.vendor(place=(30.1, 31.1))
    assert codes(await update(market, str(id), **input)) == [("BAD_USER_INPUT", field)]


async def test_bad_currencies_and_keys_are_user_errors(market: Market) -> None:
    assert codes(await create(market, currency="egp")) == [("BAD_USER_INPUT", "currency")]
    assert codes(await create(market, idempotencyKey="")) == [("BAD_USER_INPUT", "idempotencyKey")]


async def test_hours_may_fill_the_day_and_holidays_that_are_over_are_forgotten(market: Market) -> None:
    days = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
    always = [span("00:00", "24:00", day) for day in days]
    over = [{"date": "1999-12-25", "hours": []}]
    vendor = (await create(market, openingHours=always, holidays=over))["vendor"]
    assert (vendor["isOpen"], vendor["holidays"]) == (True, [])
    async with market.shards.transaction(UUID(vendor["id"])) as session:
        hours: Any = await session.scalar(select(VendorRow.hours).where(VendorRow.id == UUID(vendor["id"])))
    assert hours == [list(span) for span in ALWAYS]


async def test_a_pause_ends_by_itself_or_by_resuming(market: Market) -> None:
    id = str(await market.vendor())
    staff = market.issuer.person(Role.VENDOR_STAFF, vendor_id=UUID(id)).token
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
    paused = (await done(market, PAUSE, staff, id=id, until=until.isoformat()))["vendor"]
    assert (paused["state"], paused["isOpen"]) == ("PAUSED", False)
    assert datetime.fromisoformat(paused["pausedUntil"]) == until
    endless = (await done(market, PAUSE, staff, id=id))["vendor"]
    assert (endless["state"], endless["pausedUntil"]) == ("PAUSED", None)
    resumed = (await done(market, RESUME, staff, id=id))["vendor"]
    assert (resumed["state"], resumed["isOpen"]) == ("ACTIVE", True)
    assert codes(await done(market, PAUSE, staff, id=id, until="2020-01-01T00:00:00Z")) == [
        ("BAD_USER_INPUT", "until")
    ]
    changes = [topic for topic, _ in await topics(market)]
    assert changes == ["vendor.saved", *["vendor.changed"] * 3]


async def test_a_closed_vendor_stays_readable_and_never_sells_again(market: Market) -> None:
    id = str(await market.vendor("Gone"))
    admin = market.issuer.person(Role.ADMIN).token
    for _ in range(2):
        closed = await done(market, CLOSE, admin, id=id)
        assert (closed["vendor"]["state"], closed["vendor"]["isOpen"]) == ("CLOSED", False)
    assert [topic for topic, _ in await topics(market)] == ["vendor.saved", "vendor.closed"]
    for query, variables in (
        (UPDATE, {"input": {"id": id, "name": "Back"}}),
        (PAUSE, {"id": id}),
        (RESUME, {"id": id}),
    ):
        assert codes(await done(market, query, admin, **variables)) == [("ILLEGAL_STATUS", "id")]
    entities = await market.client.entities("... on Vendor { name }", [{"__typename": "Vendor", "id": id}])
    assert entities.data == {"_entities": [{"name": "Gone"}]}
