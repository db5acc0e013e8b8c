"""Clients that leave before their answer: who shares the work has it, and mutations are finished."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest

from router.traffic.settings import EngineSettings
from tests.router.execution.gateway import gateway
from tests.router.execution.subgraph_server import TestSubgraph
from tests.router.server.conftest import RunningServer, running
from tests.router.server.raw_http import post, wire
from tests.router.server.socket_client import hear, opened, say, subscribe

SLOW = b'{"query": "{ slow }"}'
SAVE = b'{"query": "mutation { a: save(n: 1) b: again(n: 2) }"}'


@dataclass
class World:
    """What two subgraphs did; ``gate`` lets their resolvers go on."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    entered: asyncio.Event = field(default_factory=asyncio.Event)
    finished: asyncio.Event = field(default_factory=asyncio.Event)
    calls: list[Any] = field(default_factory=list)

    async def slow(self, *_: Any) -> str:
        self.calls.append("slow")
        self.entered.set()
        await self.gate.wait()
        return "done"

    async def save(self, *_: Any, n: int) -> int:
        self.calls.append(n)
        self.entered.set()
        await self.gate.wait()
        return n

    async def again(self, *_: Any, n: int) -> int:
        self.calls.append(n)
        self.finished.set()
        return n


@asynccontextmanager
async def router_over(
    world: World, *, direct: bool, dedupe: Literal["subgraph", "operation"] = "subgraph"
) -> AsyncIterator[RunningServer]:
    subgraphs = {
        "one": TestSubgraph(
            "type Query { slow: String } type Mutation { save(n: Int!): Int }",
            {"Query.slow": world.slow, "Mutation.save": world.save},
        ),
        "two": TestSubgraph(
            "type Query { other: String } type Mutation { again(n: Int!): Int }",
            {"Mutation.again": world.again},
        ),
    }
    async with (
        gateway(subgraphs, EngineSettings(dedupe=dedupe)) as router,
        running(router.engine, {"direct_posts": direct}) as server,
    ):
        yield server
        world.gate.set()


@pytest.mark.parametrize("direct", [True, False])
@pytest.mark.parametrize("dedupe", ["subgraph", "operation"])
async def test_who_shares_an_answer_gets_it_when_another_leaves(
    direct: bool, dedupe: Literal["subgraph", "operation"]
) -> None:
    world = World()
    async with router_over(world, direct=direct, dedupe=dedupe) as server, wire(server.port) as staying:
        for _ in range(2):
            async with wire(server.port) as leaving:
                await leaving.send(post(SLOW))
                await asyncio.wait_for(world.entered.wait(), 5)
        await staying.send(post(SLOW))
        async with wire(server.port) as leaving:
            await leaving.send(post(SLOW))
        world.gate.set()
        answer = await staying.answer()
    assert (answer.status, answer.json) == (200, {"data": {"slow": "done"}})


@pytest.mark.parametrize("direct", [True, False])
async def test_a_mutation_runs_to_its_end_though_the_client_has_left(direct: bool) -> None:
    world = World()
    async with router_over(world, direct=direct) as server:
        async with wire(server.port) as client:
            await client.send(post(SAVE))
            await asyncio.wait_for(world.entered.wait(), 5)
        async with wire(server.port) as other:  # by now the server knows that the first one is gone
            await other.send(post(b'{"query": "{ other }"}'))
            await other.answer()
        world.gate.set()
        await asyncio.wait_for(world.finished.wait(), 5)
    assert world.calls == [1, 2]


@pytest.mark.parametrize("completes", [True, False])
async def test_a_mutation_on_a_socket_runs_to_its_end_too(completes: bool) -> None:
    world = World()
    async with router_over(world, direct=True) as server:
        async with opened(server) as client:
            await subscribe(client, "1", json.loads(SAVE)["query"])
            await asyncio.wait_for(world.entered.wait(), 5)
            if completes:
                await say(client, type="complete", id="1")
                await say(client, type="ping")
                assert await hear(client) == {"type": "pong"}
        world.gate.set()
        await asyncio.wait_for(world.finished.wait(), 5)
    assert world.calls == [1, 2]
