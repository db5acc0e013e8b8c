"""Root types that a subgraph calls by names of its own."""

from __future__ import annotations

import pytest

from tests.router.composition.composing import HEAD, block, compose_fed1, sdl_of

RENAMED = HEAD.replace("extend schema", "schema") + "{ query: Reads mutation: Writes }"
ROOTS = "type Reads { x: Int %s } type Writes { y: Int } type Other @shareable { x: Int } "


@pytest.mark.parametrize(
    "sdl",
    [
        ROOTS % "any: Any" + "union Any = Reads | Other",
        ROOTS % "any: Any" + "union Any = Writes | Other",
        ROOTS.replace("type Reads", "type Reads implements I") % "i: I" + "interface I { x: Int }",
    ],
    ids=["the query in a union", "the mutation in a union", "an interface of the query"],
)
def test_a_hint_tells_where_routers_can_not_tell_a_renamed_root_from_other_types(sdl: str) -> None:
    b = HEAD + "type Query { z: Int }"
    composition = compose_fed1(a=RENAMED + sdl, b=b)
    assert composition.ok
    assert [h.code for h in composition.hints] == ["RENAMED_ROOT_IN_ABSTRACT_TYPE"]
    assert composition.hints[0].locations
    assert compose_fed1(a=HEAD + sdl.replace("Reads", "Query").replace("Writes", "Mutation"), b=b).hints == ()


def test_a_renamed_root_may_be_returned_by_itself() -> None:
    sdl = sdl_of(compose_fed1(a=RENAMED + ROOTS % "again: Reads!"))
    assert "again: Query!" in block(sdl, "type Query")


def test_field_sets_name_the_root_as_the_supergraph_does() -> None:
    required = '@requires(fields: "shop { ...on Reads { x } }")'
    a = (
        RENAMED
        + ROOTS % ""
        + f'type T @key(fields: "id") {{ id: ID! shop: Reads @external sum: Int {required} }}'
    )
    b = HEAD + 'type Query { t: T } type T @key(fields: "id") { id: ID! shop: Query }'
    sdl = sdl_of(compose_fed1(a=a, b=b))
    assert 'requires: "shop { ...on Query { x } }"' in sdl
