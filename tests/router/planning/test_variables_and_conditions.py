"""Only what is used is sent; what is skipped is not fetched."""

from __future__ import annotations

from tests.router.planning.planned import Planned, lines

SHOP = Planned(
    a="""
        type Query { product(id: ID!, locale: String): Product }
        type Product @key(fields: "id") { id: ID! }
    """,
    b="""
        type Product @key(fields: "id") { id: ID! price(currency: String, places: Int): Int name: String }
    """,
)


def test_each_fetch_declares_only_the_variables_it_uses() -> None:
    assert SHOP.text("""query ($id: ID!, $currency: String = "EUR", $places: Int) {
  product(id: $id) { price(currency: $currency, places: $places) }
}""") == lines("""
        QueryPlan {
          Sequence {
            Fetch(service: "a") {
              {
                product(id: $id) {
                  id
                }
              }
            },
            Flatten(path: "product") {
              Fetch(service: "b") {
                {
                  ... on Product {
                    __typename
                    id
                  }
                } =>
                {
                  ... on Product {
                    price(currency: $currency, places: $places)
                  }
                }
              },
            },
          },
        }
    """)


def test_what_is_skipped_is_not_fetched() -> None:
    assert SHOP.text(
        "query ($full: Boolean!) { product(id: 1) { id name @include(if: $full) } }", {"full": False}
    ) == lines("""
        QueryPlan {
          Fetch(service: "a") {
            {
              product(id: 1) {
                id
              }
            }
          },
        }
    """)


def test_what_is_included_is_fetched_without_a_condition() -> None:
    assert SHOP.text(
        "query ($full: Boolean!) { product(id: 1) { id name @include(if: $full) } }", {"full": True}
    ) == lines("""
        QueryPlan {
          Sequence {
            Fetch(service: "a") {
              {
                product(id: 1) {
                  id
                }
              }
            },
            Flatten(path: "product") {
              Fetch(service: "b") {
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
