"""Interfaces and unions: asked as a whole where possible, type by type where subgraphs differ."""

from __future__ import annotations

from tests.router.planning.planned import Planned, lines

MEDIA = Planned(
    library="""
        type Query { media: [Media!]! found: [Found!]! }
        interface Media { id: ID! title: String }
        type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
        type Film implements Media @key(fields: "id") { id: ID! title: String length: String! @shareable }
        type Song implements Media @key(fields: "id") { id: ID! title: String length: String }
        union Found = Book | Film
    """,
    ratings="""
        interface Media { rating: Int }
        type Book implements Media @key(fields: "id") { id: ID! rating: Int }
        type Film implements Media @key(fields: "id") { id: ID! rating: Int length: String @shareable }
        type Song implements Media @key(fields: "id") { id: ID! rating: Int }
    """,
)


def test_fields_of_the_interface_are_asked_as_a_whole() -> None:
    assert MEDIA.text("{ media { id title } }") == lines("""
        QueryPlan {
          Fetch(service: "library") {
            {
              media {
                id
                title
              }
            }
          },
        }
    """)


def test_fields_of_another_subgraph_are_asked_of_each_type_in_one_fetch() -> None:
    assert MEDIA.text("{ media { title rating } }") == lines("""
        QueryPlan {
          Sequence {
            Fetch(service: "library") {
              {
                media {
                  __typename
                  title
                  ... on Book {
                    id
                  }
                  ... on Film {
                    id
                  }
                  ... on Song {
                    id
                  }
                }
              }
            },
            Flatten(path: "media.@") {
              Fetch(service: "ratings") {
                {
                  ... on Book {
                    __typename
                    id
                  }
                  ... on Film {
                    __typename
                    id
                  }
                  ... on Song {
                    __typename
                    id
                  }
                } =>
                {
                  ... on Book {
                    rating
                  }
                  ... on Film {
                    rating
                  }
                  ... on Song {
                    rating
                  }
                }
              },
            },
          },
        }
    """)


def test_one_response_key_of_types_that_differ_in_the_subgraph_is_aliased() -> None:
    assert MEDIA.text("{ media { ... on Film { length } ... on Song { length } } }") == lines("""
        QueryPlan {
          Fetch(service: "library") {
            {
              media {
                __typename
                ... on Film {
                  length
                }
                ... on Song {
                  length_2: length
                }
              }
            }
          },
        }
    """)


def test_a_union_has_its_typename_fetched() -> None:
    assert MEDIA.text("{ found { __typename ... on Book { pages } } }") == lines("""
        QueryPlan {
          Fetch(service: "library") {
            {
              found {
                __typename
                ... on Book {
                  pages
                }
              }
            }
          },
        }
    """)


def test_a_fragment_on_an_interface_of_a_unions_members_is_asked_as_a_whole() -> None:
    assert MEDIA.text("{ found { ... on Media { title rating } } }") == lines("""
        QueryPlan {
          Sequence {
            Fetch(service: "library") {
              {
                found {
                  __typename
                  ... on Media {
                    title
                  }
                  ... on Book {
                    id
                  }
                  ... on Film {
                    id
                  }
                }
              }
            },
            Flatten(path: "found.@") {
              Fetch(service: "ratings") {
                {
                  ... on Book {
                    __typename
                    id
                  }
                  ... on Film {
                    __typename
                    id
                  }
                } =>
                {
                  ... on Book {
                    rating
                  }
                  ... on Film {
                    rating
                  }
                }
              },
            },
          },
        }
    """)
