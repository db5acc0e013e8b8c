"""What is found by which words, in both backends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search import Query, SearchBackend, Want
from tests.search.catalogue import ALL, GRILL, fill, product


async def ids(backend: SearchBackend, text: str, **more: object) -> list[str]:
    page = await backend.search(Query(tenant="main", text=text, **more))  # type: ignore[arg-type]
    return [hit.id for hit in page.hits]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("shawarma", "p-shawarma"),
        ("SHAWARMA", "p-shawarma"),
        ("shwarma", "p-shawarma"),
        ("shawrama", "p-shawarma"),
        ("chiken shawerma", "p-shawarma"),
        ("chicken", "p-shawarma"),
        ("spicy", "p-shawarma"),
        ("piza", "p-pizza"),
        ("pziza", "p-pizza"),
        ("pizzas", "p-pizza"),
        ("margh", "p-pizza"),
        ("creme brulee", "p-brulee"),
        ("Crème Brûlée", "p-brulee"),
        ("crème bruleé", "p-brulee"),
        ("brule", "p-brulee"),
        ("كشري", "p-koshari"),
        ("koshari", "p-koshari"),
        ("kushari", "p-koshari"),
        ("lentils", "p-koshari"),
        ("ام علي", "p-omali"),
        ("أُمّ على", "p-omali"),
        ("soda", "p-cola"),
        ("soft drink", "p-cola"),
        ("cold soda", None),
        ("taameya", "p-falafel"),
        ("abou tarek", "v-grill"),
        ("cafe creme", "v-cafe"),
    ],
)
async def test_what_is_typed_finds_what_is_meant(
    backend: SearchBackend, typed: str, meant: str | None
) -> None:
    await fill(backend)
    found = await ids(backend, typed)
    assert meant in found if meant else not found


async def test_all_words_must_be_there(backend: SearchBackend) -> None:
    await fill(backend)
    assert await ids(backend, "pizza shawarma") == []


async def test_a_typo_is_forgiven_only_when_nothing_has_the_word_itself(backend: SearchBackend) -> None:
    rice, mice = product("p-rice", "Rice"), product("p-rich", "Rich broth")
    await fill(backend, rice, mice)
    assert await ids(backend, "rice") == ["p-rice"]
    page = await backend.search(Query(tenant="main", text="ricf"))
    assert page.corrected
    assert "p-rice" in [hit.id for hit in page.hits]


async def test_short_words_forgive_nothing(backend: SearchBackend) -> None:
    await fill(backend, product("p-ox", "Ox tail"))
    assert await ids(backend, "ax") == []


async def test_a_match_in_the_name_comes_before_one_in_the_description(backend: SearchBackend) -> None:
    named = product("p-named", "Harissa")
    mentioned = product("p-mentioned", "Soup", description="With a spoon of harissa and bread")
    await fill(backend, mentioned, named)
    assert await ids(backend, "harissa") == ["p-named", "p-mentioned"]


async def test_of_equal_matches_the_better_rated_comes_first(backend: SearchBackend) -> None:
    plain = product("p-a", "Lamb kofta")
    loved = product("p-b", "Lamb kofta", rating=4.8, ratings=900)
    await fill(backend, plain, loved)
    assert await ids(backend, "kofta") == ["p-b", "p-a"]


async def test_an_empty_text_finds_everything(backend: SearchBackend) -> None:
    await fill(backend)
    assert sorted(await ids(backend, "")) == sorted(each.id for each in ALL)


async def test_punctuation_alone_is_an_empty_text(backend: SearchBackend) -> None:
    await fill(backend)
    assert len(await ids(backend, " !?* ")) == len(ALL)


async def test_query_syntax_is_plain_text(backend: SearchBackend) -> None:
    await fill(backend)
    assert await ids(backend, "shawarma' OR :* & | ( ! \\") == []
    assert await ids(backend, "(shawarma:*)") == ["p-shawarma"]


async def test_nothing_crosses_tenants(backend: SearchBackend) -> None:
    await fill(backend, replace(GRILL, tenant="other"))
    assert await ids(backend, "grill") == []
    page = await backend.search(Query(tenant="other", text="gril"))
    assert [hit.id for hit in page.hits] == ["v-grill"]


async def test_highlights_mark_the_words_and_escape_the_rest(backend: SearchBackend) -> None:
    await fill(backend)
    page = await backend.search(Query(tenant="main", text="lentils", want=frozenset({Want.HIGHLIGHTS})))
    (hit,) = page.hits
    shown = dict(hit.highlights)["description"]
    assert shown.startswith("<mark>Lentils</mark>, rice &amp; pasta &lt;b&gt;hot")
    assert "<b>" not in shown


@pytest.mark.parametrize("typed", ["shawarma", "shwarma", "shawar"])
async def test_highlights_mark_what_was_meant(backend: SearchBackend, typed: str) -> None:
    await fill(backend)
    page = await backend.search(Query(tenant="main", text=typed, want=frozenset({Want.HIGHLIGHTS})))
    assert dict(page.hits[0].highlights)["name"] == "Chicken <mark>Shawarma</mark>"


async def test_what_is_not_wanted_is_not_computed(backend: SearchBackend) -> None:
    await fill(backend)
    page = await backend.search(Query(tenant="main", text="shawarma"))
    assert page.total is None
    assert page.facets == ()
    assert page.hits[0].highlights == ()
