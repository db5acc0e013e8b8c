"""All doors of the graph with what is behind them, as things to try."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema

from subgraphs.common.json_calls import JsonCalls
from tests.walls.aims import NOT_BEHIND, REQUIRED, aims_of, entity_aims
from tests.walls.changing import Change
from tests.walls.graph import Answer, Graph, Operation, Person
from tests.walls.operations import entity_operation, root_operation
from tests.walls.paths import CALLERS_OWN, Path, Step, Walk, entities_of, objects
from tests.walls.platform import Platform
from tests.walls.reading import Door
from tests.walls.rules import Aim
from tests.walls.world import World


@dataclass(frozen=True, slots=True)
class Doors:
    """The doors of a platform, aimed at a world."""

    platform: Platform
    world: World
    calls: JsonCalls

    @property
    def walk(self) -> Walk:
        return Walk(self.platform.graph, entities(self.platform))

    def queries(self) -> Iterator[Door]:
        """Root fields, through the router."""
        ask = Graph(self.platform.router_url, self.calls).ask
        for name, paths in self._roots(self.platform.graph.query_type):
            yield Door(name, paths, aims_of(paths[0], self.world), partial(root_operation, "query"), ask)

    def subscriptions(self, seconds: float) -> Iterator[Door]:
        """The same; the first value is the answer, and one path is asked for at a time."""
        graph = Graph(self.platform.router_url, self.calls)

        async def first(asked: Operation, person: Person) -> Answer:
            return await graph.first(asked, person, seconds)

        write = partial(root_operation, "subscription")
        for name, paths in self._roots(self.platform.graph.subscription_type):
            yield Door(name, paths, aims_of(paths[0], self.world), write, first, at_once=1)

    def coordinates(self) -> frozenset[str]:
        """Every field on the way to anything that is tried."""
        doors: list[Door | Change] = [
            *self.queries(),
            *self.entities(),
            *self.subscriptions(0),
            *self.changes(),
        ]
        paths = (path for door in doors for path in door.paths)
        steps = {step.coordinate for path in paths for step in path}
        mutations = {f"Mutation.{change.name}" for change in self.changes()}
        return frozenset(steps | mutations).union(*NOT_BEHIND.values())

    def changes(self) -> Iterator[Change]:
        """Mutations, through the router."""
        graph = Graph(self.platform.router_url, self.calls)
        root = self.platform.graph.mutation_type
        assert root is not None
        for name in root.fields:
            yield Change(Step(root, name), list(self.walk.from_root(root, name)), graph)

    def _roots(self, root: GraphQLObjectType | None) -> Iterator[tuple[str, list[Path]]]:
        if root is not None:
            for name in root.fields:
                coordinate = f"{root.name}.{name}"
                yield coordinate, list(filter(leads_on, self.walk.from_root(root, name)))

    def entities(self) -> Iterator[Door]:
        """Entities, at each subgraph that finds them, as the router would ask for them."""
        for subgraph, part in self.platform.parts.items():
            ask = Graph(self.platform.subgraph_urls[subgraph], self.calls).ask
            walk = Walk(part, entities(self.platform))
            for type_ in entities_of(part):
                more = REQUIRED.get((subgraph, type_.name), {})
                write = partial(_write_entity, {"__typename": type_.name, **more})
                aims = entity_aims(type_.name, self.world)
                yield Door(
                    f"{subgraph}'s {type_.name}",
                    list(filter(leads_on, walk.from_type(type_))),
                    aims,
                    write,
                    ask,
                )


def leads_on(path: Path) -> bool:
    """Whether nothing on the way is known to end before what the path ends with."""
    return not any(path[-1].coordinate in NOT_BEHIND.get(step.coordinate, ()) for step in path)


def _write_entity(named: Mapping[str, Any], aim: Aim, paths: Mapping[str, Path]) -> Operation:
    return entity_operation({**named, **aim.arguments}, paths)


def entities(platform: Platform) -> frozenset[str]:
    """The names of all entities."""
    return frozenset(type_.name for part in platform.parts.values() for type_ in entities_of(part))


def coordinates(schema: GraphQLSchema) -> frozenset[str]:
    """Every field that clients can name, but of what only tells a caller of his mistakes."""
    types = (type_ for type_ in objects(schema) if type_.name not in CALLERS_OWN)
    fields = {f"{type_.name}.{name}" for type_ in types for name in type_.fields}
    return frozenset(each for each in fields if not each.endswith(("Payload.errors", "Payload.refusal")))
