"""@fromContext: an argument's value is fetched at the object above that sets the context."""

from __future__ import annotations

import pytest

from router.planning.plan import ContextVariable, PathKey
from tests.router.planning.planned import Planned

SHOP = Planned(
    a="""
        type Query { shop: Shop }
        type Shop @key(fields: "id") @context(name: "shop") {
          id: ID! currency: String @external items: [Item!]! }
        type Item @key(fields: "id") {
          id: ID!
          price(in: String @fromContext(field: "$shop { currency }"), net: Boolean): Int }
    """,
    b="""
        type Shop @key(fields: "id") { id: ID! currency: String }
    """,
)


def test_the_value_is_fetched_first_and_sent_as_a_variable() -> None:
    plan = SHOP.plan("{ shop { items { price(net: true) } } }")
    assert [(f.service, f.depends_on) for f in plan.fetches] == [("a", ()), ("b", (0,)), ("a", (0, 1))]
    last = plan.fetches[-1]
    assert last.context_variables == (ContextVariable("context_0", 1, ((PathKey("currency"),),)),)
    assert "$context_0:String" in last.document
    assert "price(net:true,in:$context_0)" in last.document


def test_two_calls_share_the_context() -> None:
    plan = SHOP.plan("{ shop { items { net: price(net: true) gross: price(net: false) } } }")
    assert len(plan.fetches) == 3
    assert len(plan.fetches[-1].context_variables) == 1


def test_what_a_query_sets_is_fetched_from_the_subgraph_that_resolves_it() -> None:
    planned = Planned(
        a="""
            type Query @context(name: "shop") { currency: String @external item: Item }
            type Item @key(fields: "id") {
              id: ID! price(in: String @fromContext(field: "$shop { currency }")): Int }
        """,
        b="type Query { currency: String }",
    )
    for operation in ("{ item { price } }", "{ item { price } currency }"):
        plan = planned.plan(operation)
        assert [(f.service, f.depends_on) for f in plan.fetches] == [("a", ()), ("b", ()), ("a", (0, 1))]
        value = plan.fetches[-1].context_variables
        assert value == (ContextVariable("context_0", 1, ((PathKey("currency"),),)),)


TREE = Planned(
    a="""
        type Query { top: Top }
        type Top @context(name: "up") { name: String node: Node }
        interface Named @context(name: "up") { name: String }
        type Node implements Named @key(fields: "id") @context(name: "up") {
          id: ID! name: String child: Node other: Named inner: Inner
          above(n: String @fromContext(field: "$up { name }")): String }
        type Inner { deep: Leaf }
        type Leaf @key(fields: "id") { id: ID! above(n: String @fromContext(field: "$up { name }")): String }
    """,
    b='type Node @key(fields: "id") { id: ID! size: Int }',
)


@pytest.mark.parametrize(
    ("operation", "levels", "document"),
    [
        ("{ top { node { above } } }", 1, "{top{node{id} name}}"),
        ("{ top { node { child { above } } } }", 1, "{top{node{child{id} name}}}"),
        ("{ top { node { other { ... on Node { above } } } } }", 1, None),
        ("{ top { node { inner { deep { above } } } } }", 2, "{top{node{inner{deep{id}} name}}}"),
    ],
)
def test_an_object_reads_the_context_of_the_nearest_object_above_not_its_own(
    operation: str, levels: int, document: str | None
) -> None:
    plan = TREE.plan(operation)
    assert plan.fetches[-1].context_variables == (
        ContextVariable("context_0", levels, ((PathKey("name"),),)),
    )
    if document is not None:
        assert plan.fetches[0].document == document


def test_a_context_that_an_interfaces_only_object_sets_is_read_of_the_object() -> None:
    graph = Planned(
        a="""
            type Query { node: Node }
            interface Node { id: ID! leaf: Leaf! }
            type Shop implements Node @key(fields: "id") @context(name: "c") {
              id: ID! currency: String! leaf: Leaf! }
            type Leaf @key(fields: "id") {
              id: ID! price(in: String @fromContext(field: "$c { currency }")): Int }
        """,
        b='type Leaf @key(fields: "id") { id: ID! size: Int }',
    )
    plan = graph.plan("{ node { leaf { price } } }")
    assert plan.fetches[0].document == "{node{__typename ...on Shop{leaf{id} currency}}}"
    assert plan.fetches[-1].context_variables == (ContextVariable("context_0", 1, ((PathKey("currency"),),)),)


def test_objects_of_several_types_in_one_place_give_the_value_each_its_own_way() -> None:
    graph = Planned(
        a="""
            type Query { places: [Place] }
            union Place = Shop | Market
            type Shop @key(fields: "id") @context(name: "c") { id: ID! currency: String! leaf: Leaf }
            type Market @key(fields: "id") @context(name: "c") { id: ID! money: String! leaf: Leaf }
            type Leaf @key(fields: "id") { id: ID! price(
              in: String @fromContext(field: "$c ... on Shop { currency } ... on Market { money }")): Int }
        """,
        b='type Leaf @key(fields: "id") { id: ID! size: Int }',
    )
    plan = graph.plan("{ places { ... on Shop { leaf { price } } ... on Market { leaf { price } } } }")
    first, last = plan.fetches
    assert first.document == (
        "{places{__typename ...on Shop{leaf{id} currency} ...on Market{leaf{id} money}}}"
    )
    shop, market = (
        PathKey(name, frozenset({on})) for name, on in (("currency", "Shop"), ("money", "Market"))
    )
    assert last.context_variables == (ContextVariable("context_0", 1, ((shop,), (market,))),)
