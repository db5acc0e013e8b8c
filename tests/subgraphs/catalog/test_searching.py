from typing import Any

from sqlalchemy import delete

from subgraphs.catalog.models import ProductRow
from subgraphs.common.auth import Role
from subgraphs.common.ids import new_id
from tests.subgraphs.catalog.market import Market, bucket_of_shard
from tests.subgraphs.catalog.test_saving import save

SEARCH = """query($query: String! = "", $filters: SearchFilters, $sort: SearchSort! = RELEVANCE,
        $first: Int, $after: String) {
    searchCatalog(query: $query, filters: $filters, sort: $sort, first: $first, after: $after) {
        edges { node { ... on Product { productName: name vendor { name } } ... on Vendor { name } }
            score cursor distanceKm highlights { field text } }
        facets { cuisine { value count } kind { value count } } totalCount tookMs corrected
        pageInfo { hasNextPage endCursor } } }"""


async def found(market: Market, **arguments: Any) -> Any:
    reply = await market.client.send(SEARCH, **arguments)
    assert reply.errors == []
    return reply.data["searchCatalog"]


def names(page: Any) -> list[str]:
    return [edge["node"].get("name") or edge["node"]["productName"] for edge in page["edges"]]


async def test_shwarma_finds_shawarma_without_a_login(market: Market) -> None:
    vendor = await market.vendor("Abou Tarek")
    await market.product(vendor, "Chicken Shawarma")
    await market.product(vendor, "Koshari")
    await market.settle()
    page = await found(market, query="shwarma")
    assert names(page) == ["Chicken Shawarma"]
    assert page["corrected"] is True
    edge = page["edges"][0]
    assert edge["node"]["vendor"] == {"name": "Abou Tarek"}
    assert edge["highlights"] == [{"field": "name", "text": "Chicken <mark>Shawarma</mark>"}]
    assert page["totalCount"] == 1
    assert page["facets"]["cuisine"] == [{"value": "egyptian", "count": 1}]


async def test_hits_of_both_kinds_cost_one_statement_a_shard_and_type(market: Market) -> None:
    for n in range(8):
        vendor = await market.vendor(f"Pizza house {n}", id=new_id(bucket_of_shard(n % 4)))
        await market.product(vendor, f"Pizza {n}")
    await market.settle()
    reply = await market.client.send(SEARCH, query="pizza", first=50)
    assert len(reply.data["searchCatalog"]["edges"]) == 16
    assert reply.most == {"ProductById": 1, "VendorById": 1}  # the products' vendors are hits too


async def test_pages_join_and_cursors_go_on(market: Market) -> None:
    vendor = await market.vendor("Gad")
    for n in range(5):
        await market.product(vendor, f"Pizza {n}", price=100 * n)
    await market.settle()
    first = await found(market, query="pizza", sort="PRICE_ASC", first=3)
    after = first["pageInfo"]["endCursor"]
    second = await found(market, query="pizza", sort="PRICE_ASC", first=3, after=after)
    assert names(first) + names(second) == [f"Pizza {n}" for n in range(5)]
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)


async def test_filters_join(market: Market) -> None:
    near = await market.vendor("Near", place=(30.0, 31.0))
    far = await market.vendor("Far", place=(31.0, 31.0), hours=[])
    for vendor in (near, far):
        await market.product(vendor, "Pizza", price=1000)
    await market.settle()
    filters = {
        "kinds": ["PRODUCT"],
        "cuisines": ["egyptian"],
        "price": {"min": 900, "max": 1100, "currency": "EGP"},
        "openNow": True,
        "available": True,
        "near": {"lat": 30.0, "lon": 31.001, "km": 2},
    }
    page = await found(market, query="pizza", filters=filters, sort="DISTANCE")
    assert [edge["node"]["vendor"]["name"] for edge in page["edges"]] == ["Near"]
    assert 0.05 < page["edges"][0]["distanceKm"] < 0.2


async def test_bad_searches_are_coded_errors(market: Market) -> None:
    for arguments in (
        {"sort": "DISTANCE"},
        {"after": "x"},
        {"first": 101},
        {"query": "x" * 201},
        {"query": "x" * 1_000_000},
        {"filters": {"cuisines": ["pizza"] * 51}},
        {"filters": {"kinds": ["VENDOR"] * 3}},
        {"filters": {"near": {"lat": 100, "lon": 0, "km": 1}}},
    ):
        reply = await market.client.send(SEARCH, **arguments)
        assert reply.codes == ["BAD_USER_INPUT"]


async def test_a_saved_product_is_found_once_indexed_and_by_its_new_name_only(
    market: Market,
) -> None:
    vendor = await market.vendor()
    id = (await save(market, vendor, name="Molokhia"))["product"]["id"]
    await market.settle()
    assert names(await found(market, query="molokhia")) == ["Molokhia"]
    await save(market, vendor, id=id, name="Bamia")
    await market.settle()
    assert names(await found(market, query="molokhia")) == []
    assert names(await found(market, query="bamia")) == ["Bamia"]


async def test_what_is_gone_from_the_shards_is_left_out(market: Market) -> None:
    vendor = await market.vendor()
    id = await market.product(vendor, "Besara")
    await market.settle()
    async with market.shards.transaction(id) as session:
        await session.execute(delete(ProductRow).where(ProductRow.id == id))
    assert names(await found(market, query="besara")) == []


async def test_suggestions_complete_a_prefix(market: Market) -> None:
    vendor = await market.vendor()
    await market.product(vendor, "Chicken Shawarma")
    await market.settle()
    reply = await market.client.send('{ suggest(prefix: "shaw") { text kind id } }')
    (suggestion,) = reply.data["suggest"]
    assert (suggestion["text"], suggestion["kind"]) == ("Chicken Shawarma", "PRODUCT")


async def test_nothing_crosses_tenants(market: Market) -> None:
    vendor = await market.vendor("Abou Tarek")
    await market.product(vendor, "Pizza")
    await market.settle()
    stranger = market.issuer.person(Role.ADMIN, tenant="elsewhere")
    reply = await market.client.send(SEARCH, stranger.token, query="pizza")
    assert reply.data["searchCatalog"]["edges"] == []
