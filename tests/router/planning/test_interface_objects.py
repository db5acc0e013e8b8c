"""@interfaceObject: into the subgraph that knows no types, and back."""

from __future__ import annotations

from tests.router.planning.planned import Planned, lines, sketch

MEDIA = Planned(
    library="""
        type Query { media: [Media!]! }
        interface Media @key(fields: "id") { id: ID! title: String }
        type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
        type Film implements Media @key(fields: "id") { id: ID! title: String }
    """,
    reviews="""
        type Query { reviewed: [Media!]! }
        type Media @interfaceObject @key(fields: "id") { id: ID! stars: Int }
    """,
)


def test_a_field_of_the_interface_object_is_asked_of_all_types_at_once() -> None:
    assert MEDIA.text("{ media { title stars } }") == lines("""
        QueryPlan {
          Sequence {
            Fetch(service: "library") {
              {
                media {
                  __typename
                  title
                  id
                }
              }
            },
            Flatten(path: "media.@") {
              Fetch(service: "reviews") {
                {
                  ... on Media {
                    __typename
                    id
                  }
                } =>
                {
                  ... on Media {
                    stars
                  }
                }
              },
            },
          },
        }
    """)


def test_from_the_interface_object_other_fields_are_fetched_from_the_interface() -> None:
    assert MEDIA.text("{ reviewed { stars title } }") == lines("""
        QueryPlan {
          Sequence {
            Fetch(service: "reviews") {
              {
                reviewed {
                  stars
                  id
                }
              }
            },
            Flatten(path: "reviewed.@") {
              Fetch(service: "library") {
                {
                  ... on Media {
                    __typename
                    id
                  }
                } =>
                {
                  ... on Media {
                    title
                  }
                }
              },
            },
          },
        }
    """)


def test_the_typename_behind_an_interface_object_is_fetched() -> None:
    assert MEDIA.text("{ reviewed { __typename stars } }") == lines("""
        QueryPlan {
          Sequence {
            Fetch(service: "reviews") {
              {
                reviewed {
                  id
                  stars
                }
              }
            },
            Flatten(path: "reviewed.@") {
              Fetch(service: "library") {
                {
                  ... on Media {
                    __typename
                    id
                  }
                } =>
                {
                  ... on Media {
                    __typename
                  }
                }
              },
            },
          },
        }
    """)


def test_a_fragment_behind_an_interface_object_waits_for_the_type() -> None:
    assert MEDIA.text("{ reviewed { ... on Book { pages } } }") == lines("""
        QueryPlan {
          Sequence {
            Fetch(service: "reviews") {
              {
                reviewed {
                  id
                }
              }
            },
            Flatten(path: "reviewed.@") {
              Fetch(service: "library") {
                {
                  ... on Media {
                    __typename
                    id
                  }
                } =>
                {
                  ... on Media {
                    __typename
                    ... on Book {
                      pages
                    }
                  }
                }
              },
            },
          },
        }
    """)


def test_a_field_of_the_interface_object_is_asked_of_one_type_alone() -> None:
    assert MEDIA.text("{ media { ... on Book { stars } } }") == lines("""
        QueryPlan {
          Sequence {
            Fetch(service: "library") {
              {
                media {
                  __typename
                  ... on Book {
                    id
                  }
                }
              }
            },
            Flatten(path: "media.@") {
              Fetch(service: "reviews") {
                {
                  ... on Media {
                    __typename
                    id
                  }
                } =>
                {
                  ... on Media {
                    stars
                  }
                }
              },
            },
          },
        }
    """)


def test_what_is_asked_of_all_types_is_not_fetched_again_for_a_field_of_one_that_requires_it() -> None:
    graph = Planned(
        library="""
            type Query { media: [Media!]! }
            interface Media @key(fields: "id") { id: ID! }
            type Book implements Media @key(fields: "id") { id: ID! }
            type Film implements Media @key(fields: "id") { id: ID! }
        """,
        reviews="""
            type Query { reviewed: [Media!]! }
            type Media @interfaceObject @key(fields: "id") { id: ID! stars: Int }
        """,
        shop="""
            type Media @interfaceObject @key(fields: "id") {
              id: ID! stars: Int @external price: Int @requires(fields: "stars") }
        """,
    )
    assert sketch(graph.plan("{ reviewed { ... on Book { price } stars } }")) == [
        "reviews {reviewed{stars id}}",
        "library reviewed.@ (0) Media{id} => ...on Media{__typename ...on Book{__typename}}",
        "shop reviewed.@ (0,1) Media{id stars} => ...on Media{price}",
    ]


def test_what_is_asked_of_all_types_is_sent_where_a_field_of_one_type_requires_it() -> None:
    graph = Planned(
        library="""
            type Query { media: [Media!]! }
            interface Media @key(fields: "id") { id: ID! stars: Int }
            type Book implements Media @key(fields: "id") {
              id: ID! stars: Int @external praise: String @requires(fields: "stars") }
        """,
        reviews="""
            type Query { reviewed: [Media!]! }
            type Media @interfaceObject @key(fields: "id") { id: ID! stars: Int }
        """,
    )
    assert sketch(graph.plan("{ reviewed { stars ... on Book { praise } } }")) == [
        "reviews {reviewed{stars id}}",
        "library reviewed.@ (0) Media{id} => ...on Media{__typename ...on Book{__typename}}",
        "library reviewed.@ (0,1) Book{id stars} => ...on Book{praise}",
    ]
