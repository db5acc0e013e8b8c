"""@provides and @override."""

from __future__ import annotations

from tests.router.planning.planned import Planned, lines

SHOP = Planned(
    a="""
        type Query { best: Product any: Product }
        type Product @key(fields: "id") { id: ID! name: String @shareable price: Int }
    """,
    b="""
        type Query { top: Product @provides(fields: "name maker { city }") cheap: Product }
        type Product @key(fields: "id") { id: ID! name: String @external maker: Maker @external
          price: Int @override(from: "a", label: "percent(20)") }
        type Maker @key(fields: "id") { id: ID! city: String @external }
    """,
    c="""
        type Product @key(fields: "id") { id: ID! maker: Maker @shareable }
        type Maker @key(fields: "id") { id: ID! city: String @shareable }
    """,
)


def test_a_provided_field_is_not_fetched_elsewhere() -> None:
    assert SHOP.text("{ top { name maker { city } } }") == lines("""
        QueryPlan {
          Fetch(service: "b") {
            {
              top {
                name
                maker {
                  city
                }
              }
            }
          },
        }
    """)


def test_an_external_field_that_is_not_provided_is_fetched_from_its_owner() -> None:
    assert SHOP.text("{ cheap { name } }") == lines("""
        QueryPlan {
          Sequence {
            Fetch(service: "b") {
              {
                cheap {
                  id
                }
              }
            },
            Flatten(path: "cheap") {
              Fetch(service: "a") {
                {
                  ... on Product {
                    __typename
                    id
                  }
                } =>
                {
                  ... on Product {
                    name
                  }
                }
              },
            },
          },
        }
    """)


def test_without_its_label_an_overridden_field_stays() -> None:
    assert SHOP.text("{ best { price } }") == lines("""
        QueryPlan {
          Fetch(service: "a") {
            {
              best {
                price
              }
            }
          },
        }
    """)


def test_with_its_label_an_overridden_field_moves() -> None:
    assert SHOP.text("{ best { price } }", None, "percent(20)") == lines("""
        QueryPlan {
          Sequence {
            Fetch(service: "a") {
              {
                best {
                  id
                }
              }
            },
            Flatten(path: "best") {
              Fetch(service: "b") {
                {
                  ... on Product {
                    __typename
                    id
                  }
                } =>
                {
                  ... on Product {
                    price
                  }
                }
              },
            },
          },
        }
    """)
