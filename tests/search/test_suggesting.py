"""What a prefix is completed with, in both backends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search import Kind, SearchBackend, SuggestQuery
from tests.search.catalogue import GRILL, fill, product


async def names(backend: SearchBackend, prefix: str, **more: object) -> list[str]:
    found = await backend.suggest(SuggestQuery("main", prefix, **more))  # type: ignore[arg-type]
    return [each.text for each in found]


@pytest.mark.parametrize(
    ("prefix", "completed"),
    [
        ("chick", "Chicken Shawarma"),
        ("CHICKEN SHA", "Chicken Shawarma"),
        ("shaw", "Chicken Shawarma"),
        ("shwa", "Chicken Shawarma"),
        ("creme br", "Crème Brûlée"),
        ("brul", "Crème Brûlée"),
        ("كشر", "كشري"),
        ("ام", "أم علي"),
        ("abou t", "Abou Tarek Grill"),
    ],
)
async def test_a_prefix_of_any_word_of_a_name_completes_to_it(
    backend: SearchBackend, prefix: str, completed: str
) -> None:
    await fill(backend)
    assert completed in await names(backend, prefix)


async def test_a_name_that_many_bear_comes_once(backend: SearchBackend) -> None:
    await fill(backend, *(product(f"p-{n}", "Falafel") for n in range(4)))
    assert await names(backend, "fal") == ["Falafel"]


async def test_the_popular_come_first_up_to_the_limit(backend: SearchBackend) -> None:
    loved = product("p-1", "Soup of lentils", rating=5.0, ratings=999)
    others = [product(f"p-x{n}", f"Soup {n}") for n in range(9)]
    await fill(backend, *others, loved)
    found = await names(backend, "soup", limit=3)
    assert found[0] == "Soup of lentils"
    assert len(found) == 3


@pytest.mark.parametrize("prefix", ["", "  ", "%", "_", "xyz", "a" * 100])
async def test_nothing_is_suggested_for_nothing(backend: SearchBackend, prefix: str) -> None:
    await fill(backend)
    assert await names(backend, prefix) == []


async def test_suggestions_tell_kind_and_id(backend: SearchBackend) -> None:
    await fill(backend)
    (found,) = await backend.suggest(SuggestQuery("main", "abou"))
    assert (found.kind, found.id) == (Kind.VENDOR, "v-grill")


async def test_other_tenants_names_are_not_suggested(backend: SearchBackend) -> None:
    await fill(backend, replace(GRILL, tenant="other"))
    assert await names(backend, "abou") == []


async def test_a_renamed_product_is_no_longer_suggested_by_its_old_name(backend: SearchBackend) -> None:
    await fill(backend, product("p-1", "Falafel"))
    await fill(backend, product("p-1", "Koftas", version=2))
    assert await names(backend, "fal") == []
    assert await names(backend, "kof") == ["Koftas"]
