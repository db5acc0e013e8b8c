"""Whose marketplace a request without a token is about."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import uuid4

import asyncpg
import pytest

from subgraphs.common.errors import CodedError
from subgraphs.common.tenants import Asked, Tenants, host_name


class Row(NamedTuple):
    id: str
    hosts: list[str]
    status: str = "ACTIVE"


class Table:
    """The table of tenants as its readers see it; `away` is the shard's absence."""

    def __init__(self, *rows: Row) -> None:
        self.rows, self.reads, self.away = list(rows), 0, False

    async def read(self) -> Sequence[Any]:
        self.reads += 1
        await asyncio.sleep(0)
        if self.away:
            raise ConnectionError
        return list(self.rows)


def kept(table: Table) -> Tenants:
    return Tenants(table.read, default="main", seconds=60)


NORTH = Row("north", ["shop.north.example"])


@pytest.mark.parametrize(
    ("name", "host", "tenant"),
    [
        ("north", "elsewhere.example", "north"),
        ("main", "shop.north.example", "main"),
        (None, "shop.north.example", "north"),
        (None, "Shop.North.Example.:8443", "north"),
        (None, "shop.north.example, proxy.internal", "north"),
        (None, "elsewhere.example", "main"),
        (None, None, "main"),
    ],
)
async def test_the_name_comes_before_the_host_and_the_default_last(
    name: str | None, host: str | None, tenant: str
) -> None:
    assert await kept(Table(NORTH)).of_request(name, host) == tenant


@pytest.mark.parametrize("name", ["south", "closed", "NORTH", "north' OR true"])
async def test_a_name_of_no_open_marketplace_is_refused(name: str) -> None:
    tenants = kept(Table(NORTH, Row("closed", ["closed.example"], "CLOSED")))
    with pytest.raises(CodedError) as refused:
        await tenants.of_request(name, None)
    assert refused.value.code.value == "NOT_FOUND"
    assert await tenants.of_request(None, "closed.example") == "main"


async def test_requests_at_once_look_once() -> None:
    table = Table(NORTH)
    tenants = kept(table)
    found = await asyncio.gather(*(tenants.of_request(None, "shop.north.example") for _ in range(9)))
    assert (set(found), table.reads) == ({"north"}, 1)


async def test_unknown_names_do_not_make_a_look_each() -> None:
    table = Table(NORTH)
    tenants = kept(table)
    given = [tenants.of_request(f"guess{n}", None) for n in range(50)]
    refused = await asyncio.gather(*given, return_exceptions=True)
    assert {type(each).__name__ for each in refused} == {"NotFound"}
    assert table.reads == 1


async def test_a_marketplace_that_was_made_a_moment_ago_is_known_by_its_name() -> None:
    table = Table(NORTH)
    tenants = kept(table)
    await tenants.look()
    table.rows.append(Row("south", []))
    found = await asyncio.gather(*(tenants.of_request("south", None) for _ in range(9)))
    assert (set(found), table.reads) == ({"south"}, 2)


async def test_what_was_known_goes_on_while_the_shard_is_away() -> None:
    table = Table(NORTH)
    tenants = kept(table)
    await tenants.look()
    table.away = True
    await tenants.look()
    assert await tenants.of_request(None, "shop.north.example") == "north"


async def test_nobody_guesses_a_hosts_tenant_before_the_table_was_read() -> None:
    table = Table(NORTH)
    table.away = True
    with pytest.raises(CodedError) as refused:
        await kept(table).of_request(None, "shop.north.example")
    assert refused.value.code.value == "UNAVAILABLE"


def test_a_host_is_known_without_its_port() -> None:
    assert [host_name(host) for host in ("[::1]:4000", "[::1]", "A.b:1")] == ["[::1]", "[::1]", "a.b"]


def test_the_routers_word_for_the_host_comes_before_its_own() -> None:
    headers = {"host": "users:8000", "x-forwarded-host": "shop.example", "waybill-tenant": "north"}
    assert Asked.by(headers) == Asked(None, "north", "shop.example")


async def test_a_host_leads_to_one_marketplace(shards: tuple[str, ...]) -> None:
    name = f"t{uuid4().hex}"
    insert = "INSERT INTO waybill.tenants (id, name, hosts, currency, region) VALUES ($1, '', $2, 'EGP', '')"
    connection = await asyncpg.connect(shards[0])
    try:
        await connection.execute(insert, name, [f"{name}.example", f"www.{name}.example"])
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute(insert, f"{name}-2", [f"other.{name}.example", f"www.{name}.example"])
    finally:
        await connection.close()
