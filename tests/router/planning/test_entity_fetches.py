"""Entities: which keys are used, what goes into one fetch, what runs side by side."""

from __future__ import annotations

from tests.router.planning.planned import Planned, lines

SHOP = Planned(
    users="""
        type Query { me: User users: [User!]! }
        type User @key(fields: "id") { id: ID! name: String }
    """,
    orders="""
        type Query { orders: [Order!]! }
        type User @key(fields: "id") { id: ID! orders: [Order!]! }
        type Order @key(fields: "id") { id: ID! customer: User! product: Product vendor: Vendor }
        type Product @key(fields: "sku region { code }") { sku: ID! region: Region! }
        type Region { code: ID! @shareable }
        type Vendor @key(fields: "id") { id: ID! }
    """,
    catalog="""
        type Product @key(fields: "sku region { code }") { sku: ID! region: Region!
          title: String tax: String }
        type Region { code: ID! @shareable }
        type Vendor @key(fields: "id") @key(fields: "vat") { id: ID! vat: ID! }
    """,
    ledger="""
        type Vendor @key(fields: "vat") { vat: ID! balance: Int }
    """,
)


def test_an_entity_of_another_subgraph_is_fetched_by_its_key() -> None:
    assert SHOP.text("{ me { name orders { id } } }") == lines("""
        QueryPlan {
          Sequence {
            Fetch(service: "users") {
              {
                me {
                  name
                  id
                }
              }
            },
            Flatten(path: "me") {
              Fetch(service: "orders") {
                {
                  ... on User {
                    __typename
                    id
                  }
                } =>
                {
                  ... on User {
                    orders {
                      id
                    }
                  }
                }
              },
            },
          },
        }
    """)


def test_a_field_is_not_fetched_again_where_its_key_is_all_that_is_asked() -> None:
    assert SHOP.text("{ orders { customer { id } } }") == lines("""
        QueryPlan {
          Fetch(service: "orders") {
            {
              orders {
                customer {
                  id
                }
              }
            }
          },
        }
    """)


def test_root_fields_of_several_subgraphs_run_side_by_side() -> None:
    assert SHOP.text("{ me { id } orders { id } }") == lines("""
        QueryPlan {
          Parallel {
            Fetch(service: "users") {
              {
                me {
                  id
                }
              }
            },
            Fetch(service: "orders") {
              {
                orders {
                  id
                }
              }
            },
          },
        }
    """)


def test_composite_keys_are_selected_and_sent_nested() -> None:
    assert SHOP.text("{ orders { product { title } } }") == lines("""
        QueryPlan {
          Sequence {
            Fetch(service: "orders") {
              {
                orders {
                  product {
                    sku
                    region {
                      code
                    }
                  }
                }
              }
            },
            Flatten(path: "orders.@.product") {
              Fetch(service: "catalog") {
                {
                  ... on Product {
                    __typename
                    sku
                    region {
                      code
                    }
                  }
                } =>
                {
                  ... on Product {
                    title
                  }
                }
              },
            },
          },
        }
    """)


def test_a_key_that_only_a_third_subgraph_knows_is_fetched_from_there_first() -> None:
    assert SHOP.text("{ orders { vendor { balance } } }") == lines("""
        QueryPlan {
          Sequence {
            Fetch(service: "orders") {
              {
                orders {
                  vendor {
                    id
                  }
                }
              }
            },
            Flatten(path: "orders.@.vendor") {
              Fetch(service: "catalog") {
                {
                  ... on Vendor {
                    __typename
                    id
                  }
                } =>
                {
                  ... on Vendor {
                    vat
                  }
                }
              },
            },
            Flatten(path: "orders.@.vendor") {
              Fetch(service: "ledger") {
                {
                  ... on Vendor {
                    __typename
                    vat
                  }
                } =>
                {
                  ... on Vendor {
                    balance
                  }
                }
              },
            },
          },
        }
    """)


def test_entities_of_one_subgraph_at_different_places_are_different_fetches() -> None:
    assert SHOP.text("{ orders { customer { name } product { title tax } } }") == lines("""
        QueryPlan {
          Sequence {
            Fetch(service: "orders") {
              {
                orders {
                  customer {
                    id
                  }
                  product {
                    sku
                    region {
                      code
                    }
                  }
                }
              }
            },
            Parallel {
              Flatten(path: "orders.@.customer") {
                Fetch(service: "users") {
                  {
                    ... on User {
                      __typename
                      id
                    }
                  } =>
                  {
                    ... on User {
                      name
                    }
                  }
                },
              },
              Flatten(path: "orders.@.product") {
                Fetch(service: "catalog") {
                  {
                    ... on Product {
                      __typename
                      sku
                      region {
                        code
                      }
                    }
                  } =>
                  {
                    ... on Product {
                      title
                      tax
                    }
                  }
                },
              },
            },
          },
        }
    """)


def test_typename_of_an_object_needs_no_fetch() -> None:
    assert SHOP.text("{ __typename me { __typename } }") == lines("""
        QueryPlan {
          Fetch(service: "users") {
            {
              me {
                __typename
              }
            }
          },
        }
    """)


def test_two_aliases_of_a_field_share_the_entity_fetch_of_each() -> None:
    assert SHOP.text("{ a: orders { customer { name } } b: orders { customer { name } } }") == lines("""
        QueryPlan {
          Sequence {
            Fetch(service: "orders") {
              {
                a: orders {
                  customer {
                    id
                  }
                }
                b: orders {
                  customer {
                    id
                  }
                }
              }
            },
            Parallel {
              Flatten(path: "a.@.customer") {
                Fetch(service: "users") {
                  {
                    ... on User {
                      __typename
                      id
                    }
                  } =>
                  {
                    ... on User {
                      name
                    }
                  }
                },
              },
              Flatten(path: "b.@.customer") {
                Fetch(service: "users") {
                  {
                    ... on User {
                      __typename
                      id
                    }
                  } =>
                  {
                    ... on User {
                      name
                    }
                  }
                },
              },
            },
          },
        }
    """)
