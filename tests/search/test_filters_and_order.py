"""Filters, sorting, pages and facets, in both backends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from search import BadQuery, Hit, Kind, Point, Query, SearchBackend, Sort, SuggestQuery, Want
from tests.search.catalogue import ALL, CAFE, CAIRO, GIZA, GRILL, PRODUCTS, fill, product

# A Sunday, 23:00 UTC: past midnight in Berlin, so Monday 00:00 by CAFE's clock (CET).
SUNDAY_NIGHT = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
# A Wednesday, 09:30 UTC: 11:30 in Cairo (EET).
WEDNESDAY = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


async def found(backend: SearchBackend, **query: object) -> list[str]:
    return [hit.id for hit in (await backend.search(Query(tenant="main", **query))).hits]  # type: ignore[arg-type]


async def test_kinds(backend: SearchBackend) -> None:
    await fill(backend)
    assert sorted(await found(backend, kinds=(Kind.VENDOR,))) == ["v-cafe", "v-grill"]


async def test_cuisines_are_alternatives(backend: SearchBackend) -> None:
    await fill(backend)
    french = {each.id for each in ALL if "french" in each.cuisines}
    assert set(await found(backend, cuisines=("french",))) == french
    assert len(await found(backend, cuisines=("french", "grill"))) == len(ALL)


async def test_a_price_range_includes_its_ends_and_leaves_vendors_out(backend: SearchBackend) -> None:
    await fill(backend)
    cheap = await found(backend, price_from=300, price_to=500, currency="EGP")
    assert sorted(cheap) == ["p-falafel", "p-koshari", "p-omali"]


async def test_a_least_rating_leaves_the_unrated_out(backend: SearchBackend) -> None:
    await fill(backend)
    assert sorted(await found(backend, rating_from=4.2)) == ["p-koshari", "p-shawarma", "v-grill"]


async def test_only_what_is_available(backend: SearchBackend) -> None:
    await fill(backend)
    assert "p-falafel" not in await found(backend, available=True)


async def test_open_at_goes_by_each_vendors_own_clock(backend: SearchBackend) -> None:
    await fill(backend)
    assert set(await found(backend, open_at=WEDNESDAY, kinds=(Kind.VENDOR,))) == {"v-grill"}
    assert set(await found(backend, open_at=SUNDAY_NIGHT, kinds=(Kind.VENDOR,))) == {"v-cafe"}
    assert set(await found(backend, open_at=SUNDAY_NIGHT, kinds=(Kind.PRODUCT,))) == {"p-brulee", "p-cola"}


async def test_a_vendor_in_a_new_time_zone_is_open_at_once(backend: SearchBackend) -> None:
    await fill(backend, CAFE)
    assert await found(backend, open_at=WEDNESDAY) == []
    await fill(backend, GRILL)
    assert await found(backend, open_at=WEDNESDAY) == ["v-grill"]


async def test_within_a_distance(backend: SearchBackend) -> None:
    await fill(backend)
    assert await found(backend, near=GIZA, within_km=1.0) == ["p-pizza"]
    both = set(await found(backend, near=GIZA, within_km=10.0))
    assert both == {each.id for each in ALL if each.region == "eg"}


async def test_filters_join_with_the_text(backend: SearchBackend) -> None:
    await fill(backend)
    assert await found(backend, text="shwarma", price_to=800) == []
    assert await found(backend, text="shwarma", price_to=1000) == ["p-shawarma"]


async def test_sorted_by_distance_with_the_distance_told(backend: SearchBackend) -> None:
    nowhere = product("p-nowhere", "Floating", location=None)
    await fill(backend, *ALL, nowhere)
    page = await backend.search(Query(tenant="main", sort=Sort.DISTANCE, near=GIZA))
    assert page.hits[0].id == "p-pizza"
    assert {hit.id for hit in page.hits[-3:]} == {"v-cafe", "p-brulee", "p-cola"}
    assert [round(hit.distance_km or 0.0) for hit in page.hits[:2]] == [0, 4]
    assert "p-nowhere" not in [hit.id for hit in page.hits]


async def test_sorted_by_rating_the_unrated_last(backend: SearchBackend) -> None:
    await fill(backend)
    order = await found(backend, sort=Sort.RATING)
    assert order[:4] == ["p-koshari", "v-grill", "p-shawarma", "p-brulee"]
    assert order[-3:] == ["p-cola", "p-omali", "p-pizza"]


@pytest.mark.parametrize(("sort", "reverse"), [(Sort.PRICE_ASC, False), (Sort.PRICE_DESC, True)])
async def test_sorted_by_price_without_vendors(backend: SearchBackend, sort: Sort, reverse: bool) -> None:
    await fill(backend)
    priced = sorted(PRODUCTS, key=lambda each: each.price or 0, reverse=reverse)
    assert await found(backend, sort=sort) == [each.id for each in priced]


@pytest.mark.parametrize("sort", list(Sort))
async def test_pages_join_to_the_whole_without_gap_or_repetition(backend: SearchBackend, sort: Sort) -> None:
    many = [product(f"p-{n:02}", f"Dish {n % 3}", price=100 * (n % 4), rating=n % 3 + 1.0) for n in range(23)]
    await fill(backend, *many)
    whole = Query(tenant="main", text="dish", sort=sort, near=CAIRO, first=50)
    together = [hit.id for hit in (await backend.search(whole)).hits]
    assert len(together) == 23
    assert await _paged(backend, whole, 5) == together


async def _paged(backend: SearchBackend, whole: Query, size: int) -> list[str]:
    hits: list[Hit] = []
    more = True
    while more:
        after = hits[-1].cursor if hits else None
        query = Query(
            tenant="main", text=whole.text, sort=whole.sort, near=whole.near, first=size, after=after
        )
        page = await backend.search(query)
        hits += page.hits
        more = page.has_next
    return [hit.id for hit in hits]


async def test_pages_of_a_forgiven_typo_go_on_forgiving(backend: SearchBackend) -> None:
    await fill(backend, *(product(f"p-{n}", "Shawarma") for n in range(5)))
    assert len(await _paged(backend, Query(tenant="main", text="shwerma"), 2)) == 5


@pytest.mark.parametrize("after", ["", "nonsense", "W10", "bnVsbA"])
async def test_what_is_no_cursor_is_refused(backend: SearchBackend, after: str) -> None:
    with pytest.raises(BadQuery, match="not a cursor") as refused:
        await backend.search(Query(tenant="main", after=after))
    assert refused.value.field == "after"


async def test_a_cursor_of_another_search_is_refused(backend: SearchBackend) -> None:
    await fill(backend)
    page = await backend.search(Query(tenant="main", text="shawarma"))
    with pytest.raises(BadQuery, match="another search"):
        await backend.search(Query(tenant="main", text="pizza", after=page.hits[0].cursor))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        (Query(tenant="main", sort=Sort.DISTANCE), "filters.near"),
        (Query(tenant="main", within_km=5), "filters.near"),
        (Query(tenant="main", near=CAIRO, within_km=-1), "filters.near.km"),
        (Query(tenant="main", near=Point(91, 0), within_km=1), "filters.near"),
        (Query(tenant="main", text="a" * 201), "query"),
    ],
)
async def test_what_cannot_be_asked_is_refused(backend: SearchBackend, query: Query, field: str) -> None:
    with pytest.raises(BadQuery) as refused:
        await backend.search(query)
    assert refused.value.field == field


async def test_facets_count_all_hits_and_not_only_the_page(backend: SearchBackend) -> None:
    await fill(backend)
    want = frozenset({Want.FACETS, Want.TOTAL})
    page = await backend.search(Query(tenant="main", first=1, want=want))
    facets = {facet.field: {each.value: each.count for each in facet.values} for facet in page.facets}
    assert page.total == len(ALL)
    assert facets == {
        "cuisine": {"egyptian": 6, "grill": 6, "french": 3},
        "kind": {"PRODUCT": 7, "VENDOR": 2},
    }


async def test_a_chosen_cuisine_narrows_the_total_but_not_its_own_facet(backend: SearchBackend) -> None:
    await fill(backend)
    want = frozenset({Want.FACETS, Want.TOTAL})
    page = await backend.search(Query(tenant="main", cuisines=("french",), want=want))
    facets = {facet.field: {each.value: each.count for each in facet.values} for facet in page.facets}
    assert page.total == 3
    assert facets["cuisine"] == {"egyptian": 6, "grill": 6, "french": 3}
    assert facets["kind"] == {"PRODUCT": 2, "VENDOR": 1}


async def test_a_search_without_hits_has_a_total_of_nought(backend: SearchBackend) -> None:
    await fill(backend)
    page = await backend.search(Query(tenant="main", text="xylophone", want=frozenset(Want)))
    assert (page.total, page.hits, page.corrected) == (0, (), False)


async def test_a_vendors_own_documents_are_itself_and_its_products(backend: SearchBackend) -> None:
    await fill(backend)
    page = await backend.search(Query(tenant="main", vendor_id="v-cafe", first=50))
    assert {hit.id for hit in page.hits} == {"v-cafe", "p-brulee", "p-cola"}
    page = await backend.search(Query(tenant="main", text="grill", vendor_id="v-cafe"))
    assert page.hits == ()


async def test_what_is_hidden_is_found_by_those_who_ask_for_it_too(backend: SearchBackend) -> None:
    draft = replace(product("p-draft", "Secret Sauce"), hidden=True)
    await fill(backend, GRILL, draft)
    assert (await backend.search(Query(tenant="main", text="secret"))).hits == ()
    for query in (
        Query(tenant="main", text="secret", hidden=True),
        Query(tenant="main", text="secret", hidden=True, vendor_id="v-grill"),
    ):
        assert [hit.id for hit in (await backend.search(query)).hits] == ["p-draft"]
    total = await backend.search(Query(tenant="main", want=frozenset({Want.TOTAL, Want.FACETS})))
    assert (total.total, [value.count for value in total.facets[1].values]) == (1, [1])
    assert await backend.suggest(SuggestQuery("main", "secr")) == []
    await fill(backend, replace(draft, hidden=False, version=draft.version + 1))
    assert [hit.id for hit in (await backend.search(Query(tenant="main", text="secret"))).hits] == ["p-draft"]
    assert [each.text for each in await backend.suggest(SuggestQuery("main", "secr"))] == ["Secret Sauce"]


async def test_a_cursor_belongs_to_what_its_reader_may_see(backend: SearchBackend) -> None:
    await fill(backend)
    page = await backend.search(Query(tenant="main", vendor_id="v-grill", first=1, hidden=True))
    for other in (Query(tenant="main", first=1, vendor_id="v-grill"), Query(tenant="main", first=1)):
        with pytest.raises(BadQuery, match="another search"):
            await backend.search(replace(other, after=page.hits[0].cursor))
