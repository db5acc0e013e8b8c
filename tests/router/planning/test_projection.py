"""The projection: the client's keys in the client's order, whatever the fetches call them."""

from __future__ import annotations

from router.planning.plan import ResponseSelection
from tests.router.planning.planned import Planned

SHOP = Planned(
    a="""
        type Query { items: [Item!]! item: Thing }
        interface Item { id: ID! name: String }
        type Book implements Item @key(fields: "id") { id: ID! name: String pages: Int }
        type Film implements Item @key(fields: "id") { id: ID! name: String }
        type Thing @key(fields: "id") { id: ID! name: String }
    """,
    b="""
        type Thing @key(fields: "id") { id: ID! price: Int }
    """,
)


def keys(selection: ResponseSelection | None, on: str | None = None) -> list[tuple[str, str]]:
    assert selection is not None
    fields = selection.fields if on is None else selection.by_type.get(on, selection.fields)
    return [(f.key, f.source) for f in fields]


def test_the_clients_order_is_kept_across_fetches() -> None:
    item = SHOP.plan("{ item { price name id } }").response.fields[0]
    assert keys(item.selection) == [("price", "price"), ("name", "name"), ("id", "id")]


def test_a_key_field_does_not_collide_with_a_clients_alias() -> None:
    plan = SHOP.plan("{ item { id: name price } }")
    assert keys(plan.response.fields[0].selection) == [("id", "id"), ("price", "price")]
    assert plan.fetches[0].document == "{item{id:name id_2:id}}"
    assert [(f.name, f.source) for f in plan.fetches[1].requires[0].fields] == [("id", "id_2")]


def test_fields_of_fragments_stand_where_graphql_collects_them() -> None:
    plan = SHOP.plan("{ items { name ... on Book { pages } id ... on Book { t: __typename name } } }")
    items = plan.response.fields[0].selection
    assert keys(items, "Film") == [("name", "name"), ("id", "id")]
    assert keys(items, "Book") == [
        ("name", "name"),
        ("pages", "pages"),
        ("id", "id"),
        ("t", "__typename"),
    ]


def test_introspection_is_split_off_and_keeps_its_place() -> None:
    plan = SHOP.plan("query ($n: String!) { a: __type(name: $n) { name } item { id } }", {"n": "Book"})
    assert plan.introspection == "query($n:String!){a:__type(name:$n){name}}"
    assert [f.key for f in plan.response.fields] == ["a", "item"]
    assert len(plan.fetches) == 1
