"""Customers' ratings become reviews and ratings, once, whatever comes twice or for another marketplace."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from subgraphs.catalog.rate import GROUP, ApplyRatings
from subgraphs.common.events import Consumer
from subgraphs.common.ids import new_id
from subgraphs.common.outbox import emit
from tests.subgraphs.catalog.market import Market, bucket_of_shard

REVIEWS = """query($id: ID!, $first: Int, $after: String) { vendor(id: $id) { rating ratingCount
    reviews(first: $first, after: $after) {
        edges { node { stars text at } } pageInfo { hasNextPage endCursor } } } }"""
OF_PRODUCT = """query($id: ID!) { product(id: $id) { rating ratingCount
    reviews { edges { node { stars text } } } } }"""


async def rate(
    market: Market,
    vendor: UUID,
    stars: int | None,
    text: str | None = None,
    *,
    products: dict[UUID, int] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Tell of a rating, as orders does."""
    order = more.pop("order", None) or new_id()
    rated = {
        "orderId": str(order),
        "customerId": str(new_id()),
        "vendorId": str(vendor),
        "vendorStars": stars,
        "products": [{"id": str(id), "stars": each} for id, each in (products or {}).items()],
        "riderId": None,
        "riderStars": None,
        "text": text,
        "at": more.pop("at", datetime.now(UTC)).isoformat(),
    }
    tenant = more.pop("tenant", market.settings.tenant)
    async with market.shards.transaction(order) as session:
        await emit(session, "order.rated", order, rated, tenant=tenant)
    return rated


async def apply(market: Market) -> None:
    await market.publish()
    handle = ApplyRatings(market.shards).handle
    consumer = Consumer(market.resources.valkey, ["orders"], GROUP, handle, settings=market.settings)
    await consumer.prepare()
    while await consumer.step(block_ms=1):
        pass


async def shown(market: Market, vendor: UUID, **page: Any) -> dict[str, Any]:
    reply = await market.client.send(REVIEWS, id=str(vendor), **page)
    assert reply.errors == []
    found: dict[str, Any] = reply.data["vendor"]
    return found


def said(found: dict[str, Any]) -> list[tuple[int, str | None]]:
    return [(edge["node"]["stars"], edge["node"]["text"]) for edge in found["reviews"]["edges"]]


async def test_a_rating_is_a_review_of_the_vendor_and_of_each_product(market: Market) -> None:
    vendor = await market.vendor()
    koshari, tea = await market.product(vendor, "Koshari"), await market.product(vendor, "Tea")
    await rate(market, vendor, 5, "Best in town", products={koshari: 4, tea: 2})
    await rate(market, vendor, 2, products={koshari: 5})
    await apply(market)
    found = await shown(market, vendor)
    assert (found["rating"], found["ratingCount"]) == (3.5, 2)
    assert said(found) == [(2, None), (5, "Best in town")]
    words = "Best in town"
    for id, rating, reviews in ((koshari, 4.5, [(5, None), (4, words)]), (tea, 2.0, [(2, words)])):
        product = (await market.client.send(OF_PRODUCT, id=str(id))).data["product"]
        assert (product["rating"], product["ratingCount"]) == (rating, len(reviews))
        assert said(product) == reviews


async def test_the_rating_goes_on_from_what_it_was(market: Market) -> None:
    vendor = await market.vendor(rating=4.0, rating_sum=12, ratings=3)
    await rate(market, vendor, 2)
    await apply(market)
    found = await shown(market, vendor)
    assert (found["rating"], found["ratingCount"]) == (3.5, 4)


async def test_an_event_that_comes_twice_counts_once_and_so_does_an_order(market: Market) -> None:
    vendor = await market.vendor()
    order = new_id()
    for _ in range(2):
        await rate(market, vendor, 5, order=order)
    await apply(market)
    # The stream is read from its beginning once more.
    await market.resources.valkey.xgroup_destroy("waybill:events:orders", GROUP)
    await apply(market)
    found = await shown(market, vendor)
    assert (found["rating"], found["ratingCount"], said(found)) == (5.0, 1, [(5, None)])


async def test_what_is_not_the_vendors_or_of_another_marketplace_is_left_alone(market: Market) -> None:
    vendor, other = await market.vendor(), await market.vendor("Other")
    theirs = await market.product(other)
    await rate(market, vendor, None, "for the rider", products={theirs: 1, new_id(like=vendor): 1})
    await rate(market, vendor, 1, tenant="elsewhere")
    await rate(market, new_id(), 1)
    await apply(market)
    assert await shown(market, vendor) == {
        "rating": None,
        "ratingCount": 0,
        "reviews": {"edges": [], "pageInfo": {"hasNextPage": False, "endCursor": None}},
    }
    assert (await market.client.send(OF_PRODUCT, id=str(theirs))).data["product"]["ratingCount"] == 0


async def test_reviews_come_newest_first_in_pages(market: Market) -> None:
    vendor = await market.vendor()
    now = datetime.now(UTC)
    for n in range(5):
        await rate(market, vendor, n + 1, at=now - timedelta(days=n))
    await apply(market)
    stars: list[int] = []
    after = None
    for _ in range(3):
        found = await shown(market, vendor, first=2, after=after)
        stars += [each for each, _ in said(found)]
        after = found["reviews"]["pageInfo"]["endCursor"]
    assert (stars, found["reviews"]["pageInfo"]["hasNextPage"]) == ([1, 2, 3, 4, 5], False)
    bad = await market.client.send(REVIEWS, id=str(vendor), after="x")
    assert bad.codes == ["BAD_USER_INPUT"]


async def test_reviews_of_a_list_of_vendors_cost_one_statement_a_shard(market: Market) -> None:
    for n in range(8):
        await rate(market, await market.vendor(id=new_id(bucket_of_shard(n % 4))), 4)
    await apply(market)
    query = "{ vendors { edges { node { reviews { edges { node { stars } } } } } } }"
    reply = await market.client.send(query)
    vendors = [edge["node"]["reviews"]["edges"] for edge in reply.data["vendors"]["edges"]]
    assert vendors == [[{"node": {"stars": 4}}]] * 8
    assert reply.most == {"vendors": 1, "ReviewsByPage": 1}


async def test_another_marketplace_sees_none_of_them(market: Market) -> None:
    vendor = await market.vendor()
    await rate(market, vendor, 5)
    await apply(market)
    stranger = market.issuer.person(tenant="elsewhere")
    assert (await market.client.send(REVIEWS, stranger.token, id=str(vendor))).data == {"vendor": None}


@pytest.mark.parametrize("kind", ["VENDOR", "PRODUCT"])
async def test_search_goes_by_the_new_ratings(market: Market, kind: str) -> None:
    liked, other = await market.vendor("Koshari One"), await market.vendor("Koshari Two")
    dishes = [await market.product(each, f"Koshari {n}") for n, each in enumerate((liked, other))]
    await market.settle()
    await rate(market, other, 2, products={dishes[1]: 2})
    await rate(market, liked, 5, products={dishes[0]: 5})
    await apply(market)
    await market.settle()
    query = """query($kinds: [SearchKind!]) { searchCatalog(query: "koshari", sort: RATING,
        filters: {kinds: $kinds, rating: 1}) { edges { node { ... on Vendor { rating }
        ... on Product { stars: rating } } } } }"""
    reply = await market.client.send(query, kinds=[kind])
    nodes = [edge["node"] for edge in reply.data["searchCatalog"]["edges"]]
    assert [node.get("rating") or node["stars"] for node in nodes] == [5.0, 2.0]
