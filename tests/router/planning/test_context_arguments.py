"""@fromContext: an argument's value is fetched at the object above that sets the context."""

from __future__ import annotations

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
    assert last.context_variables == (ContextVariable("context_0", 1, (PathKey("currency"),)),)
    assert "$context_0:String" in last.document
    assert "price(net:true,in:$context_0)" in last.document


def test_two_calls_share_the_context() -> None:
    plan = SHOP.plan("{ shop { items { net: price(net: true) gross: price(net: false) } } }")
    assert len(plan.fetches) == 3
    assert len(plan.fetches[-1].context_variables) == 1
