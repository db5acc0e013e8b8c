"""@requires: what is fetched before, what is sent, what may share a fetch."""

from __future__ import annotations

from tests.router.planning.planned import Planned, lines

FREIGHT = Planned(
    products="""
        type Query { product(id: ID!): Product products: [Product!]! }
        type Product @key(fields: "id") { id: ID! weight(unit: Unit): Int price: Int size: Size }
        type Size { width: Int height: Int }
        enum Unit { KG LB }
    """,
    shipping="""
        type Product @key(fields: "id") { id: ID! weight(unit: Unit): Int @external price: Int @external
          size: Size @external zone: String
          freight: Int @requires(fields: "weight(unit: KG) price")
          volume: Int @requires(fields: "size { width height }") }
        type Size { width: Int @external height: Int @external }
        enum Unit { KG LB }
    """,
    customs="""
        type Product @key(fields: "id") { id: ID! freight: Int @external zone: String @external
          duty: Int @requires(fields: "freight zone") }
    """,
    offers="""
        type Query { offers: [Product!]! }
        type Product @key(fields: "id") { id: ID! }
    """,
)


def test_required_fields_are_fetched_with_the_key_and_sent() -> None:
    assert FREIGHT.text("{ product(id: 1) { freight } }") == lines("""
        QueryPlan {
          Sequence {
            Fetch(service: "products") {
              {
                product(id: 1) {
                  id
                  weight(unit: KG)
                  price
                }
              }
            },
            Flatten(path: "product") {
              Fetch(service: "shipping") {
                {
                  ... on Product {
                    __typename
                    id
                    weight
                    price
                  }
                } =>
                {
                  ... on Product {
                    freight
                  }
                }
              },
            },
          },
        }
    """)


def test_required_fields_of_a_third_subgraph_are_fetched_in_between() -> None:
    assert FREIGHT.text("{ offers { freight } }") == lines("""
        QueryPlan {
          Sequence {
            Fetch(service: "offers") {
              {
                offers {
                  id
                }
              }
            },
            Flatten(path: "offers.@") {
              Fetch(service: "products") {
                {
                  ... on Product {
                    __typename
                    id
                  }
                } =>
                {
                  ... on Product {
                    weight(unit: KG)
                    price
                  }
                }
              },
            },
            Flatten(path: "offers.@") {
              Fetch(service: "shipping") {
                {
                  ... on Product {
                    __typename
                    id
                    weight
                    price
                  }
                } =>
                {
                  ... on Product {
                    freight
                  }
                }
              },
            },
          },
        }
    """)


def test_fields_that_require_and_fields_that_do_not_share_one_fetch() -> None:
    assert FREIGHT.text("{ product(id: 1) { zone freight volume } }") == lines("""
        QueryPlan {
          Sequence {
            Fetch(service: "products") {
              {
                product(id: 1) {
                  id
                  weight(unit: KG)
                  price
                  size {
                    width
                    height
                  }
                }
              }
            },
            Flatten(path: "product") {
              Fetch(service: "shipping") {
                {
                  ... on Product {
                    __typename
                    id
                    weight
                    price
                    size {
                      width
                      height
                    }
                  }
                } =>
                {
                  ... on Product {
                    zone
                    freight
                    volume
                  }
                }
              },
            },
          },
        }
    """)


def test_a_chain_of_requirements_is_a_chain_of_fetches() -> None:
    assert FREIGHT.text("{ offers { duty } }") == lines("""
        QueryPlan {
          Sequence {
            Fetch(service: "offers") {
              {
                offers {
                  id
                }
              }
            },
            Flatten(path: "offers.@") {
              Fetch(service: "products") {
                {
                  ... on Product {
                    __typename
                    id
                  }
                } =>
                {
                  ... on Product {
                    weight(unit: KG)
                    price
                  }
                }
              },
            },
            Flatten(path: "offers.@") {
              Fetch(service: "shipping") {
                {
                  ... on Product {
                    __typename
                    id
                    weight
                    price
                  }
                } =>
                {
                  ... on Product {
                    freight
                    zone
                  }
                }
              },
            },
            Flatten(path: "offers.@") {
              Fetch(service: "customs") {
                {
                  ... on Product {
                    __typename
                    id
                    freight
                    zone
                  }
                } =>
                {
                  ... on Product {
                    duty
                  }
                }
              },
            },
          },
        }
    """)


def test_a_required_argument_does_not_collide_with_the_clients() -> None:
    assert FREIGHT.text("{ product(id: 1) { weight(unit: LB) freight } }") == lines("""
        QueryPlan {
          Sequence {
            Fetch(service: "products") {
              {
                product(id: 1) {
                  weight(unit: LB)
                  id
                  weight_2: weight(unit: KG)
                  price
                }
              }
            },
            Flatten(path: "product") {
              Fetch(service: "shipping") {
                {
                  ... on Product {
                    __typename
                    id
                    weight
                    price
                  }
                } =>
                {
                  ... on Product {
                    freight
                  }
                }
              },
            },
          },
        }
    """)
