"""Menus as staff keep them: drafts, deletion, batches, categories; and who sees what of it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from subgraphs.catalog.pauses import end_pauses
from subgraphs.common.auth import Role
from subgraphs.common.ids import new_id
from tests.subgraphs.catalog.market import Market, bucket_of_shard
from tests.subgraphs.catalog.test_saving import change, codes, save
from tests.subgraphs.catalog.test_searching import SEARCH, names
from tests.subgraphs.catalog.test_vendors import PAUSE

PRODUCTS = """query($id: ID!, $filter: ProductFilter, $first: Int, $after: String) { vendor(id: $id) {
    products(filter: $filter, first: $first, after: $after) {
        edges { node { name status available } } pageInfo { hasNextPage endCursor } } } }"""
MENU = """query($id: ID!) { vendor(id: $id) { menu { edges { node { name
    products { edges { node { name } } } } } } } }"""
SET = """mutation($input: SetAvailabilityInput!) { done: setAvailability(input: $input) {
    products { name available } errors { code message field } } }"""
PRICES = """mutation($input: ChangePricesInput!) { done: changePrices(input: $input) {
    products { name price { amount } } errors { code message field } } }"""
DELETE = """mutation($vendor: ID!, $id: ID!) { done: deleteProduct(vendorId: $vendor, id: $id) {
    errors { code message field } } }"""
CREATE_CATEGORY = """mutation($vendor: ID!, $name: String!) { done: createCategory(vendorId: $vendor,
    name: $name) { category { id name } errors { code message field } } }"""
RENAME = """mutation($vendor: ID!, $id: ID!, $name: String!) { done: renameCategory(vendorId: $vendor,
    id: $id, name: $name) { category { id name } errors { code message field } } }"""
REORDER = """mutation($vendor: ID!, $ids: [ID!]!) { done: reorderCategories(vendorId: $vendor, ids: $ids) {
    categories { name } errors { code message field } } }"""
DELETE_CATEGORY = """mutation($vendor: ID!, $id: ID!) { done: deleteCategory(vendorId: $vendor, id: $id) {
    errors { code message field } } }"""
CATEGORIES = """query($id: ID!, $first: Int, $after: String) { vendor(id: $id) { name
    categories(first: $first, after: $after) {
        edges { node { id name } } pageInfo { hasNextPage endCursor } } } }"""


def staff(market: Market, vendor: UUID) -> str:
    return market.issuer.person(Role.VENDOR_STAFF, vendor_id=vendor).token


async def done(market: Market, vendor: UUID, query: str, /, **variables: Any) -> dict[str, Any]:
    reply = await market.client.send(query, staff(market, vendor), **variables)
    assert reply.errors == []
    payload: dict[str, Any] = reply.data["done"]
    return payload


async def listed(market: Market, vendor: UUID, token: str | None = None, **filter: Any) -> list[str]:
    reply = await market.client.send(PRODUCTS, token, id=str(vendor), filter=filter or None)
    assert reply.errors == []
    return [edge["node"]["name"] for edge in reply.data["vendor"]["products"]["edges"]]


async def menu(market: Market, vendor: UUID) -> dict[str, list[str]]:
    reply = await market.client.send(MENU, staff(market, vendor), id=str(vendor))
    parts = [edge["node"] for edge in reply.data["vendor"]["menu"]["edges"]]
    return {p["name"]: [edge["node"]["name"] for edge in p["products"]["edges"]] for p in parts}


async def batches(market: Market) -> list[str]:
    await market.publish()
    entries: Any = await market.resources.valkey.xrange("waybill:events:catalog")
    ours = [fields for _, fields in entries if fields["tenant"] == market.settings.tenant]
    return [fields["topic"] for fields in ours if fields["topic"] in ("product.batch", "product.deleted")]


async def test_a_draft_is_its_staffs_until_it_is_active(market: Market) -> None:
    vendor = await market.vendor()
    await save(market, vendor, name="Koshari")
    draft = (await save(market, vendor, name="Secret", status="DRAFT"))["product"]
    assert draft["available"] is False
    other = market.issuer.person(Role.VENDOR_STAFF, vendor_id=new_id()).token
    query = "query($id: ID!) { product(id: $id) { name } }"
    representation = [{"__typename": "Product", "id": draft["id"]}]
    for token, seen in (
        (staff(market, vendor), True),
        (market.issuer.person(Role.ADMIN).token, True),
        (None, False),
        (market.issuer.person().token, False),
        (other, False),
        (market.issuer.person(Role.ADMIN, tenant="elsewhere").token, False),
    ):
        shown = {"name": "Secret"} if seen else None
        assert (await market.client.send(query, token, id=draft["id"])).data == {"product": shown}
        entities = await market.client.entities("... on Product { name }", representation, token)
        assert entities.data == {"_entities": [shown]}
    assert await listed(market, vendor, staff(market, vendor)) == ["Koshari", "Secret"]
    assert await listed(market, vendor, staff(market, vendor), status="DRAFT") == ["Secret"]
    assert await listed(market, vendor, other) == await listed(market, vendor) == ["Koshari"]
    assert await listed(market, vendor, status="DRAFT") == []
    assert await menu(market, vendor) == {"": ["Koshari"]}
    await change(market, vendor, id=draft["id"], status="ACTIVE")
    assert await menu(market, vendor) == {"": ["Koshari", "Secret"]}


async def test_what_was_on_the_menu_is_no_draft_again(market: Market) -> None:
    vendor = await market.vendor()
    id = (await save(market, vendor))["product"]["id"]
    assert codes(await change(market, vendor, id=id, status="DRAFT")) == [("ILLEGAL_STATUS", "status")]


async def test_products_are_filtered_and_paged(market: Market) -> None:
    vendor = await market.vendor()
    for n in range(5):
        columns = {"category": "Mains" if n % 2 else "Drinks", "available": n != 3, "position": n // 2}
        await market.product(vendor, f"P{n}", **columns)
    assert await listed(market, vendor, category="Mains") == ["P1", "P3"]
    assert await listed(market, vendor, available=False) == ["P3"]
    assert await listed(market, vendor, category="Mains", available=True) == ["P1"]
    found: list[str] = []
    after = None
    for _ in range(3):
        reply = await market.client.send(PRODUCTS, id=str(vendor), first=2, after=after)
        page = reply.data["vendor"]["products"]
        found += [edge["node"]["name"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
    assert (sorted(found), page["pageInfo"]["hasNextPage"]) == ([f"P{n}" for n in range(5)], False)
    bad = await market.client.send(PRODUCTS, id=str(vendor), after="x")
    assert bad.codes == ["BAD_USER_INPUT"]


async def test_products_of_a_list_of_vendors_cost_one_statement_a_shard(market: Market) -> None:
    for n in range(8):
        await market.product(await market.vendor(id=new_id(bucket_of_shard(n % 4))))
    query = "{ vendors { edges { node { products { edges { node { name } } } } } } }"
    reply = await market.client.send(query)
    assert len(reply.data["vendors"]["edges"]) == 8
    assert reply.most == {"vendors": 1, "ProductsByPage": 1}


async def test_a_deleted_product_is_gone_but_for_those_who_have_its_id(market: Market) -> None:
    vendor = await market.vendor()
    id = (await save(market, vendor, name="Besara", category="Mains"))["product"]["id"]
    await market.settle()
    for _ in range(2):
        assert await done(market, vendor, DELETE, vendor=str(vendor), id=id) == {"errors": []}
    assert await batches(market) == ["product.deleted"]
    assert (await listed(market, vendor, staff(market, vendor)), await menu(market, vendor)) == ([], {})
    shown = await market.client.entities(
        "... on Product { name available deletedAt }", [{"__typename": "Product", "id": id}]
    )
    [product] = shown.data["_entities"]
    assert (product["name"], product["available"]) == ("Besara", False)
    assert product["deletedAt"] is not None
    before = await market.client.send(SEARCH, query="besara")
    await market.settle()
    after = await market.client.send(SEARCH, query="besara")
    assert names(before.data["searchCatalog"]) == names(after.data["searchCatalog"]) == []
    assert codes(await change(market, vendor, id=id, name="x")) == [("NOT_FOUND", "id")]


async def test_availability_is_set_of_many_at_once_and_told_once(market: Market) -> None:
    vendor = await market.vendor()
    ids = [str(await market.product(vendor, f"P{n}")) for n in range(3)]
    input = {"vendorId": str(vendor), "productIds": ids, "available": False}
    for _ in range(2):
        payload = await done(market, vendor, SET, input=input)
        assert [product["available"] for product in payload["products"]] == [False] * 3
    assert await batches(market) == ["product.batch"]
    lacking = {**input, "productIds": [*ids, str(new_id(like=vendor))], "available": True}
    assert codes(await done(market, vendor, SET, input=lacking)) == [("NOT_FOUND", "productIds")]
    assert await listed(market, vendor, available=True) == []
    for many in ([], [str(new_id(like=vendor)) for _ in range(501)]):
        payload = await done(market, vendor, SET, input={**input, "productIds": many})
        assert codes(payload) == [("BAD_USER_INPUT", "productIds")]


async def prices(market: Market, vendor: UUID, **input: Any) -> dict[str, Any]:
    return await done(market, vendor, PRICES, input={"vendorId": str(vendor), **input})


def amounts(payload: dict[str, Any]) -> dict[str, int]:
    return {product["name"]: product["price"]["amount"] for product in payload["products"]}


async def test_prices_change_together_or_not_at_all(market: Market) -> None:
    vendor = await market.vendor()
    ids = [str(await market.product(vendor, f"P{n}", price=100)) for n in range(3)]
    wanted = [{"productId": id, "price": 200 + n} for n, id in enumerate(ids)]
    for _ in range(2):
        changed = await prices(market, vendor, prices=wanted)
        assert amounts(changed) == {"P0": 200, "P1": 201, "P2": 202}
    assert await batches(market) == ["product.batch"]
    strange = {"productId": str(new_id(like=vendor)), "price": 1}
    refused = await prices(market, vendor, prices=[{"productId": ids[0], "price": 1}, strange])
    assert codes(refused) == [("NOT_FOUND", "prices")]
    assert amounts(await prices(market, vendor, prices=wanted)) == {"P0": 200, "P1": 201, "P2": 202}


async def test_a_percentage_changes_a_category_once_for_each_key(market: Market) -> None:
    vendor = await market.vendor()
    for name, price, category in (("Tea", 105, "Drinks"), ("Free", 0, "Drinks"), ("Koshari", 100, "Mains")):
        await market.product(vendor, name, price=price, category=category)
    made = await done(market, vendor, CREATE_CATEGORY, vendor=str(vendor), name="Drinks")
    ten = {"categoryId": made["category"]["id"], "percent": 10.0}
    for _ in range(2):
        assert amounts(await prices(market, vendor, **ten, idempotencyKey="a")) == {"Tea": 116, "Free": 0}
    lower = {**ten, "percent": -50.0, "idempotencyKey": "b"}
    assert amounts(await prices(market, vendor, **lower)) == {"Tea": 58, "Free": 0}
    assert await batches(market) == ["product.batch", "product.batch"]
    for input, error in (
        (ten, ("BAD_USER_INPUT", "idempotencyKey")),
        ({**lower, "idempotencyKey": "a"}, ("CONFLICT", "idempotencyKey")),
        ({**lower, "percent": -99.5}, ("BAD_USER_INPUT", "percent")),
        ({**lower, "categoryId": str(new_id(like=vendor))}, ("NOT_FOUND", "categoryId")),
    ):
        assert codes(await prices(market, vendor, **input)) == [error]


async def test_a_price_stays_one_that_can_be_shown(market: Market) -> None:
    vendor = await market.vendor()
    id = await market.product(vendor, "Gold", price=900_000_000, category="Dear")
    made = await done(market, vendor, CREATE_CATEGORY, vendor=str(vendor), name="Dear")
    dearer = {"categoryId": made["category"]["id"], "percent": 20.0, "idempotencyKey": "a"}
    assert codes(await prices(market, vendor, **dearer)) == [("BAD_USER_INPUT", "percent")]
    for price in (-1, 1_000_000_001):
        payload = await prices(market, vendor, prices=[{"productId": str(id), "price": price}])
        assert codes(payload) == [("BAD_USER_INPUT", "prices")]
    twice = [{"productId": str(id), "price": 1}] * 2
    for input in ({"prices": twice}, {}, {"prices": twice[:1], **dearer}, {"percent": 1.0}):
        assert codes(await prices(market, vendor, **input)) == [("BAD_USER_INPUT", "prices")]


async def category(market: Market, vendor: UUID, name: str) -> str:
    made = await done(market, vendor, CREATE_CATEGORY, vendor=str(vendor), name=name)
    return str(made["category"]["id"])


async def test_categories_are_made_renamed_put_in_order_and_deleted(market: Market) -> None:
    vendor = await market.vendor()
    for name, part in (("Koshari", "Mains"), ("Tea", "Drinks"), ("Bread", "")):
        await save(market, vendor, name=name, category=part)
    assert await menu(market, vendor) == {"Mains": ["Koshari"], "Drinks": ["Tea"], "": ["Bread"]}
    empty, drinks, mains = [await category(market, vendor, name) for name in ("New", "Drinks", "Mains")]
    assert await category(market, vendor, "New") == empty
    ordered = await done(market, vendor, REORDER, vendor=str(vendor), ids=[drinks])
    assert [each["name"] for each in ordered["categories"]] == ["Drinks", "Mains", "New"]
    renamed = await done(market, vendor, RENAME, vendor=str(vendor), id=mains, name=" Plates ")
    assert renamed["category"] == {"id": mains, "name": "Plates"}
    assert list(await menu(market, vendor)) == ["Drinks", "Plates", ""]
    for _ in range(2):
        assert await done(market, vendor, DELETE_CATEGORY, vendor=str(vendor), id=drinks) == {"errors": []}
    assert await menu(market, vendor) == {"Plates": ["Koshari"], "": ["Tea", "Bread"]}
    reply = await market.client.send(CATEGORIES, staff(market, vendor), id=str(vendor))
    kept = [edge["node"] for edge in reply.data["vendor"]["categories"]["edges"]]
    assert kept == [{"id": mains, "name": "Plates"}, {"id": empty, "name": "New"}]
    assert await batches(market) == ["product.batch"] * 2


async def test_bad_categories_are_user_errors(market: Market) -> None:
    vendor = await market.vendor()
    a, b = [await category(market, vendor, name) for name in ("A", "B")]
    theirs = await category(market, await market.vendor("Other"), "Theirs")
    this = str(vendor)
    for query, variables, error in (
        (CREATE_CATEGORY, {"name": " "}, ("BAD_USER_INPUT", "name")),
        (CREATE_CATEGORY, {"name": "x" * 101}, ("BAD_USER_INPUT", "name")),
        (RENAME, {"id": a, "name": "B"}, ("CONFLICT", "name")),
        (RENAME, {"id": theirs, "name": "C"}, ("NOT_FOUND", "id")),
        (REORDER, {"ids": [a, theirs]}, ("NOT_FOUND", "ids")),
        (REORDER, {"ids": [b, b]}, ("BAD_USER_INPUT", "ids")),
    ):
        assert codes(await done(market, vendor, query, vendor=this, **variables)) == [error]


async def test_a_menu_has_not_more_categories_than_are_allowed(market: Market) -> None:
    vendor = await market.vendor()
    for n in range(market.settings.categories_max):
        await market.product(vendor, f"P{n}", category=f"C{n}")
    refused = await done(market, vendor, CREATE_CATEGORY, vendor=str(vendor), name="One more")
    assert codes(refused) == [("BAD_USER_INPUT", "category")]
    assert codes(await save(market, vendor, category="One more")) == [("BAD_USER_INPUT", "category")]
    assert codes(await save(market, vendor, category="C7")) == []


async def test_categories_are_paged_and_refused_without_nulling_anything_else(market: Market) -> None:
    vendor = await market.vendor()
    for name in "ABC":
        await category(market, vendor, name)
    token, found, after = staff(market, vendor), [], None
    for _ in range(2):
        reply = await market.client.send(CATEGORIES, token, id=str(vendor), first=2, after=after)
        page = reply.data["vendor"]["categories"]
        found += [edge["node"]["name"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
    assert found == ["A", "B", "C"]
    for nobody, code in ((None, "UNAUTHENTICATED"), (market.issuer.person().token, "FORBIDDEN")):
        refused = await market.client.send(CATEGORIES, nobody, id=str(vendor))
        assert (refused.codes, refused.data["vendor"]["categories"]) == ([code], None)
        assert refused.data["vendor"]["name"] == "Abou Tarek"


@pytest.mark.parametrize("query", [SET, PRICES, DELETE, CREATE_CATEGORY, RENAME, REORDER, DELETE_CATEGORY])
async def test_only_the_vendors_staff_and_admins_change_its_menu(market: Market, query: str) -> None:
    vendor, other = await market.vendor(), await market.vendor("Other")
    product, part = str(await market.product(vendor)), await category(market, vendor, "Mains")
    this = str(vendor)
    variables: dict[str, dict[str, Any]] = {
        SET: {"input": {"vendorId": this, "productIds": [product], "available": False}},
        PRICES: {"input": {"vendorId": this, "prices": [{"productId": product, "price": 1}]}},
        DELETE: {"vendor": this, "id": product},
        CREATE_CATEGORY: {"vendor": this, "name": "Drinks"},
        RENAME: {"vendor": this, "id": part, "name": "Plates"},
        REORDER: {"vendor": this, "ids": [part]},
        DELETE_CATEGORY: {"vendor": this, "id": part},
    }

    async def attempt(token: str | None) -> list[tuple[str, str | None]]:
        return codes((await market.client.send(query, token, **variables[query])).data["done"])

    person = market.issuer.person
    for token, code in (
        (None, "UNAUTHENTICATED"),
        (person().token, "FORBIDDEN"),
        (person(Role.RIDER).token, "FORBIDDEN"),
        (person(Role.VENDOR_STAFF, vendor_id=other).token, "FORBIDDEN"),
    ):
        assert await attempt(token) == [(code, None)]
    assert await attempt(person(Role.ADMIN, tenant="elsewhere").token) == [("NOT_FOUND", "vendorId")]
    for token in (staff(market, vendor), person(Role.ADMIN).token):
        assert await attempt(token) == []


async def test_a_portal_finds_its_drafts_and_what_its_pause_hides(market: Market) -> None:
    vendor, other = await market.vendor("Abou Tarek"), await market.vendor("Gad")
    await save(market, vendor, name="Koshari")
    await save(market, vendor, name="Koshari draft", status="DRAFT")
    await market.product(other, "Koshari too")
    await market.settle()

    async def found(token: str | None, vendor_id: UUID | None = None) -> list[str]:
        filters = {"vendorId": str(vendor_id)} if vendor_id else {}
        reply = await market.client.send(SEARCH, token, query="koshari", filters=filters)
        assert reply.errors == []
        assert len(reply.data["searchCatalog"]["edges"]) == reply.data["searchCatalog"]["totalCount"]
        return sorted(names(reply.data["searchCatalog"]))

    own, stranger = staff(market, vendor), staff(market, other)
    assert await found(own, vendor) == ["Koshari", "Koshari draft"]
    assert await found(own) == await found(None) == ["Koshari", "Koshari too"]
    assert await found(stranger, vendor) == await found(None, vendor) == ["Koshari"]
    until = datetime.now(UTC) + timedelta(days=1)
    await done(market, vendor, PAUSE, id=str(vendor), until=until.isoformat())
    late = await market.client.send(SEARCH, query="koshari")
    assert names(late.data["searchCatalog"]) == ["Koshari too"]
    await market.settle()
    assert await found(own, vendor) == ["Koshari", "Koshari draft"]
    assert (await found(stranger, vendor), await found(None)) == ([], ["Koshari too"])


async def test_a_pause_that_is_over_ends_for_search_too(market: Market) -> None:
    now = datetime.now(UTC)
    vendor = await market.vendor(state="PAUSED", paused_until=now - timedelta(seconds=1))
    later = await market.vendor(state="PAUSED", paused_until=now + timedelta(hours=1))
    for each, name in ((vendor, "Over"), (later, "Later")):
        await market.product(each, f"Koshari {name}")
    await market.settle()
    assert await end_pauses(market.shards) == 1
    assert await end_pauses(market.shards) == 0
    await market.settle()
    reply = await market.client.send(SEARCH, query="koshari")
    assert names(reply.data["searchCatalog"]) == ["Koshari Over"]


async def test_what_a_holiday_closes_is_not_open_now(market: Market) -> None:
    around = [datetime.now(UTC).date() + timedelta(days=n) for n in (-2, -1, 0, 1, 2)]
    await market.vendor("Koshari House", holidays=[{"date": d.isoformat(), "spans": []} for d in around])
    await market.vendor("Koshari Corner")
    await market.settle()
    reply = await market.client.send(SEARCH, query="koshari", filters={"openNow": True})
    assert names(reply.data["searchCatalog"]) == ["Koshari Corner"]
