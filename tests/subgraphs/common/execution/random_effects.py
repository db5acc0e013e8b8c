"""Random mutations and subscriptions over the types of a random world.

What a mutation's resolvers do is written down in the context, a list, so that the order of effects can be
compared; a subscription's events are values of any kind, and its source may break off.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from random import Random
from typing import Any

import strawberry

from .random_world import CONFIG, Filter, Raise, RandomOperation, World, given_value

SOON, LATE = ("sync", "sync nullable"), ("async", "paused", "async nullable")


class Effects(World):
    """A world whose schema has a mutation and a subscription, too."""

    def __init__(self, random: Random, *, modes: tuple[str, ...], trouble: float, late: bool) -> None:
        super().__init__(random, modes=modes, trouble=trouble)
        self.number = len(self.made) - 2
        kind = self.made[self.number][0]
        self.calls = {f"m{n}": random.choice(LATE if late else SOON) for n in range(4)}
        # The values are made beforehand: both executors meet the same.
        self.values = {name: self._value(("object", self.number, True), "method") for name in self.calls}
        self.events = [
            self._value(("object", self.number, True), "method") for _ in range(random.randint(0, 4))
        ]
        space = {name: _mutation(name, mode, kind, self.values[name]) for name, mode in self.calls.items()}
        space["probe"] = _probe()
        mutation = strawberry.type(type("Mutation", (), space))
        subscription = strawberry.type(type("Subscription", (), {"events": _subscription(kind, self.events)}))
        types = [each for each, _ in self.made[:-1]]
        self.schema = strawberry.Schema(self.query, mutation, subscription, types=types, config=CONFIG)


def _probe() -> Any:
    def probe(n: int | None = None, text: str | None = None, filter: Filter | None = None) -> str:
        return f"{n} {text} {filter}"

    return strawberry.mutation(resolver=probe)


def _mutation(name: str, mode: str, kind: type, value: Any) -> Any:
    def sync(info: strawberry.Info) -> Any:
        info.context.append(name)
        return given_value(value)

    async def paused(info: strawberry.Info) -> Any:
        info.context.append(f"{name} begins")
        await asyncio.sleep(0)
        info.context.append(f"{name} ends")
        return given_value(value)

    function: Callable[..., Any] = sync if mode.startswith("sync") else paused
    function.__annotations__["return"] = kind | None if "nullable" in mode else kind
    function.__name__ = name
    return strawberry.mutation(resolver=function)


def _subscription(kind: type, values: list[Any]) -> Any:
    async def events(n: int | None = None, text: str | None = None, filter: Filter | None = None) -> Any:
        for value in values:
            if isinstance(value, Raise):
                raise value.error
            yield value

    events.__annotations__["return"] = AsyncIterator[kind | None]  # type: ignore[valid-type]
    return strawberry.subscription(resolver=events)


class RandomMutation(RandomOperation):
    """Some of a world's mutations, one after the other; what is selected below them is random."""

    def __init__(self, world: Effects, random: Random) -> None:
        self._effects = world
        super().__init__(world, random)

    def _text(self) -> str:
        calls = [self.random.choice(list(self._effects.calls)) for _ in range(self.random.randint(1, 5))]
        parts = [
            f"c{n}: {call} {self._condition() if self.random.random() < 0.2 else ''}"
            f" {{ {self._selection(self._effects.number, '')} }}"
            for n, call in enumerate(calls)
        ]
        return f"mutation Q({self.VARIABLES}) {{ {' '.join(parts)} {self.USED} }}"


class RandomSubscription(RandomOperation):
    """The events of a world, with a random selection."""

    def __init__(self, world: Effects, random: Random) -> None:
        self._effects = world
        super().__init__(world, random)

    def _text(self) -> str:
        used = "unused: __typename @include(if: $c0) @skip(if: $c1)"
        body = f"{{ {used} {self._selection(self._effects.number, '')} }}"
        return f"subscription Q({self.VARIABLES}) {{ events(n: $n, text: $text, filter: $filter) {body} }}"
