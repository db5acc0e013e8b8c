"""``waybill serve`` as a process: start, supergraph exchange, drain, workers, bad input."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import GraphQLSchema, build_schema, execute, parse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from router.composition import SubgraphSource, compose
from tests.router.server.running import running_app
from tests.router.server.tokens import Key, write

SDL = "type Query { hello: String wait: String }"


class Subgraph:
    """A subgraph whose ``wait`` answers when the gate opens."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.entered = asyncio.Event()
        self.sdl = SDL
        self.schema = self._make_schema()

    def _make_schema(self) -> GraphQLSchema:
        return build_schema(SDL + " extend type Query { _service: Service } type Service { sdl: String }")

    async def answer(self, request: Request) -> Response:
        payload = await request.json()
        root = {"hello": "hello", "wait": self.wait, "_service": {"sdl": self.sdl}}
        result: Any = execute(self.schema, parse(payload["query"]), root)
        if hasattr(result, "__await__"):
            result = await result
        return JSONResponse(result.formatted)

    async def wait(self, _info: Any) -> str:
        self.entered.set()
        await self.gate.wait()
        return "through"


@pytest.fixture
async def subgraph() -> AsyncIterator[tuple[Subgraph, str]]:
    subgraph = Subgraph()
    async with running_app(Starlette(routes=[Route("/", subgraph.answer, methods=["POST"])])) as port:
        yield subgraph, f"http://127.0.0.1:{port}/"
        subgraph.gate.set()


def supergraph_of(url: str, sdl: str = SDL) -> str:
    composition = compose([SubgraphSource("one", url, sdl)])
    assert composition.supergraph_sdl is not None
    return composition.supergraph_sdl


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Router:
    """A running ``serve`` process."""

    def __init__(self, process: asyncio.subprocess.Process, port: int, admin: int) -> None:
        self.process = process
        self.url = f"http://127.0.0.1:{port}"
        self.admin = f"http://127.0.0.1:{admin}"
        self.client = httpx.AsyncClient(timeout=10)

    async def post(self, query: str) -> httpx.Response:
        return await self.client.post(f"{self.url}/graphql", json={"query": query})

    async def until(self, url: str, status: int) -> httpx.Response:
        """Ask until the status comes."""
        while True:
            with contextlib.suppress(httpx.TransportError):
                response = await self.client.get(url)
                if response.status_code == status:
                    return response
            await asyncio.sleep(0.02)

    async def until_answered(self, query: str) -> None:
        """Ask until the query is valid."""
        while "data" not in (await self.post(query)).json():
            pass

    async def ready(self) -> None:
        async with asyncio.timeout(60):
            await self.until(f"{self.url}/health/ready", 200)


@contextlib.asynccontextmanager
async def router(*arguments: str, **settings: str) -> AsyncIterator[Router]:
    port, admin = free_port(), free_port()
    environment = {f"WAYBILL_ROUTER_{name.upper()}": value for name, value in settings.items()}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "router", *arguments, "--port", str(port), "--admin-port", str(admin)),
        env={**os.environ, **environment},
    )
    running = Router(process, port, admin)
    try:
        yield running
    finally:
        await running.client.aclose()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def fails(*arguments: str) -> tuple[int, str]:
    """Run to the end; the exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "router", *arguments, stderr=asyncio.subprocess.PIPE
    )
    _, stderr = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode is not None
    return process.returncode, stderr.decode()


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_a_supergraph_is_served_with_health_and_metrics(
    subgraph: tuple[Subgraph, str], tmp_path: Path, workers: str
) -> None:
    file = tmp_path / "supergraph.graphql"
    file.write_text(supergraph_of(subgraph[1]))
    async with router("--supergraph", str(file), "--workers", workers) as running:
        await running.ready()
        assert (await running.post("{ hello }")).json() == {"data": {"hello": "hello"}}
        await running.until(f"{running.admin}/health/ready", 200)
        metrics = (await running.client.get(f"{running.admin}/metrics")).text
        assert 'waybill_router_requests_total{status="200",transport="http"} 1.0' in metrics
        assert f'waybill_router_supergraphs_total{{outcome="loaded"}} {workers}.0' in metrics
        assert (await running.client.get(f"{running.url}/metrics")).status_code == 404
        running.process.terminate()
        assert await asyncio.wait_for(running.process.wait(), 10) == 0


async def test_subgraphs_are_composed_from_files_or_asked_when_they_come_up(tmp_path: Path) -> None:
    subgraph, port = Subgraph(), free_port()
    (tmp_path / "subgraphs.yaml").write_text(
        f"subgraphs:\n  - {{name: one, url: 'http://127.0.0.1:{port}/'}}\n"
        "  - {name: two, url: 'http://127.0.0.1:1/', schema: two.graphql}\n"
    )
    (tmp_path / "two.graphql").write_text("type Query { more: Int }")
    async with router("--subgraphs", str(tmp_path / "subgraphs.yaml")) as running:
        loading = await running.until(f"{running.url}/health/ready", 503)
        assert loading.json() == {"status": "loading"}
        early = await running.post("{ hello }")
        assert early.status_code == 503
        assert early.json()["errors"][0]["extensions"]["code"] == "NOT_READY"
        app = Starlette(routes=[Route("/", subgraph.answer, methods=["POST"])])
        async with running_app(app, port):
            await running.ready()
            assert (await running.post("{ hello }")).json() == {"data": {"hello": "hello"}}


async def test_a_new_supergraph_takes_over_without_dropping_a_request(
    subgraph: tuple[Subgraph, str], tmp_path: Path
) -> None:
    file, replacement = tmp_path / "supergraph.graphql", tmp_path / "new"
    file.write_text(supergraph_of(subgraph[1]))
    async with router("--supergraph", str(file), supergraph_poll="0.02") as running:
        await running.ready()
        slow = asyncio.ensure_future(running.post("{ wait }"))
        await subgraph[0].entered.wait()
        file.write_text("this is no supergraph")
        await running.until(f"{running.url}/health/ready", 200)
        assert (await running.post("{ hello }")).json() == {"data": {"hello": "hello"}}
        replacement.write_text(supergraph_of(subgraph[1], SDL + " extend type Query { added: Int }"))
        replacement.rename(file)
        async with asyncio.timeout(10):
            await running.until_answered("{ hello @skip(if: true) added }")
        subgraph[0].gate.set()
        assert (await slow).json() == {"data": {"wait": "through"}}


async def test_sigterm_turns_readiness_red_then_lets_requests_end(
    subgraph: tuple[Subgraph, str], tmp_path: Path
) -> None:
    file = tmp_path / "supergraph.graphql"
    file.write_text(supergraph_of(subgraph[1]))
    async with router("--supergraph", str(file)) as running:
        await running.ready()
        slow = asyncio.ensure_future(running.post("{ wait }"))
        await subgraph[0].entered.wait()
        running.process.send_signal(signal.SIGTERM)
        draining = await running.until(f"{running.admin}/health/ready", 503)
        assert draining.json() == {"status": "draining"}
        assert (await running.client.get(f"{running.admin}/health/live")).status_code == 200
        subgraph[0].gate.set()
        assert (await slow).json() == {"data": {"wait": "through"}}
        assert await asyncio.wait_for(running.process.wait(), 10) == 0


async def test_a_request_that_outlasts_the_drain_is_told(
    subgraph: tuple[Subgraph, str], tmp_path: Path
) -> None:
    file = tmp_path / "supergraph.graphql"
    file.write_text(supergraph_of(subgraph[1]))
    async with router("--supergraph", str(file), drain_timeout="1") as running:
        await running.ready()
        slow = asyncio.ensure_future(running.post("{ wait }"))
        await subgraph[0].entered.wait()
        running.process.send_signal(signal.SIGTERM)
        response = await slow
        assert response.status_code == 503
        assert response.json()["errors"][0]["extensions"]["code"] == "SHUTTING_DOWN"


async def test_while_drain_delay_lasts_new_requests_are_answered(
    subgraph: tuple[Subgraph, str], tmp_path: Path
) -> None:
    file = tmp_path / "supergraph.graphql"
    file.write_text(supergraph_of(subgraph[1]))
    async with router("--supergraph", str(file), drain_delay="30") as running:
        await running.ready()
        running.process.send_signal(signal.SIGTERM)
        await running.until(f"{running.url}/health/ready", 503)
        assert (await running.post("{ hello }")).status_code == 200
        running.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(running.process.wait(), 10) == 0


async def test_composition_errors_come_with_code_subgraph_and_coordinate(tmp_path: Path) -> None:
    file = tmp_path / "subgraphs.yaml"
    file.write_text("subgraphs: [{name: one, url: 'http://x/', schema: one.graphql}]")
    (tmp_path / "one.graphql").write_text('type Query { a: T } type T @key(fields: "nothing") { id: ID }')
    code, said = await fails("--subgraphs", str(file), "--port", "0")
    assert code == 1
    assert "error KEY_INVALID_FIELDS in one" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("text", "says"),
    [(None, "No such file"), ("type Query { a: Int }", "INVALID_SUPERGRAPH"), ("{", "INVALID_SUPERGRAPH")],
)
@pytest.mark.parametrize("workers", ["1", "2"])
async def test_a_supergraph_that_is_none_ends_the_start(
    tmp_path: Path, text: str | None, says: str, workers: str
) -> None:
    file = tmp_path / "supergraph.graphql"
    if text is not None:
        file.write_text(text)
    code, said = await fails("--supergraph", str(file), "--port", "0", "--workers", workers)
    assert code == 1
    assert says in said
    assert "Traceback" not in said


PROTECTED = """
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@authenticated"])
  type Query { hello: String secret: String @authenticated }
"""


async def test_access_directives_that_nobody_enforces_end_the_start(
    tmp_path: Path, subgraph: tuple[Subgraph, str]
) -> None:
    file = tmp_path / "supergraph.graphql"
    file.write_text(supergraph_of(subgraph[1], PROTECTED))
    code, said = await fails("--supergraph", str(file), "--port", "0")
    assert code == 1
    assert "ACCESS_DIRECTIVES_NOT_ENFORCED" in said
    assert "Query.secret (@authenticated)" in said
    assert "WAYBILL_ROUTER_ACCESS_DIRECTIVES=subgraphs" in said
    async with router("--supergraph", str(file), access_directives="subgraphs") as running:
        await running.ready()
        assert (await running.post("{ hello }")).json() == {"data": {"hello": "hello"}}


async def test_access_directives_of_a_new_supergraph_leave_the_old_one_in_place(
    tmp_path: Path, subgraph: tuple[Subgraph, str]
) -> None:
    file = tmp_path / "supergraph.graphql"
    file.write_text(supergraph_of(subgraph[1]))
    async with router("--supergraph", str(file), supergraph_poll="0.02") as running:
        await running.ready()
        file.write_text(supergraph_of(subgraph[1], PROTECTED))
        async with asyncio.timeout(30):
            while 'outcome="refused"' not in (await running.client.get(f"{running.admin}/metrics")).text:
                pass
        refused = (await running.post("{ secret }")).json()
        assert refused["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Give either"),
        (("--subgraphs", "a", "--supergraph", "b"), "Give either"),
        (("--subgraphs", "missing.yaml"), "missing.yaml"),
        (("--supergraph", "a", "--port", "-1"), "WAYBILL_ROUTER_PORT"),
        (("--supergraph", "a", "--dedupe", "x"), "WAYBILL_ROUTER_DEDUPE"),
    ],
)
async def test_bad_arguments_are_explained(arguments: tuple[str, ...], says: str) -> None:
    code, said = await fails(*arguments)
    assert code == 1
    assert says in said
    assert "Traceback" not in said


async def test_subgraphs_that_never_answer_end_the_start_at_the_deadline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "subgraphs.json"
    file.write_text('{"subgraphs": [{"name": "one", "url": "http://127.0.0.1:1/"}]}')
    monkeypatch.setenv("WAYBILL_ROUTER_SUBGRAPH_DEADLINE", "0.5")
    code, said = await fails("--subgraphs", str(file), "--port", "0")
    assert code == 1
    assert '"one" at http://127.0.0.1:1/' in said


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("--port", "The port {port} of 127.0.0.1"),
        ("--admin-port", "The admin port {port} of 127.0.0.1"),
    ],
)
async def test_which_port_is_in_use_is_said_with_its_setting(option: str, says: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        code, said = await fails("--supergraph", "a", "--port", "0", option, port)
    assert code == 1
    assert said.startswith(f"PORT_UNAVAILABLE: {says.format(port=port)} cannot be opened: Address already")
    assert f"WAYBILL_ROUTER_{option[2:].upper().replace('-', '_')}" in said


async def test_a_jwks_that_cannot_be_read_is_said_at_once_and_then_when_it_can(
    tmp_path: Path, subgraph: tuple[Subgraph, str]
) -> None:
    file, jwks = tmp_path / "supergraph.graphql", tmp_path / "jwks.json"
    file.write_text(supergraph_of(subgraph[1]))
    async with router("--supergraph", str(file), jwks=str(jwks)) as running, asyncio.timeout(60):
        await running.ready()  # whoever sends no token is answered
        assert (await running.client.get(f"{running.url}/health/ready")).json() == {
            "status": "ready",
            "troubles": ["AUTHENTICATION_UNAVAILABLE"],
        }
        assert "waybill_router_token_keys 0.0" in (await running.client.get(f"{running.admin}/metrics")).text
        write(jwks, Key("one"))
        while "troubles" in (await running.client.get(f"{running.admin}/health/ready")).json():
            pass
        assert "waybill_router_token_keys 1.0" in (await running.client.get(f"{running.admin}/metrics")).text


async def on_one_stream(running: Router, number: int) -> str:
    """Reserve a stream, run an operation, read it: each over a connection of its own. Gives the token."""
    url, connection = f"{running.url}/graphql", {"connection": "close"}
    token = (await running.client.put(url, headers=connection)).text
    headers = {"x-graphql-event-stream-token": token, "accept": "text/event-stream", **connection}
    body = {"query": "{ hello }", "extensions": {"operationId": str(number)}}
    accepted = await running.client.post(url, json=body, headers=headers)
    assert (accepted.status_code, accepted.content) == (202, b"")
    stopped = await running.client.delete(url, params={"operationId": "x"}, headers=headers)
    assert stopped.status_code == 200
    async with running.client.stream("GET", url, headers=headers) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                event = json.loads(line[6:])
                assert event == {"id": str(number), "payload": {"data": {"hello": "hello"}}}
                return token
    raise AssertionError("the stream ended")


async def test_workers_find_the_one_that_has_a_stream(subgraph: tuple[Subgraph, str], tmp_path: Path) -> None:
    file = tmp_path / "supergraph.graphql"
    file.write_text(supergraph_of(subgraph[1]))
    async with router("--supergraph", str(file), "--workers", "2") as running:
        await running.ready()
        seen: set[str] = set()
        async with asyncio.timeout(60):
            for number in range(8):
                seen.add((await on_one_stream(running, number))[0])
            while seen != {"0", "1"}:
                seen.add((await on_one_stream(running, 9))[0])
        gone = {"x-graphql-event-stream-token": "1~never"}
        for _ in range(4):
            response = await running.client.delete(f"{running.url}/graphql?operationId=x", headers=gone)
            assert response.status_code == 404
            assert response.json()["errors"][0]["extensions"]["code"] == "STREAM_NOT_FOUND"
