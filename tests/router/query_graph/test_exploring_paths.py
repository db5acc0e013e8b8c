"""The ways to fields: direct, by keys, by keys that need a fetch; what no subgraph can answer."""

from __future__ import annotations

import pytest
from graphql import parse

from router.operation import Selections, normalise, read_operation
from router.query_graph import Budget, BudgetExceeded, Explorer, Path, Unreachable, build_graph, choose, price
from tests.router.planning.planned import Planned

SHOP = Planned(
    a="""
        type Query { best: Product }
        type Product @key(fields: "id") { id: ID! name: String @shareable }
    """,
    b="""
        type Product @key(fields: "id") @key(fields: "sku") { id: ID! sku: ID! name: String @shareable }
    """,
    c="""
        type Product @key(fields: "sku") { sku: ID! stock: Int }
    """,
)
GRAPH = build_graph(SHOP.supergraph)


def selections(text: str) -> Selections:
    operation = read_operation(parse(text), None, SHOP.schema)
    return normalise(operation, {}, SHOP.supergraph.types, "Query")


def ways(text: str) -> list[tuple[Path, ...]]:
    explorer = Explorer(GRAPH)
    return explorer.explore(explorer.start("query"), selections(text))


def test_a_field_at_hand_is_not_looked_up_elsewhere() -> None:
    assert [[p.depth for p in options] for options in ways("{ best { name } }")] == [[1]]


def test_a_key_that_needs_a_fetch_makes_a_longer_way() -> None:
    (options,) = ways("{ best { stock } }")
    assert [(p.parent.at.subgraph, p.depth) for p in options if p.parent] == [("c", 3)]


def test_the_cheapest_ways_share_their_fetches() -> None:
    chosen = choose(ways("{ best { stock sku name } }"), ())
    assert price(chosen) // 1000 == 3


def test_moves_lead_to_every_subgraph_that_resolves_a_key() -> None:
    node = GRAPH.node("a", "Product")
    assert node is not None
    assert [move.target.subgraph for move in GRAPH.moves(node)] == ["a", "b", "b", "c"]


def test_what_no_subgraph_can_answer_from_here_is_named() -> None:
    explorer = Explorer(GRAPH)
    paths = explorer.start("query", subgraph="b")
    with pytest.raises(Unreachable) as caught:
        explorer.explore(paths, selections("{ best { name } }"))
    assert (caught.value.parent, caught.value.field) == ("Query", "best")


def test_exploring_stops_at_its_budget() -> None:
    explorer = Explorer(GRAPH, budget=Budget(paths=3))
    with pytest.raises(BudgetExceeded):
        explorer.explore(explorer.start("query"), selections("{ best { stock } }"))
