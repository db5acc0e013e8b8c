"""@interfaceObject and entity interfaces."""

from __future__ import annotations

import pytest

from tests.router.composition.composing import api, block, codes, supergraph

MEDIA = """
  type Query { all: [Media!]! }
  interface Media @key(fields: "id") { id: ID! title: String }
  type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
  type Film implements Media @key(fields: "id") { id: ID! title: String }
"""
REVIEWS = 'type Media @interfaceObject @key(fields: "id") { id: ID! stars: Int }'


def test_the_interface_and_all_its_objects_get_the_field() -> None:
    schema = api(media=MEDIA, reviews=REVIEWS)
    for name in ("Media", "Book", "Film"):
        assert "stars" in schema.type_map[name].fields  # type: ignore[attr-defined]


def test_the_supergraph_tells_who_takes_the_interface_for_an_object() -> None:
    sdl = supergraph(media=MEDIA, reviews=REVIEWS)
    media = block(sdl, "interface Media")
    assert '@join__type(graph: REVIEWS, key: "id", isInterfaceObject: true)' in media
    assert "stars: Int @join__field(graph: REVIEWS)" in media
    assert "stars: Int @join__field\n" in block(sdl, "type Book")


@pytest.mark.parametrize(
    ("reviews", "code"),
    [
        ("type Media @interfaceObject { id: ID! stars: Int }", "INTERFACE_OBJECT_USAGE_ERROR"),
        (REVIEWS + ' type Book @key(fields: "id") { id: ID! }', "INTERFACE_OBJECT_USAGE_ERROR"),
        (REVIEWS.replace("Media", "Nothing"), "INTERFACE_OBJECT_USAGE_ERROR"),
    ],
    ids=["without a key", "beside an implementation", "of no interface"],
)
def test_misuse_is_reported(reviews: str, code: str) -> None:
    assert code in codes(media=MEDIA, reviews=reviews)


def test_a_keyed_interface_knows_all_its_implementations() -> None:
    assert "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE" in codes(
        media=MEDIA,
        more='interface Media @key(fields: "id") { id: ID! } '
        'type Game implements Media @key(fields: "id") { id: ID! } type Query { game: Game }',
    )


def test_objects_reached_as_interface_objects_alone_can_not_be_told_apart() -> None:
    """Where the real interface has no resolvable key, nobody can say what a Media of reviews is."""
    found = codes(
        media=MEDIA.replace(
            'interface Media @key(fields: "id")', 'interface Media @key(fields: "id", resolvable: false)'
        ),
        reviews=REVIEWS + " type Query { best: Media }",
    )
    assert set(found) == {"SATISFIABILITY_ERROR"}
