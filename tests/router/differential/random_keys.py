"""Keys: composite and nested ones, several for a type; they link all of its homes, if not one to each."""

from __future__ import annotations

from random import Random

from graphql import FieldNode

from tests.router.differential.field_sets import read_set
from tests.router.differential.graph import Field, Graph, ObjectType

KEYS = ("id", "id", "code", "id zone", "code spot { row }", "spot { seat { n } row }", "zone marks { n }")
TWIN = "twin { id }"
PARTS = {
    "id": "ID!",
    "code": "String!",
    "zone": "Int!",
    "spot": "Spot!",
    "marks": "[Seat!]!",
}


def random_keys(random: Random, entity: ObjectType, twin: ObjectType) -> None:
    """Link an entity's subgraphs: each new one shares a key with one before it."""
    order = random.sample(entity.known, len(entity.known))
    for number, subgraph in enumerate(order):
        if not number:
            entity.keys[subgraph] = [random.choice(KEYS)]
            continue
        other = random.choice([each for each in order[:number] if each not in entity.stubs])
        key = _shared_key(random, entity.keys[other], twin, {subgraph, other})
        entity.keys[subgraph] = [key]
        if key not in entity.keys[other]:
            entity.keys[other].append(key)
        if random.random() < 0.12:
            entity.stubs.add(subgraph)
    for subgraph in entity.homes:
        if random.random() < 0.15:
            entity.keys[subgraph] = list(dict.fromkeys((*entity.keys[subgraph], random.choice(KEYS))))


def _shared_key(random: Random, known: list[str], twin: ObjectType, both: set[str]) -> str:
    has_twin = both.issubset(twin.known)
    if has_twin and random.random() < 0.12:
        return TWIN
    again = [key for key in known if has_twin or key != TWIN]
    return random.choice(again if again and random.random() < 0.5 else KEYS)


def add_key_fields(random: Random, graph: Graph, names: list[str]) -> None:
    """Declare the fields that keys are made of, in each subgraph those of its keys."""
    used = {name: _used(graph.types[name]) for name in names}
    for number, name in enumerate(names):
        twin = names[(number + 1) % len(names)]
        for subgraph in used[name].get("twin", ()):
            _use(used[twin], "id", subgraph)
    for number, name in enumerate(names):
        entity, twin = graph.types[name], names[(number + 1) % len(names)]
        for part, subgraphs in used[name].items():
            made = Field(part, PARTS.get(part) or f"{twin}!", tuple(subgraphs), is_key=True)
            made.is_hidden = part in ("code", "zone") and random.random() < 0.25
            entity.add(made)
    _add_spots(graph)


def _used(entity: ObjectType) -> dict[str, list[str]]:
    used: dict[str, list[str]] = {}
    for subgraph, keys in entity.keys.items():
        for node in (node for key in keys for node in read_set(key).selections):
            assert isinstance(node, FieldNode)
            _use(used, node.name.value, subgraph)
    return used


def _use(used: dict[str, list[str]], part: str, subgraph: str) -> None:
    subgraphs = used.setdefault(part, [])
    if subgraph not in subgraphs:
        subgraphs.append(subgraph)


def _add_spots(graph: Graph) -> None:
    """Add the value types inside keys, the same in all subgraphs that have them."""
    spots = _owners(graph, "Spot")
    seats = tuple(dict.fromkeys((*spots, *_owners(graph, "Seat"))))
    if spots:
        spot = graph.types["Spot"] = ObjectType("Spot", spots)
        spot.add(Field("row", "Int!", spots, is_key=True))
        spot.add(Field("seat", "Seat!", spots, is_key=True))
    if seats:
        seat = graph.types["Seat"] = ObjectType("Seat", seats)
        seat.add(Field("n", "Int!", seats, is_key=True))


def _owners(graph: Graph, named: str) -> tuple[str, ...]:
    fields = (each for entity in graph.entities for each in entity.fields.values() if each.named == named)
    return tuple(dict.fromkeys(owner for each in fields for owner in each.owners))
