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

from tests.router.differential.field_sets import agrees, has_key
from tests.router.differential.graph import MOODS, Field, Graph

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

    def next_moment(self) -> Source:
        """Make the source of a mutation's root field: its value tells which one of the mutations it was."""
        self._moment += 1
        return {"__typename": "Mutation", "number": self._moment}

    def _random(self, *parts: object) -> Random:
        digest = blake2b(repr((self._seed, *parts)).encode(), digest_size=8).digest()
        return Random(int.from_bytes(digest, "big"))

    def entity(self, type_name: str, number: int) -> Source:
        """An object with what its keys are made of, which every subgraph knows."""
        return {
            "__typename": type_name,
            "number": number,
            "id": f"{type_name}-{number}",
            "code": f"c{number}",
            "zone": number % 2,
            "spot": {
                "__typename": "Spot",
                "number": number,
                "row": number,
                "seat": {"__typename": "Seat", "number": number, "n": number + 10},
            },
            "marks": [{"__typename": "Seat", "number": n, "n": n} for n in (number, number + 1)],
        }

    def twin(self, source: Source) -> Source:
        """Find the entity of the next type that has the same number."""
        return self.entity(self._graph.field(source["__typename"], "twin").named, source["number"])

    def find(self, type_name: str, keys: list[str], representation: Mapping[str, Any]) -> Source:
        """Find an entity by any of a subgraph's keys. Raises GraphQLError if there is no such one."""
        if not any(has_key(key, representation) for key in keys):
            raise GraphQLError(f"{dict(representation)} has none of the keys {keys}")
        for number in range(ENTITIES_OF_A_TYPE):
            known = self.entity(type_name, number)
            if "twin" in representation:
                known["twin"] = self.twin(known)
            if agrees(representation, known):
                return known | {"representation": representation}
        raise GraphQLError(f"there is no {type_name} like {dict(representation)}")

    def value(
        self, source: Source, field: Field, type_: GraphQLOutputType, arguments: Mapping[str, Any]
    ) -> Any:
        """Resolve a field: a value, None, or a raised error."""
        if field.is_key:
            return self.twin(source) if field.name == "twin" else source[field.name]
        key = (source["__typename"], source["number"], field.name, sorted(arguments.items()))
        nullable = not isinstance(type_, GraphQLNonNull)
        random = self._random("fate", *key)
        if random.random() < self._odds.error:
            raise GraphQLError(f"{key[0]}.{field.name} of {key[1]} fails")
        if random.random() < (self._odds.null if nullable else self._odds.null / 10):
            return None
        return self._made(type_, field, self._random("value", *key))

    def _made(self, type_: GraphQLOutputType, field: Field, random: Random) -> Any:
        if isinstance(type_, GraphQLNonNull):
            return self._made(type_.of_type, field, random)
        if isinstance(type_, GraphQLList):
            return [self._item(type_.of_type, field, random) for _ in range(random.randint(0, 3))]
        if is_leaf_type(type_):
            if str(type_) == "Mood" and random.random() < self._odds.error:
                return "SECRET"
            return _leaf(type_, random)
        return self._composite(field, random)

    def _item(self, type_: GraphQLOutputType, field: Field, random: Random) -> Any:
        if not isinstance(type_, GraphQLNonNull) and random.random() < self._odds.null:
            return None
        return self._made(type_, field, random)

    def _composite(self, field: Field, random: Random) -> Source:
        abstract = self._graph.abstracts.get(field.named)
        if abstract and abstract.is_union and random.random() < self._odds.error:
            return {"__typename": "Hidden", "number": 0}
        name = random.choice(self._graph.possible(field))
        if name == "Query":
            return {"__typename": "Query", "number": 0}
        type_ = self._graph.types[name]
        if type_.keys:
            return self.entity(name, random.randrange(ENTITIES_OF_A_TYPE))
        return {"__typename": name, "number": random.randrange(1000)}


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
