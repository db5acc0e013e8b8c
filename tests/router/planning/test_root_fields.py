"""Mutations in order, subscriptions, shared root fields, root types as field types."""

from __future__ import annotations

from tests.router.planning.planned import Planned, lines

ROOTS = Planned(
    a="""
        type Query { now: Clock @shareable version: String }
        type Mutation { open(id: ID!): Door count: Int }
        type Subscription { opened: Door }
        type Clock { hours: Int @shareable minutes: Int }
        type Door @key(fields: "id") { id: ID! }
    """,
    b="""
        type Query { now: Clock @shareable }
        type Mutation { close(id: ID!): Done }
        type Clock { hours: Int @shareable seconds: Int }
        type Door @key(fields: "id") { id: ID! colour: String }
        type Done { query: Query }
    """,
)


def test_mutations_run_in_order_each_with_all_that_belongs_to_it() -> None:
    assert ROOTS.text(
        "mutation { open(id: 1) { colour } count close(id: 1) { __typename } again: open(id: 2) { id } }"
    ) == lines("""
        QueryPlan {
          Sequence {
            Fetch(service: "a") {
              {
                open(id: 1) {
                  id
                }
                count
              }
            },
            Flatten(path: "open") {
              Fetch(service: "b") {
                {
                  ... on Door {
                    __typename
                    id
                  }
                } =>
                {
                  ... on Door {
                    colour
                  }
                }
              },
            },
            Fetch(service: "b") {
              {
                close(id: 1) {
                  __typename
                }
              }
            },
            Fetch(service: "a") {
              {
                again: open(id: 2) {
                  id
                }
              }
            },
          },
        }
    """)


def test_the_rest_of_a_subscription_runs_for_each_event() -> None:
    assert ROOTS.text("subscription { opened { id colour } }") == lines("""
        QueryPlan {
          Subscription {
            Primary: {
              Fetch(service: "a") {
                {
                  opened {
                    id
                  }
                }
              },
            },
            Rest: {
              Flatten(path: "opened") {
                Fetch(service: "b") {
                  {
                    ... on Door {
                      __typename
                      id
                    }
                  } =>
                  {
                    ... on Door {
                      colour
                    }
                  }
                },
              },
            }
          }
        }
    """)


def test_a_shared_root_field_is_asked_of_both_where_neither_has_all() -> None:
    assert ROOTS.text("{ now { hours minutes seconds } }") == lines("""
        QueryPlan {
          Parallel {
            Fetch(service: "a") {
              {
                now {
                  hours
                  minutes
                }
              }
            },
            Fetch(service: "b") {
              {
                now {
                  seconds
                }
              }
            },
          },
        }
    """)


def test_a_shared_root_field_is_asked_of_one_where_that_is_enough() -> None:
    assert ROOTS.text("{ now { hours seconds } }") == lines("""
        QueryPlan {
          Fetch(service: "b") {
            {
              now {
                hours
                seconds
              }
            }
          },
        }
    """)


def test_a_field_that_returns_the_query_type_continues_elsewhere() -> None:
    assert ROOTS.text("mutation { close(id: 1) { query { version } } }") == lines("""
        QueryPlan {
          Sequence {
            Fetch(service: "b") {
              {
                close(id: 1) {
                  query {
                    __typename
                  }
                }
              }
            },
            Flatten(path: "close.query") {
              Fetch(service: "a") {
                {
                  version
                }
              },
            },
          },
        }
    """)


def test_the_query_type_and_an_entity_at_one_place_are_asked_apart() -> None:
    """An entity is asked for by a representation, the query type by nothing."""
    planned = Planned(
        a="""
            type Query { top: Top }
            union Top = Query | Door
            type Door @key(fields: "id") { id: ID! }
        """,
        b="""
            type Query { version: String }
            type Door @key(fields: "id") { id: ID! colour: String }
        """,
    )
    fetches = planned.plan("{ top { ... on Query { version } ... on Door { colour } } }").fetches
    below = [fetch for fetch in fetches if fetch.service == "b"]
    assert len(below) == 2
    (root,) = [fetch for fetch in below if not fetch.requires]
    (entity,) = [fetch for fetch in below if fetch.requires]
    assert "version" in root.document
    assert "version" not in entity.document
    assert "_entities" in entity.document
