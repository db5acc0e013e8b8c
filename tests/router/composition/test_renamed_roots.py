"""Root types that a subgraph calls by names of its own."""

from __future__ import annotations

import pytest

from router.supergraph import print_api_sdl, read_supergraph
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
def test_a_hint_tells_where_other_routers_can_not_tell_a_renamed_root_from_other_types(sdl: str) -> None:
    b = HEAD + "type Query { z: Int }"
    composition = compose_fed1(a=RENAMED + sdl, b=b)
    assert composition.ok
    assert [h.code for h in composition.hints] == ["RENAMED_ROOT_IN_ABSTRACT_TYPE"]
    assert composition.hints[0].locations
    assert compose_fed1(a=HEAD + sdl.replace("Reads", "Query").replace("Writes", "Mutation"), b=b).hints == ()


def test_the_supergraph_notes_what_the_subgraph_calls_the_root_where_objects_are_told_by_it() -> None:
    sdl = sdl_of(compose_fed1(a=RENAMED + ROOTS % "any: Any" + "union Any = Reads | Other"))
    assert '@link(url: "https://specs.waybill.dev/waybill/v0.1")' in sdl
    assert '@waybill__name(graph: A, name: "Reads")' in block(sdl, "type Query")
    assert "waybill" not in block(sdl, "type Mutation")
    assert read_supergraph(sdl).subgraphs["a"].own_names == {"Query": "Reads"}


def test_clients_see_nothing_of_it() -> None:
    composition = compose_fed1(a=RENAMED + ROOTS % "any: Any" + "union Any = Reads | Other")
    assert composition.api_sdl is not None
    assert "waybill" not in composition.api_sdl
    assert "waybill" not in print_api_sdl(read_supergraph(sdl_of(composition)))


def test_a_directive_of_the_same_name_that_is_composed_keeps_it() -> None:
    link = (
        '@link(url: "https://x.dev/waybill/v1.0", import: ["@waybill"]) @composeDirective(name: "@waybill")'
    )
    a = RENAMED.replace("{ query", f"{link} {{ query") + "directive @waybill(name: String) on UNION "
    a += ROOTS % "any: Any" + 'union Any @waybill(name: "x") = Reads | Other'
    sdl = sdl_of(compose_fed1(a=a))
    assert '@waybill(name: "x")' in sdl
    assert read_supergraph(sdl).subgraphs["a"].own_names == {"Query": "Reads"}


def test_a_renamed_root_may_be_returned_by_itself() -> None:
    sdl = sdl_of(compose_fed1(a=RENAMED + ROOTS % "again: Reads!"))
    assert "again: Query!" in block(sdl, "type Query")
    assert "waybill" not in sdl


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
