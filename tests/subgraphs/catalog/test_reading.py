import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, text
from sqlalchemy.dialects.postgresql import dialect

from search import Point
from subgraphs.catalog.list_vendors import VendorFilter, _nearest
from subgraphs.common.auth import Role
from subgraphs.common.connections import Page, encode_cursor
from subgraphs.common.ids import new_id
from subgraphs.common.models import TENANTS_SHARD, TenantRow
from tests.subgraphs.catalog.market import ALWAYS, CAIRO, Market, bucket_of_shard

VENDOR = """query($id: ID!) { vendor(id: $id) { id name cuisines region location { lat lon } isOpen rating
    openingHours { day opens closes } deliveryFee { amount currency } prepTime
    menu { edges { node { name products { edges { node { id name vendor { id } } } } } } } } }"""
PRODUCT = """query($id: ID!) { product(id: $id) { id name description price { amount currency } available tags
    rating image vendor { name } } }"""


def nodes(page: dict[str, Any]) -> list[dict[str, Any]]:
    return [edge["node"] for edge in page["edges"]]


async def test_anonymous_reads_a_vendor_of_the_default_tenant(market: Market) -> None:
    id = await market.vendor("Abou Tarek", rating=4.5, prep_minutes=15)
    reply = await market.client.send(VENDOR, id=str(id))
    assert reply.errors == []
    vendor = reply.data["vendor"]
    assert (vendor["name"], vendor["rating"], vendor["prepTime"]) == ("Abou Tarek", 4.5, 15)
    assert vendor["deliveryFee"] == {"amount": 1500, "currency": "EGP"}
    assert vendor["isOpen"] is True
    assert vendor["openingHours"][0] == {"day": "MONDAY", "opens": "00:00", "closes": "00:00"}


async def another_marketplace(market: Market) -> tuple[str, str]:
    """Its name, which is also its host's, and its vendor's id."""
    name = f"t{uuid4().hex}"
    tenant = {"id": name, "name": "North", "hosts": [f"{name}.example"], "currency": "EGP", "region": "north"}
    async with market.shards.transaction_on(TENANTS_SHARD) as session:
        await session.execute(insert(TenantRow).values(tenant))
    return name, str(await market.vendor("Northern Grill", tenant_id=name))


async def test_anonymous_reads_the_marketplace_that_is_named(market: Market) -> None:
    name, id = await another_marketplace(market)
    found = await market.client.send(VENDOR, told={"waybill-tenant": name}, id=id)
    assert (found.errors, found.data["vendor"]["name"]) == ([], "Northern Grill")
    assert (await market.client.send(VENDOR, id=id)).data["vendor"] is None


async def test_anonymous_reads_the_marketplace_of_the_host(market: Market) -> None:
    name, id = await another_marketplace(market)
    await market.client.app.state.tenants.look()
    found = await market.client.send(VENDOR, told={"x-forwarded-host": f"{name}.example:443"}, id=id)
    assert (found.errors, found.data["vendor"]["name"]) == ([], "Northern Grill")
    elsewhere = await market.client.send(VENDOR, told={"x-forwarded-host": "elsewhere.example"}, id=id)
    assert elsewhere.data["vendor"] is None


async def test_a_token_counts_more_than_a_name(market: Market) -> None:
    name, id = await another_marketplace(market)
    stranger = market.issuer.person()
    found = await market.client.send(VENDOR, stranger.token, told={"waybill-tenant": name}, id=id)
    assert found.data["vendor"] is None


async def test_a_marketplace_that_is_none_is_not_found(market: Market) -> None:
    refused = await market.client.send(VENDOR, told={"waybill-tenant": "nowhere"}, id=str(new_id()))
    assert (refused.data, refused.codes) == (None, ["NOT_FOUND"])


async def test_a_vendor_without_hours_is_closed(market: Market) -> None:
    id = await market.vendor(hours=[])
    assert (await market.client.send(VENDOR, id=str(id))).data["vendor"]["isOpen"] is False


async def test_the_menu_keeps_the_order_of_categories_and_products(market: Market) -> None:
    id = await market.vendor()
    for position, (category, name) in enumerate(
        [("Mains", "Koshari"), ("Drinks", "Tea"), ("Mains", "Molokhia"), ("Drinks", "Karkadeh")]
    ):
        await market.product(id, name, category=category, position=position)
    menu = (await market.client.send(VENDOR, id=str(id))).data["vendor"]["menu"]
    assert [(part["name"], [each["name"] for each in nodes(part["products"])]) for part in nodes(menu)] == [
        ("Mains", ["Koshari", "Molokhia"]),
        ("Drinks", ["Tea", "Karkadeh"]),
    ]


async def test_a_product_tells_its_vendor(market: Market) -> None:
    vendor = await market.vendor("Gad")
    id = await market.product(vendor, "Foul", price=900, tags=["vegan"], available=False)
    product = (await market.client.send(PRODUCT, id=str(id))).data["product"]
    assert product["price"] == {"amount": 900, "currency": "EGP"}
    assert (product["available"], product["tags"], product["vendor"]["name"]) == (False, ["vegan"], "Gad")


async def test_what_does_not_exist_is_null_and_a_bad_id_is_an_error(market: Market) -> None:
    assert (await market.client.send(VENDOR, id=str(new_id()))).data == {"vendor": None}
    assert (await market.client.send(PRODUCT, id="nonsense")).codes == ["BAD_USER_INPUT"]


async def test_another_tenants_vendor_does_not_exist(market: Market) -> None:
    id = await market.vendor()
    stranger = market.issuer.person(tenant="elsewhere")
    assert (await market.client.send(VENDOR, stranger.token, id=str(id))).data == {"vendor": None}
    reply = await market.client.entities(
        "... on Vendor { name }", [{"__typename": "Vendor", "id": str(id)}], stranger.token
    )
    assert reply.data == {"_entities": [None]}


async def test_entities_of_two_types_cost_one_statement_a_shard_and_type(market: Market) -> None:
    vendors = [await market.vendor(f"V{n}", id=new_id(bucket_of_shard(n % 4))) for n in range(12)]
    products = [await market.product(vendor, f"P{n}") for n, vendor in enumerate(vendors)]
    representations = [
        {"__typename": name, "id": str(id)}
        for name, ids in (("Vendor", vendors), ("Product", products))
        for id in ids
    ]
    reply = await market.client.entities(
        "... on Vendor { name } ... on Product { productName: name price { amount } }", representations
    )
    names = [each.get("name") or each["productName"] for each in reply.data["_entities"]]
    assert names == [f"V{n}" for n in range(12)] + [f"P{n}" for n in range(12)]
    assert reply.most == {"VendorById": 1, "ProductById": 1}


async def test_menus_of_a_list_of_vendors_cost_one_statement_a_shard_and_level(market: Market) -> None:
    for n in range(8):
        vendor = await market.vendor(f"V{n}", id=new_id(bucket_of_shard(n % 4)))
        await market.product(vendor)
    products = "products { edges { node { name vendor { name } } } }"
    query = f"{{ vendors {{ edges {{ node {{ name menu {{ edges {{ node {{ {products} }} }} }} }} }} }} }}"
    reply = await market.client.send(query)
    assert len(reply.data["vendors"]["edges"]) == 8
    assert reply.most == {
        "vendors": 1, "CategoriesByMenuPage": 1, "ProductsByCategoryPage": 1, "VendorById": 1,
    }  # fmt: skip


MENU = """query($id: ID!, $first: Int, $after: String, $many: Int, $behind: String) { vendor(id: $id) {
    menu(first: $first, after: $after) { pageInfo { hasNextPage endCursor } edges { node { name
        products(first: $many, after: $behind) { pageInfo { hasNextPage endCursor } edges { node { name } } }
    } } } } }"""


async def test_a_menu_is_read_page_by_page_to_its_end(market: Market) -> None:
    id = await market.vendor()
    for position in range(7):
        category = "ABA"[position % 3] + str(position // 3 % 2)
        await market.product(id, f"P{position}", category=category, position=position)
    names: list[str] = []
    after, has_next = None, True
    while has_next:
        reply = await market.client.send(MENU, id=str(id), first=2, after=after)
        menu = reply.data["vendor"]["menu"]
        names += [part["name"] for part in nodes(menu)]
        after, has_next = menu["pageInfo"]["endCursor"], menu["pageInfo"]["hasNextPage"]
    assert names == ["A0", "B0", "A1", "B1"]


async def test_so_is_a_category(market: Market) -> None:
    id = await market.vendor()
    for number in range(5):
        await market.product(id, f"P{number}", category="Mains", position=number // 2)
    await market.product(id, "Tea", category="Drinks", position=9)
    names: list[str] = []
    behind, has_next = None, True
    while has_next:
        reply = await market.client.send(MENU, id=str(id), first=1, many=2, behind=behind)
        [part] = nodes(reply.data["vendor"]["menu"])
        names += [each["name"] for each in nodes(part["products"])]
        page = part["products"]["pageInfo"]
        behind, has_next = page["endCursor"], page["hasNextPage"]
    assert sorted(names) == [f"P{number}" for number in range(5)]


@pytest.mark.parametrize(
    "arguments",
    [
        {"first": 101},
        {"many": 0},
        {"after": "x"},
        {"after": encode_cursor("x", "y")},
        {"after": encode_cursor(2**31, "y")},
        {"behind": encode_cursor(1)},
        {"behind": encode_cursor(1, "y")},
    ],
)
async def test_a_page_that_cannot_be_is_bad_input(market: Market, arguments: dict[str, Any]) -> None:
    id = await market.vendor()
    await market.product(id)
    assert (await market.client.send(MENU, id=str(id), **arguments)).codes == ["BAD_USER_INPUT"]


async def test_a_menu_within_menus_ends_at_the_limit_while_others_are_served(market: Market) -> None:
    for n in range(20):
        vendor = await market.vendor(f"V{n}", id=new_id(bucket_of_shard(n % 4)))
        for position in range(20):
            await market.product(vendor, f"P{position}", category=f"C{position % 2}", position=position)
    around = "menu { edges { node { products { edges { node { vendor { %s } } } } } } }"
    query = f"{{ vendors(first: 20) {{ edges {{ node {{ {around % (around % (around % 'id'))} }} }} }} }}"
    large = asyncio.create_task(market.client.send(query))
    await asyncio.sleep(0)
    served = 0
    while not large.done():
        assert (await market.client.send("{ vendors(first: 1) { edges { cursor } } }")).errors == []
        served += 1
    reply = await large
    assert (reply.data, reply.codes) == (None, ["RESPONSE_TOO_LARGE"])
    assert served > 3


VENDORS = """query($first: Int, $after: String, $near: NearInput, $cuisine: String) {
    vendors(first: $first, after: $after, near: $near, cuisine: $cuisine) {
        edges { node { name } } pageInfo { hasNextPage endCursor } } }"""


async def _names(market: Market, size: int, **arguments: Any) -> list[str]:
    names, after = [], None
    while True:
        reply = await market.client.send(VENDORS, first=size, after=after, **arguments)
        page = reply.data["vendors"]
        names += [edge["node"]["name"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            return names
        after = page["pageInfo"]["endCursor"]


async def test_vendors_of_all_shards_come_newest_first_in_pages(market: Market) -> None:
    for n in range(9):
        await market.vendor(f"V{n}", id=new_id(bucket_of_shard(n % 4)))
    names = await _names(market, 2)
    assert sorted(names) == [f"V{n}" for n in range(9)]
    assert names == await _names(market, 50)


async def test_vendors_near_a_point_come_nearest_first_in_pages(market: Market) -> None:
    for n in range(7):
        place = (30.0 + n * 0.01, 31.0)
        await market.vendor(f"V{n}", id=new_id(bucket_of_shard(n % 4)), place=place)
    near = {"lat": 30.0, "lon": 31.0, "km": 5}
    assert await _names(market, 2, near=near) == ["V0", "V1", "V2", "V3", "V4"]


async def test_vendors_of_a_cuisine(market: Market) -> None:
    await market.vendor("Roma", cuisines=["italian", "pizza"])
    await market.vendor("Gad", cuisines=["egyptian"])
    assert await _names(market, 10, cuisine="pizza") == ["Roma"]


async def test_bad_arguments_of_the_list_are_coded_errors(market: Market) -> None:
    for arguments in (
        {"first": 101},
        {"first": 0},
        {"after": "x"},
        {"near": {"lat": 99, "lon": 0}},
        {"near": {"lat": 9, "lon": 0, "km": -1}},
        {"near": {"lat": 9, "lon": 0}, "after": "WyJ4Il0"},
    ):
        assert (await market.client.send(VENDORS, **arguments)).codes == ["BAD_USER_INPUT"]


async def test_staff_see_their_vendor_as_everybody_does(market: Market) -> None:
    id = await market.vendor(hours=ALWAYS)
    staff = market.issuer.person(Role.VENDOR_STAFF, vendor_id=id)
    reply = await market.client.send(VENDOR, staff.token, id=str(id))
    assert UUID(reply.data["vendor"]["id"]) == id


async def test_a_text_that_no_database_can_keep_is_bad_input(market: Market) -> None:
    query = "query($cuisine: String!) { vendors(cuisine: $cuisine) { edges { cursor } } }"
    assert (await market.client.send(query, cuisine="a\0b")).codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(
    "near",
    [
        "lat: 5e-324, lon: 1",
        "lat: 1, lon: 5e-324",
        "lat: 1e999, lon: 1",
        "lat: 1, lon: -1e999",
        "lat: 85.06, lon: 1",
        "lat: 1, lon: 1, km: 5e-324",
        "lat: 1, lon: 1, km: 1e999",
    ],
)
@pytest.mark.parametrize("field", ["vendors(near: {%s})", "searchCatalog(filters: {near: {%s}})"])
async def test_numbers_that_no_receiver_measures_are_bad_input(market: Market, field: str, near: str) -> None:
    reply = await market.client.send(f"{{ {field % near} {{ edges {{ cursor }} }} }}")
    assert reply.codes == ["BAD_USER_INPUT"]


async def test_where_a_sum_of_floats_missed_zero_is_a_place(market: Market) -> None:
    await market.vendor("Null Island", place=(0.0, 0.0))
    assert await _names(market, 5, near={"lat": 5.6e-17, "lon": -1e-200}) == ["Null Island"]
    search = "{ searchCatalog(filters: {near: {lat: 5.6e-17, lon: -1e-200, km: 1}}) { edges { cursor } } }"
    assert (await market.client.send(search)).errors == []


async def test_vendors_near_a_place_are_found_by_an_index_behind_row_level_security(market: Market) -> None:
    await market.vendor()
    near = VendorFilter(market.settings.tenant, near=Point(*CAIRO), km=5.0)
    query = _nearest(near, Point(*CAIRO), Page(20, None))
    postgresql = dialect()  # type: ignore[no-untyped-call]
    sql = str(query.compile(dialect=postgresql, compile_kwargs={"literal_binds": True}))
    async with market.resources.shards.of(market.settings.tenant).transaction_on(0) as session:
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join((await session.execute(text(f"EXPLAIN {sql}"))).scalars())
    assert "vendors_tenant_id_lat_lon_idx" in plan
    [condition] = [line for line in plan.splitlines() if "Index Cond" in line]
    assert "lat >=" in condition
    assert "lon >=" in condition


async def test_vendors_across_the_date_line_are_near(market: Market) -> None:
    await market.vendor("Fiji Grill", place=(-17.0, 179.99))
    query = "query($near: NearInput!) { vendors(near: $near) { edges { node { name } } } }"
    found = await market.client.send(query, near={"lat": -17.0, "lon": -179.99, "km": 10})
    assert [edge["node"]["name"] for edge in found.data["vendors"]["edges"]] == ["Fiji Grill"]
