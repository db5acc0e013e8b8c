"""Search through the one endpoint, without a login."""

from __future__ import annotations

from .platform import Platform

SEARCH = """
query Search($query: String!, $after: String) {
  searchCatalog(query: $query, first: 5, after: $after) {
    edges { cursor node { __typename ... on Product { id name } ... on Vendor { id name cuisines } } }
    facets { cuisine { value count } }
    totalCount
    pageInfo { hasNextPage endCursor }
  }
}
"""


async def test_a_misspelt_dish_is_found(platform: Platform) -> None:
    found = (await platform.data(SEARCH, {"query": "shwarma"}))["searchCatalog"]

    names = " ".join(edge["node"]["name"].lower() for edge in found["edges"])
    assert "shawarma" in names


async def test_anonymous_finds_pizza_with_a_cuisine_facet_and_a_second_page(platform: Platform) -> None:
    first = (await platform.data(SEARCH, {"query": "pizza"}))["searchCatalog"]
    second = (await platform.data(SEARCH, {"query": "pizza", "after": first["pageInfo"]["endCursor"]}))[
        "searchCatalog"
    ]

    assert first["totalCount"] > 5
    assert first["facets"]["cuisine"]
    ids = [edge["node"]["id"] for page in (first, second) for edge in page["edges"]]
    assert len(ids) == len(set(ids)) == 10


async def test_suggestions_complete_a_prefix(platform: Platform) -> None:
    suggested = (await platform.data('{ suggest(prefix: "shaw") { text } }'))["suggest"]

    assert any("shawarma" in entry["text"].lower() for entry in suggested)
