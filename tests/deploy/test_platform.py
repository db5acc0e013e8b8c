"""One platform on real servers: nginx, two routers, PgBouncer, replicated Postgres, Redis, Elasticsearch."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import signal
import subprocess
import sys
from functools import partial
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from gql import Client, gql
from gql.transport.websockets import WebsocketsTransport

from stack.demo.logins import LOGINS
from stack.embedded.ports import free_ports

from .platform import ROUTERS, SUBGRAPHS, Deployed, is_ready
from .servers import DEPLOY, ROLES

README_QUERY = """
query { me { name orders(first: 5) { edges { node { id status total { amount currency }
  vendor { name rating } items { quantity product { name price { amount } } }
  rider { user { name } location { lat lon at } } eta } } } } }
"""
SEARCH = 'query { searchCatalog(query: "pizza", first: 3) { totalCount edges { node { __typename } } } }'
MENU = """
query { vendors(first: 1) { edges { node { id location { lat lon }
  menu { edges { node { products { edges { node { id available } } } } } } } } } }
"""
PLACE = """
mutation Place($input: PlaceOrderInput!) {
  placeOrder(input: $input) { order { id status } errors { code message } }
}
"""
ORDER = "query Order($id: ID!) { order(id: $id) { status delivery { reference } } }"
ACCEPT = "mutation Accept($id: ID!) { acceptOrder(id: $id) { errors { code message } } }"
MOVE = "mutation($input: ReportLocationInput!) { reportLocation(input: $input) { errors { code } } }"
TRACK = "subscription($id: ID!) { riderLocation(riderId: $id) { lat lon } }"


class Caller:
    """Somebody signed in, through nginx."""

    def __init__(self, deployed: Deployed, http: httpx.AsyncClient, who: str) -> None:
        self.deployed, self._http, self._login = deployed, http, LOGINS[who]
        self.headers: dict[str, str] = {}

    async def ask(self, query: str, variables: dict[str, Any] | None = None, **headers: str) -> Any:
        if not self.headers:
            await self.sign_in()
        return await self._send(query, variables, headers)

    async def sign_in(self) -> None:
        login = "mutation($p: String!, $w: String!) { login(phone: $p, password: $w) { accessToken } }"
        data = await self._send(login, {"p": self._login.phone, "w": self._login.password}, {})
        self.headers = {"authorization": f"Bearer {data['login']['accessToken']}"}

    async def _send(self, query: str, variables: dict[str, Any] | None, headers: dict[str, str]) -> Any:
        response = await self._http.post(
            f"{self.deployed.url}/graphql",
            json={"query": query, "variables": variables},
            headers={**self.headers, **headers},
        )
        assert response.status_code == 200, response.text
        answer = response.json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]


@pytest.fixture
async def http() -> Any:
    async with httpx.AsyncClient(timeout=60) as client:
        yield client


@pytest.fixture
def customer(deployed: Deployed, http: httpx.AsyncClient) -> Caller:
    return Caller(deployed, http, "customer")


async def place_order(customer: Caller, **headers: str) -> str:
    vendor = (await customer.ask(MENU))["vendors"]["edges"][0]["node"]
    products = [edge["node"] for c in vendor["menu"]["edges"] for edge in c["node"]["products"]["edges"]]
    product = next(each for each in products if each["available"])
    wanted = {
        "idempotencyKey": str(uuid4()),
        "vendorId": vendor["id"],
        "items": [{"productId": product["id"], "quantity": 1}],
        "deliveryAddress": {"street": "1 Main Street", "city": "Here", **vendor["location"]},
    }
    payload = (await customer.ask(PLACE, {"input": wanted}, **headers))["placeOrder"]
    assert payload["errors"] == []
    id: str = payload["order"]["id"]
    return id


async def test_the_readmes_query_goes_through_all_of_it(deployed: Deployed, customer: Caller) -> None:
    data = await customer.ask(README_QUERY, None, **{"x-request-id": "the-readmes-query"})

    orders = [edge["node"] for edge in data["me"]["orders"]["edges"]]
    assert len(orders) == 5
    assert all(order["vendor"]["name"] and order["items"][0]["product"]["name"] for order in orders)
    carried = next(order for order in orders if order["status"] == "PICKED_UP")
    assert carried["rider"]["user"]["name"]
    assert carried["rider"]["location"]["lat"]
    assert carried["eta"]
    found = (await customer.ask(SEARCH))["searchCatalog"]  # Elasticsearch
    assert found["totalCount"] > 0
    # Every subgraph answered from behind PgBouncer, and each order is on a replica too.
    assert await rows_of_pgbouncer(deployed) > 0
    ids = [order["id"] for order in orders]
    on_replicas = [await on_replica(pair.dsn(replica=True), ids) for pair in deployed.pairs]
    assert sum(on_replicas) == len(ids)


async def rows_of_pgbouncer(deployed: Deployed) -> int:
    """Ask PgBouncer how many transactions went through it."""
    port = deployed.ports["pgbouncer"]
    argv = [
        "psql",
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
        "-U",
        "waybill_system",
        "-Atc",
        "SHOW STATS_TOTALS",
        "pgbouncer",
    ]
    done = await asyncio.to_thread(deployed.box.run, argv, {"PGPASSWORD": ROLES["waybill_system"]})
    return sum(int(line.split("|")[1]) for line in done.stdout.splitlines() if line.startswith("shard"))


async def on_replica(dsn: str, ids: list[str]) -> int:
    connection = await asyncpg.connect(dsn)
    try:
        assert await connection.fetchval("SELECT pg_is_in_recovery()")
        count: int = await connection.fetchval(
            "SELECT count(*) FROM orders.orders WHERE id = any($1::uuid[])", ids
        )
        return count
    finally:
        await connection.close()


async def test_an_order_is_dispatched_and_reaches_a_replica(
    deployed: Deployed, customer: Caller, http: httpx.AsyncClient
) -> None:
    request = f"placed-{uuid4().hex}"
    await providers_deliver(deployed)
    id = await place_order(customer, **{"x-request-id": request})
    admin = Caller(deployed, http, "admin")
    assert (await admin.ask(ACCEPT, {"id": id}, **{"x-request-id": request}))["acceptOrder"]["errors"] == []

    async with asyncio.timeout(120):
        while not await is_dispatched(customer, id) or not await is_on_a_replica(deployed, id):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    # One id from the door to the job: placing asks the catalog, the worker dispatches for the same request.
    for name in ("nginx", "orders-1", "catalog-1", "worker"):
        await deployed.box.until(f"the log of {name}", partial(is_logged, deployed, name, request))
    await until_a_router_has_logged(deployed, request)


async def providers_deliver(deployed: Deployed) -> None:
    """Of every vendor's orders."""
    for pair in deployed.pairs:
        connection = await asyncpg.connect(pair.dsn())
        await connection.execute("UPDATE catalog.vendors SET delivery_rule = 'PROVIDER'")
        await connection.close()


async def is_dispatched(customer: Caller, id: str) -> bool:
    return bool((await customer.ask(ORDER, {"id": id}))["order"]["delivery"]["reference"])


async def is_on_a_replica(deployed: Deployed, id: str) -> bool:
    return any([await on_replica(pair.dsn(replica=True), [id]) for pair in deployed.pairs])


async def test_many_requests_share_few_connections_of_pgbouncer(customer: Caller) -> None:
    await customer.sign_in()
    answers = await asyncio.gather(*(customer.ask(README_QUERY) for _ in range(60)))
    assert all(len(answer["me"]["orders"]["edges"]) == 5 for answer in answers)


async def test_a_request_can_be_followed_by_its_id_through_all_logs(
    deployed: Deployed, customer: Caller
) -> None:
    id = f"followed-{uuid4().hex}"
    await customer.ask(README_QUERY, None, **{"x-request-id": id})

    for name in ("nginx", *(f"{subgraph}-1" for subgraph in SUBGRAPHS)):
        await deployed.box.until(f"the log of {name}", partial(is_logged, deployed, name, id))
        line = next(line for line in log_of(deployed, name).splitlines() if id in line)
        assert json.loads(line)["requestId"] == id
    await until_a_router_has_logged(deployed, id)


async def until_a_router_has_logged(deployed: Deployed, id: str) -> None:
    await deployed.box.until("the log of a router", lambda: any(is_logged(deployed, r, id) for r in ROUTERS))


def is_logged(deployed: Deployed, name: str, id: str) -> bool:
    return id in log_of(deployed, name)


def log_of(deployed: Deployed, name: str) -> str:
    return deployed.box.log(name).read_text()


async def test_an_instance_more_takes_its_share(deployed: Deployed, customer: Caller) -> None:
    # As docs/production.md says: start it, add its line, let nginx read the file.
    (deployed.ports["orders-2"],) = free_ports(1)
    deployed.start("orders-2")
    await deployed.box.until("orders-2", lambda: is_ready(f"{deployed.part_url('orders-2')}/health/ready"))
    upstreams = deployed.box.root / "nginx" / "upstreams.conf"
    before = upstreams.read_text()
    (line,) = (line for line in before.splitlines() if f":{deployed.ports['orders-1']} " in line)
    another = line.replace(str(deployed.ports["orders-1"]), str(deployed.ports["orders-2"]))
    upstreams.write_text(before.replace(line, f"{line}\n{another}"))
    try:
        deployed.box.running["nginx"].send_signal(signal.SIGHUP)
        id = f"shared-{uuid4().hex}"
        async with asyncio.timeout(60):
            while not is_logged(deployed, "orders-2", id):
                await customer.ask(README_QUERY, None, **{"x-request-id": id})
    finally:
        upstreams.write_text(before)
        deployed.box.running["nginx"].send_signal(signal.SIGHUP)
        await asyncio.to_thread(deployed.box.stop, "orders-2")


async def test_nginx_compresses_and_passes_the_request_id_back(
    deployed: Deployed, http: httpx.AsyncClient
) -> None:
    request = http.build_request(
        "POST",
        f"{deployed.url}/graphql",
        json={"query": "{ vendors(first: 20) { edges { node { id name cuisines region } } } }"},
        headers={"accept-encoding": "gzip"},
    )
    response = await http.send(request, stream=True)
    raw = b"".join([chunk async for chunk in response.aiter_raw()])
    assert response.headers["content-encoding"] == "gzip"
    assert len(json.loads(gzip.decompress(raw))["data"]["vendors"]["edges"]) == 20
    assert response.headers["x-request-id"]


async def test_a_riders_move_arrives_by_websocket_through_nginx(
    deployed: Deployed, http: httpx.AsyncClient
) -> None:
    rider = Caller(deployed, http, "rider")
    await rider.sign_in()
    transport = WebsocketsTransport(
        f"{deployed.url.replace('http', 'ws', 1)}/graphql",
        init_payload=rider.headers,
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
    )
    async with Client(transport=transport) as session, asyncio.timeout(60):
        request = gql(TRACK)
        request.variable_values = {"id": await carrier(deployed, http)}
        events = session.subscribe(request)
        moving = asyncio.create_task(move_forever(rider))
        async for event in events:
            assert event["riderLocation"]["lat"]
            break
        moving.cancel()
        await events.aclose()


async def test_events_leave_nginx_as_they_come_by_sse(deployed: Deployed, http: httpx.AsyncClient) -> None:
    rider = Caller(deployed, http, "rider")
    await rider.sign_in()
    wanted = {"query": TRACK, "variables": {"id": await carrier(deployed, http)}}
    headers = {**rider.headers, "accept": "text/event-stream"}
    moving = asyncio.create_task(move_forever(rider))
    async with (
        asyncio.timeout(60),
        http.stream("POST", f"{deployed.url}/graphql", json=wanted, headers=headers) as response,
    ):
        assert response.headers["content-type"].startswith("text/event-stream")
        async for line in response.aiter_lines():
            if line.startswith("data:") and "riderLocation" in line:
                break  # the stream is still open: nothing was held back
    moving.cancel()


async def carrier(deployed: Deployed, http: httpx.AsyncClient) -> str:
    """Return the id of the demo's rider."""
    query = "query { me { orders(first: 5) { edges { node { status rider { id } } } } } }"
    orders = (await Caller(deployed, http, "customer").ask(query))["me"]["orders"]["edges"]
    id: str = next(o["node"]["rider"]["id"] for o in orders if o["node"]["status"] == "PICKED_UP")
    return id


async def move_forever(rider: Caller) -> None:
    lat = 31.95
    while True:
        lat += 0.0001
        await rider.ask(MOVE, {"input": {"lat": lat, "lon": 35.91, "heading": 0.0}})
        await asyncio.sleep(0.1)


async def test_routers_restart_one_by_one_under_load_without_a_failed_request(
    deployed: Deployed,
) -> None:
    # A connection for each request: nginx before 1.27.4 closes idle ones at a reload.
    limits = httpx.Limits(max_keepalive_connections=0)
    async with httpx.AsyncClient(timeout=60, limits=limits) as http:
        await restart_under_load(deployed, Caller(deployed, http, "customer"))


async def restart_under_load(deployed: Deployed, customer: Caller) -> None:
    await customer.sign_in()
    outcomes: list[int] = []
    stop = asyncio.Event()
    clients = [asyncio.create_task(ask_until(stop, customer, outcomes)) for _ in range(6)]
    try:
        await asyncio.to_thread(restart_routers, deployed)
    finally:
        stop.set()
        await asyncio.gather(*clients)
    assert len(outcomes) > 20
    assert set(outcomes) == {5}  # orders in each answer; `ask` asserts that there were no errors


async def ask_until(stop: asyncio.Event, customer: Caller, outcomes: list[int]) -> None:
    while not stop.is_set():
        data = await customer.ask("query { me { orders(first: 5) { edges { node { id status } } } } }")
        outcomes.append(len(data["me"]["orders"]["edges"]))


def restart_routers(deployed: Deployed) -> None:
    """Run deploy/rolling-restart; a restart is asked of us by a file, as we hold the processes."""
    box = deployed.box
    asked, done = box.root / "asked", box.root / "done"
    for fifo in (asked, done):
        os.mkfifo(fifo)
    restart = box.root / "restart"
    restart.write_text(f'#!/bin/sh\necho "$1" > {asked}\nread answer < {done}\n')
    restart.chmod(0o755)
    nginx = box.root / "nginx"
    env = {
        **os.environ,
        "UPSTREAMS": str(nginx / "upstreams.conf"),
        "RELOAD": f"kill -HUP {box.running['nginx'].pid}",
        "RESTART": str(restart),
    }
    places = {f"127.0.0.1:{deployed.ports[name]}": name for name in ROUTERS}
    rolling = subprocess.Popen([DEPLOY / "rolling-restart", *places], env=env, stdout=sys.stderr)
    try:
        for _ in places:
            name = places[asked.read_text().strip()]
            command = box.commands[name]
            assert box.stop(name) == 0
            box.start(command)
            box.wait(name, partial(is_ready, f"{deployed.part_url(name)}/health/ready"))
            done.write_text("ready\n")
        assert rolling.wait(60) == 0
    finally:
        rolling.kill()


async def test_a_subgraph_ends_gently_and_comes_back(deployed: Deployed, customer: Caller) -> None:
    command = deployed.box.commands["orders-1"]
    assert await asyncio.to_thread(deployed.box.stop, "orders-1") == 0
    deployed.box.start(command)
    ready = f"{deployed.part_url('orders-1')}/health/ready"
    await deployed.box.until("orders", lambda: is_ready(ready))
    assert await customer.ask(README_QUERY)
