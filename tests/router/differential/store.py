"""The data of a random graph: every value follows from a seed, its entity, field and arguments.

So all subgraphs agree with each other and with the one schema that holds everything. Nulls and errors are
part of the data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from random import Random
from typing import Any, TypeAlias

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLOutputType,
    is_leaf_type,
)

from tests.router.differential.graph import MOODS, Graph

Source: TypeAlias = dict[str, Any]
ENTITIES_OF_A_TYPE = 5


@dataclass(frozen=True)
class Odds:
    """How often a value is null, or fails (or is one that the API schema hides)."""

    null: float = 0.12
    error: float = 0.0


class Store:
    def __init__(self, seed: int, graph: Graph, odds: Odds) -> None:
        self._seed = seed
        self._graph = graph
        self._odds = odds
        self._moment = 0

    def begin(self) -> None:
        """Forget the mutations made so far."""
        self._moment = 0

    def mutate(self, field: str, type_: GraphQLOutputType, arguments: Mapping[str, Any]) -> Any:
        """Resolve a mutation's root field: its value tells which one of the mutations it was."""
        self._moment += 1
        return self.value({"__typename": "Mutation", "number": self._moment}, field, type_, arguments)

    def _random(self, *parts: object) -> Random:
        digest = blake2b(repr((self._seed, *parts)).encode(), digest_size=8).digest()
        return Random(int.from_bytes(digest, "big"))

    def entity(self, type_name: str, number: int) -> Source:
        """The keys of an entity, which every subgraph knows."""
        zone = number % 2
        return {
            "__typename": type_name,
            "id": f"{type_name}-{number}",
            "code": f"c{number}",
            "zone": zone,
            "number": number,
        }

    def find(self, representation: Mapping[str, Any]) -> Source:
        """Find an entity by whatever key it is asked by."""
        type_name = representation["__typename"]
        if "id" in representation:  # of a Thing, its key alone tells the type
            type_name, _, digits = representation["id"].partition("-")
        else:
            digits = representation["code"][1:]
        number = int(digits)
        return {**self.entity(type_name, number), "representation": representation}

    def value(
        self, source: Source, field: str, type_: GraphQLOutputType, arguments: Mapping[str, Any]
    ) -> Any:
        """Resolve a field: a value, None, or a raised error."""
        key = (source.get("__typename"), source.get("number"), field, sorted(arguments.items()))
        nullable = not isinstance(type_, GraphQLNonNull)
        random = self._random("fate", *key)
        if random.random() < self._odds.error:
            raise GraphQLError(f"{key[0]}.{field} of {key[1]} fails")
        if random.random() < (self._odds.null if nullable else self._odds.null / 10):
            return None
        return self._made(type_, self._random("value", *key))

    def _made(self, type_: GraphQLOutputType, random: Random) -> Any:
        if isinstance(type_, GraphQLNonNull):
            return self._made(type_.of_type, random)
        if isinstance(type_, GraphQLList):
            return [self._item(type_.of_type, random) for _ in range(random.randint(0, 3))]
        if is_leaf_type(type_):
            if str(type_) == "Mood" and random.random() < self._odds.error:
                return "SECRET"
            return _leaf(type_, random)
        return self._composite(str(type_), random)

    def _item(self, type_: GraphQLOutputType, random: Random) -> Any:
        if not isinstance(type_, GraphQLNonNull) and random.random() < self._odds.null:
            return None
        return self._made(type_, random)

    def _composite(self, name: str, random: Random) -> Source:
        if name == "Value":
            return {"__typename": "Value", "number": random.randrange(1000)}
        if name == "Any_" and random.random() < self._odds.error:
            return {"__typename": "Hidden", "number": 0}
        if name in ("Thing", "Any_"):
            name = random.choice(self._graph.things)
        return self.entity(name, random.randrange(ENTITIES_OF_A_TYPE))


def _leaf(type_: Any, random: Random) -> Any:
    if isinstance(type_, GraphQLEnumType):
        return random.choice(MOODS)
    number = random.randrange(100)
    return {
        "Int": number,
        "Float": number / 2,
        "String": f"text {number} \u00e9\u2603",
        "Boolean": number % 2 == 0,
        "ID": f"id{number}",
        "Json": random.choice((10**20 + number, {"z": [number, None], "a": {}}, [], "text", number / 4)),
    }[type_.name]
