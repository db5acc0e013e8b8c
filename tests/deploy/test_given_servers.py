"""`waybill up` on servers that are given: Debian's PostgreSQL behind PgBouncer, Redis, real Elasticsearch."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest

from stack.demo.logins import LOGINS
from stack.demo.plan import read_plan
from stack.embedded.ports import LOCALHOST, free_ports
from stack.servers.probe_postgres import PostgresServer
from stack.servers.trouble import Code
from tests.search.elasticsearch_node import Node
from tests.stack.terminal import SMALL, Terminal

from .box import Box
from .servers import PASSWORD, USER, run_sql, start_pgbouncer, start_primary, start_redis
from .test_platform import README_QUERY, SEARCH

REDIS_PASSWORD = "for-redis"
INDEX = "waybill-given"
PINNED = "ALTER FUNCTION ll_to_earth(float8, float8) SET search_path = public"


@dataclass(frozen=True)
class Given:
    """Servers that somebody else runs, by their ports, and a terminal beside them."""

    box: Box
    postgres: int
    pgbouncer: int
    redis: int
    elasticsearch: str
    terminal: Terminal

    def direct(self, database: str, user: str = USER, password: str = PASSWORD) -> str:
        return f"postgresql://{user}:{password}@{LOCALHOST}:{self.postgres}/{database}"

    def pooled(self, database: str) -> str:
        return f"postgresql://{USER}:{PASSWORD}@{LOCALHOST}:{self.pgbouncer}/{database}"

    @property
    def rider_id(self) -> str:
        """The demo's rider."""
        plan = read_plan(self.terminal.home.demo_plan)
        assert plan
        return plan.examples["riderId"]

    @property
    def arguments(self) -> list[str]:
        """All three kinds of servers, as they are given to `waybill up`."""
        return [
            *("--postgres", self.pooled("shard0"), "--postgres", self.pooled("shard1")),
            *("--redis", f"redis://:{REDIS_PASSWORD}@{LOCALHOST}:{self.redis}/0"),
            *("--elasticsearch", self.elasticsearch),
        ]


@pytest.fixture(scope="module")
def given(box: Box, elasticsearch_node: Node) -> Iterator[Given]:
    postgres, pgbouncer, redis = free_ports(3)
    start_primary(box, "given-postgres", postgres)
    run_sql(
        box,
        postgres,
        *(f"CREATE DATABASE given{n}" for n in range(2)),
        "CREATE ROLE plain LOGIN PASSWORD 'plain'",
        "CREATE DATABASE plain OWNER plain",
        "CREATE DATABASE others",
    )
    places = {f"shard{n}": f"host={LOCALHOST} port={postgres} dbname=given{n}" for n in range(2)}
    start_pgbouncer(box, places, pgbouncer, "given-pgbouncer")
    start_redis(box, redis, name="given-redis", options=["--requirepass", REDIS_PASSWORD])
    home = box.root / "given-home"
    env = {**os.environ, **SMALL, "WAYBILL_HOME": str(home), "WAYBILL_PORT": "0"}
    env |= {"WAYBILL_STATEMENT_CACHE_SIZE": "0", "WAYBILL_ELASTICSEARCH_INDEX": INDEX}
    yield Given(box, postgres, pgbouncer, redis, elasticsearch_node.url, Terminal(env))
    for name in ("given-redis", "given-pgbouncer", "given-postgres"):
        box.stop(name)


async def ask(http: httpx.AsyncClient, query: str, variables: dict[str, Any] | None = None) -> Any:
    response = await http.post("/graphql", json={"query": query, "variables": variables})
    answer = response.json()
    assert "errors" not in answer, answer
    return answer["data"]


async def sign_in(http: httpx.AsyncClient, who: str) -> None:
    login = "mutation($p: String!, $w: String!) { login(phone: $p, password: $w) { accessToken } }"
    data = await ask(http, login, {"p": LOGINS[who].phone, "w": LOGINS[who].password})
    http.headers["authorization"] = f"Bearer {data['login']['accessToken']}"


def test_all_that_is_wrong_with_given_servers_is_said_at_once(given: Given) -> None:
    nowhere = free_ports(1)[0]
    refused = Terminal({**given.terminal.env, "WAYBILL_SERVERS_SECONDS": "0.2"}).run(
        "up",
        *("--postgres", given.direct("given0", password="wrong")),
        *("--postgres", given.direct("nowhere")),
        *("--postgres", given.direct("plain", "plain", "plain")),
        *("--postgres", given.direct("others", "plain", "plain")),
        *("--postgres", f"postgresql://{LOCALHOST}:{nowhere}/shard"),
        *("--redis", f"redis://{LOCALHOST}:{given.redis}/0"),
        *("--elasticsearch", f"http://{LOCALHOST}:{nowhere}"),
    )
    assert refused.returncode == 1
    lines = [line.strip().removeprefix("waybill: ") for line in refused.stderr.splitlines()]
    assert [line.partition(":")[0] for line in lines] == [
        *(Code.REFUSES, Code.REFUSES, Code.EXTENSION, Code.REFUSES, Code.UNREACHABLE),
        *(Code.REFUSES, Code.UNREACHABLE),
    ]
    for line, said in zip(
        lines,
        (
            "password",
            '"nowhere"',
            "earthdistance",
            "schemas",
            "shard 4",
            "redis://USER:PASSWORD",
            "--elastic",
        ),
        strict=True,
    ):
        assert said in line
    assert "wrong" not in refused.stderr  # no password is shown


async def test_the_platform_runs_on_given_servers(given: Given) -> None:
    env = {
        **given.terminal.env,
        "WAYBILL_DIRECT_SHARDS": f"{given.direct('given0')},{given.direct('given1')}",
    }
    with Terminal(env).up(*given.arguments) as (_, lines):
        assert not [line for line in lines if line.startswith(("postgres", "valkey"))]  # none is embedded
        assert [line for line in lines if line.startswith("demo data: ready")]
        url = next(line.split()[1] for line in lines if line.startswith("Router:"))
        async with httpx.AsyncClient(base_url=url, timeout=60) as http:
            await look_around(http)
        async with httpx.AsyncClient(base_url=url, timeout=60) as rider:
            await follow(rider, given.rider_id)
    async with httpx.AsyncClient() as http:
        index = (await http.get(f"{given.elasticsearch}/{INDEX}/_count")).json()
    assert index["count"] == int(SMALL["WAYBILL_DEMO_PRODUCTS"]) + int(SMALL["WAYBILL_DEMO_VENDORS"])


async def look_around(http: httpx.AsyncClient) -> None:
    """Ask the README's query and search."""
    await sign_in(http, "customer")
    orders = [edge["node"] for edge in (await ask(http, README_QUERY))["me"]["orders"]["edges"]]
    assert len(orders) == 5
    assert all(order["items"][0]["product"]["name"] for order in orders)
    assert (await ask(http, SEARCH))["searchCatalog"]["totalCount"] > 0


async def follow(http: httpx.AsyncClient, rider_id: str) -> None:
    """Subscribe to the demo's rider, and see him move."""
    await sign_in(http, "rider")
    wanted = {
        "query": "subscription($id: ID!) { riderLocation(riderId: $id) { lat } }",
        "variables": {"id": rider_id},
    }
    async with (
        asyncio.timeout(60),
        http.stream("POST", "/graphql", json=wanted, headers={"accept": "text/event-stream"}) as events,
        asyncio.TaskGroup() as group,
    ):
        moving = group.create_task(move(http))
        async for line in events.aiter_lines():
            if "riderLocation" in line:
                break
        moving.cancel()


async def move(http: httpx.AsyncClient) -> None:
    """Report one place after the other: the subscription may begin after the first."""
    mutation = "mutation($input: ReportLocationInput!) { reportLocation(input: $input) { errors { code } } }"
    for step in range(10_000):
        await ask(http, mutation, {"input": {"lat": 31.95 + step / 1e4, "lon": 35.91, "heading": 0.0}})
        await asyncio.sleep(0.1)


def test_the_same_databases_in_another_order_are_refused(given: Given) -> None:
    refused = given.terminal.run(
        *("up", "--postgres", given.direct("given1"), "--postgres", given.direct("given0")),
    )
    assert refused.returncode == 1
    assert refused.stderr.count(Code.MISPLACED) == 2
    assert "is shard 1 of 2 by its data" in refused.stderr
    fewer = given.terminal.run("up", "--postgres", given.direct("given0"))
    assert "shard 0" in fewer.stderr
    assert "of 1 is shard 0 of 2" in fewer.stderr


async def test_a_backup_of_a_shard_is_restored_into_another_database(given: Given) -> None:
    dump = str(given.box.root / "shard0.dump")
    run_sql(given.box, given.postgres, "CREATE DATABASE restored")
    # As docs/production.md says: what the index calls looks for its own functions in the search path.
    prepare = ["CREATE EXTENSION earthdistance CASCADE", PINNED]
    await asyncio.to_thread(run_sql, given.box, given.postgres, *prepare, database="restored")
    for command in (
        ["pg_dump", "--format=custom", f"--file={dump}", given.direct("given0")],
        ["pg_restore", f"--dbname={given.direct('restored')}", "--exit-on-error", dump],
    ):
        await asyncio.to_thread(given.box.run, command)
    restored = PostgresServer("shard 0", given.direct("restored"), "WAYBILL_SHARDS", True, (0, 2))
    await restored.probe()
    counts = [await count_orders(given.direct(database)) for database in ("given0", "restored")]
    assert counts[0] == counts[1] > 0


async def count_orders(dsn: str) -> int:
    connection = await asyncpg.connect(dsn)
    count: int = await connection.fetchval("SELECT count(*) FROM orders.orders")
    await connection.close()
    return count
