"""Versions, deletions and rebuilding while others write, in both backends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from search import Deletion, Document, Query, RebuildOvertaken, SearchBackend, Written
from search.postgres import PostgresSearch
from tests.search.catalogue import ALL, GRILL, fill, product


async def names_of(backend: SearchBackend, text: str = "") -> list[str]:
    await backend.refresh()
    return sorted(hit.id for hit in (await backend.search(Query(tenant="main", text=text, first=100))).hits)


async def test_an_older_version_never_replaces_a_newer_one(backend: SearchBackend) -> None:
    await fill(backend, product("p-1", "Kofta", version=5))
    late = await backend.index([product("p-1", "Falafel", version=4)])
    assert late == Written(applied=0, stale=1)
    assert await names_of(backend, "falafel") == []
    assert await names_of(backend, "kofta") == ["p-1"]


async def test_the_same_event_twice_changes_nothing(backend: SearchBackend) -> None:
    await fill(backend, GRILL)
    assert await backend.index([GRILL]) == Written(applied=0, stale=1)


async def test_a_deleted_document_is_gone_and_stays_gone(backend: SearchBackend) -> None:
    await fill(backend, product("p-1", "Kofta", version=5))
    assert await backend.delete([Deletion("p-1", "main", 6)]) == Written(applied=1, stale=0)
    assert await backend.index([product("p-1", "Kofta", version=5)]) == Written(applied=0, stale=1)
    assert await names_of(backend) == []


async def test_a_deletion_may_arrive_before_what_it_deletes(backend: SearchBackend) -> None:
    await backend.delete([Deletion("p-1", "main", 6)])
    assert await backend.index([product("p-1", "Kofta", version=5)]) == Written(applied=0, stale=1)


async def test_deletions_are_forgotten_when_nothing_of_before_can_come_any_more(
    backend: SearchBackend,
) -> None:
    await fill(backend, product("p-3", "Kofta", version=5))
    await backend.delete([Deletion("p-1", "main", 6), Deletion("p-2", "main", 60)])
    forgotten = await backend.forget_deletions(10)
    assert await names_of(backend) == ["p-3"]
    assert await backend.index([product("p-2", "Kofta", version=50)]) == Written(applied=0, stale=1)
    if isinstance(backend, PostgresSearch):  # Elasticsearch forgets by its own clock
        assert forgotten == 1
        assert await backend.index([product("p-1", "Kofta", version=5)]) == Written(applied=1, stale=0)


async def test_a_late_deletion_does_not_remove_what_came_back(backend: SearchBackend) -> None:
    await fill(backend, product("p-1", "Kofta", version=7))
    assert await backend.delete([Deletion("p-1", "main", 6)]) == Written(applied=0, stale=1)
    assert await names_of(backend) == ["p-1"]


async def test_a_batch_may_name_a_document_twice(backend: SearchBackend) -> None:
    await fill(backend, product("p-1", "Kofta", version=2), product("p-1", "Falafel", version=1))
    assert await names_of(backend, "kofta") == ["p-1"]


async def test_an_empty_batch_is_nothing(backend: SearchBackend) -> None:
    assert await backend.index([]) == Written(0, 0)
    assert await backend.delete([]) == Written(0, 0)


async def test_ensuring_an_index_twice_keeps_it(backend: SearchBackend) -> None:
    await fill(backend)
    await asyncio.gather(*(backend.ensure_index() for _ in range(4)))
    assert await backend.count() == len(ALL)


async def test_writers_side_by_side_all_arrive(backend: SearchBackend) -> None:
    batches = [[product(f"p-{b}-{n}", f"Dish {n}") for n in range(40)] for b in range(4)]
    shared = [[product(f"p-{n}", f"Dish {n}", version=b) for n in range(40)] for b in range(1, 5)]
    await asyncio.gather(*(backend.index(batch) for batch in [*batches, *shared]))
    await backend.refresh()
    assert await backend.count() == 200


async def stream(*documents: Document) -> AsyncIterator[Document]:
    for document in documents:
        yield document


async def test_a_rebuilt_index_holds_what_it_was_given_and_nothing_else(backend: SearchBackend) -> None:
    await fill(backend, product("p-old", "Forgotten"))
    assert await backend.rebuild(stream(*ALL)) == len(ALL)
    assert await names_of(backend) == sorted(each.id for each in ALL)
    assert await names_of(backend, "shwarma") == ["p-shawarma"]


async def test_searches_go_on_and_writes_arrive_during_a_rebuild(backend: SearchBackend) -> None:
    await fill(backend, product("p-old", "Kofta"))

    async def slowly() -> AsyncIterator[Document]:
        for n in range(60):  # more than a batch of the test's backends
            yield product(f"p-{n}", "Falafel")
        assert await names_of(backend, "kofta") == ["p-old"]
        await backend.index([product("p-new", "Mandi"), product("p-1", "Kunafa", version=9)])
        await backend.delete([Deletion("p-2", "main", 9)])
        yield product("p-1", "Falafel", version=2)

    await backend.rebuild(slowly())
    found = await names_of(backend)
    assert found == sorted({"p-new", *(f"p-{n}" for n in range(60))} - {"p-2"})
    assert await names_of(backend, "kunafa") == ["p-1"]


async def test_a_rebuild_that_broke_off_changes_nothing_and_the_next_succeeds(backend: SearchBackend) -> None:
    await fill(backend, product("p-old", "Kofta"))

    async def broken() -> AsyncIterator[Document]:
        for n in range(60):
            yield product(f"p-{n}", "Falafel")
        raise RuntimeError("the source broke")

    with pytest.raises(RuntimeError, match="the source broke"):
        await backend.rebuild(broken())
    assert await names_of(backend) == ["p-old"]
    await backend.index([product("p-next", "Mandi")])
    assert await backend.rebuild(stream(*ALL)) == len(ALL)
    assert await names_of(backend) == sorted(each.id for each in ALL)


async def test_of_two_rebuilds_the_later_one_wins(backend: SearchBackend) -> None:
    async def overtaken() -> AsyncIterator[Document]:
        yield product("p-1", "Falafel")
        await backend.rebuild(stream(*ALL))

    with pytest.raises(RebuildOvertaken):
        await backend.rebuild(overtaken())
    assert await names_of(backend) == sorted(each.id for each in ALL)


async def test_of_rebuilds_at_the_same_time_each_ends_or_gives_way(backend: SearchBackend) -> None:
    await fill(backend, product("p-old", "Kofta"))
    rebuilds = (backend.rebuild(stream(*ALL)) for _ in range(4))
    ended = await asyncio.gather(*rebuilds, return_exceptions=True)
    assert {each if isinstance(each, int) else type(each) for each in ended} <= {len(ALL), RebuildOvertaken}
    assert len(ALL) in ended
    assert await names_of(backend) == sorted(each.id for each in ALL)
