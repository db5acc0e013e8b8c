"""One marketplace: its people and things by what they are."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from subgraphs.common.database import SystemShards
from tests.walls.graph import Graph, Person
from tests.walls.quiet import Quiet

T = TypeVar("T")
_PATIENCE = 120.0


@dataclass(frozen=True)
class Tools:
    """What worlds are made with."""

    graph: Graph
    shards: SystemShards
    quiet: Quiet


@dataclass
class World:
    """Every text of it has the tenant's own name in it, so that it is known wherever it turns up."""

    tenant: str
    tools: Tools
    people: dict[str, Person] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def visitor(self) -> Person:
        """Somebody without a token, at this marketplace's door."""
        return Person("visitor", self.tenant)

    def __getitem__(self, name: str) -> str:
        return self.ids[name]

    def text(self, what: str) -> str:
        """A text that tells where it is from."""
        return f"{self.tenant} {what}"

    async def as_(self, who: str, query: str, **variables: Any) -> Any:
        """What somebody is answered who may have it: the one root field's value."""
        person = self.visitor if who == "visitor" else self.people[who]
        return await self.tools.graph.must(query, person, **variables)

    async def by_input(self, who: str, mutation: str, shown: str, **given: Any) -> Any:
        """The payload of a mutation that takes an input of the usual name."""
        type_ = f"{mutation[0].upper()}{mutation[1:]}Input"
        query = f"mutation($input: {type_}!) {{ {mutation}(input: $input) {{ {shown} {ERRORS} }} }}"
        return await self.as_(who, query, input=given)


ERRORS = "errors { code message field }"


async def until(ask: Callable[[], Awaitable[T]], true: Callable[[T], Any]) -> T:
    """The first answer of which something is true."""
    async with asyncio.timeout(_PATIENCE):
        while not true(found := await ask()):  # noqa: ASYNC110 (another process does it)
            await asyncio.sleep(0.03)
    return found
