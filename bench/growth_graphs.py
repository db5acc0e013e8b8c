"""Graphs whose size is a number: SDL, canned answers and the query to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .canned_subgraphs import Answer

HEADER = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])\n'


@dataclass(frozen=True, slots=True)
class Graph:
    """SDL and answers by subgraph, and a query over them."""

    sdl: Mapping[str, str]
    answers: Mapping[str, Answer]
    query: str


def list_graph(kilobytes: int, *, renamed: bool) -> Graph:
    """One subgraph with a list of about so many kB; ``renamed`` leaves the router something to do."""
    items = [{"id": str(number), "text": "x" * 72} for number in range(kilobytes * 10)]
    sdl = HEADER + "type Query { items: [Item] } type Item { id: ID! text: String }"
    query = "{ items { id text kind: __typename } }" if renamed else "{ items { id text } }"
    return Graph({"items": sdl}, {"items": lambda _: {"items": items}}, query)


def entity_graph(entities: int) -> Graph:
    """A list of keys from one subgraph, a field of each from another."""

    def names(request: dict[str, Any]) -> dict[str, Any]:
        given = request["variables"]["representations"]
        return {"_entities": [{"name": f"name {each['id']}"} for each in given]}

    items = [{"id": str(number)} for number in range(entities)]
    return Graph(
        {
            "keys": HEADER + 'type Query { items: [Item] } type Item @key(fields: "id") { id: ID! }',
            "names": HEADER + 'type Item @key(fields: "id") { id: ID! name: String }',
        },
        {"keys": lambda _: {"items": items}, "names": names},
        "{ items { id name } }",
    )


def wide_graph(subgraphs: int) -> Graph:
    """A root field of every subgraph, all at once."""
    names = [f"s{number}" for number in range(subgraphs)]
    return Graph(
        {name: HEADER + f"type Query {{ {name}: Int }}" for name in names},
        {name: lambda _, name=name: {name: 1} for name in names},  # type: ignore[misc]
        f"{{ {' '.join(names)} }}",
    )


def chain_graph(hops: int) -> Graph:
    """Entities that lead from subgraph to subgraph, one after another."""
    sdl, answers = {}, {}
    for number in range(hops):
        own, other = f"T{number}", f"T{number + 1}"
        root = f"type Query {{ start: {own} }} " if number == 0 else ""
        types = f'type {own} @key(fields: "id") {{ id: ID! next: {other} }} '
        reference = f'type {other} @key(fields: "id"{", resolvable: false" if number < hops - 1 else ""})'
        sdl[f"s{number}"] = f"{HEADER}{root}{types}{reference} {{ id: ID! }}"
        answers[f"s{number}"] = _chain_answer
    query = "id"
    for _ in range(hops):
        query = f"id next {{ {query} }}"
    return Graph(sdl, answers, f"{{ start {{ {query} }} }}")


def _chain_answer(request: dict[str, Any]) -> dict[str, Any]:
    step = {"id": "1", "next": {"id": "1"}}
    return {"_entities": [step]} if "_entities" in request["query"] else {"start": step}
