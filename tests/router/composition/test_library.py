"""The composer as a library: importable from ``router``, typed, without files or network."""

from __future__ import annotations

import pytest

import router
from router import Composition, Contract, SubgraphSource, compose
from router.checking import check, read_api


def test_compose_is_imported_from_the_package_itself() -> None:
    result: Composition = compose([SubgraphSource("one", "http://one", "type Query { a: Int }")])
    assert (result.ok, result.errors) == (True, ())
    assert result.api_sdl == "type Query {\n  a: Int\n}\n"


def test_errors_have_codes_places_and_coordinates() -> None:
    result = compose([SubgraphSource("one", "http://one", "type Query {\n  a: Nowhere\n}")])
    assert result.supergraph_sdl is None
    error = result.errors[0]
    assert (error.code, error.subgraph) == ("INVALID_GRAPHQL", "one")
    assert [(at.subgraph, at.line) for at in error.locations] == [("one", 2)]


def test_a_composition_can_be_checked_against_the_one_before() -> None:
    old, new = (
        compose([SubgraphSource("one", "http://one", sdl)]).supergraph_sdl
        for sdl in ("type Query { a: Int b: Int }", "type Query { a: Int }")
    )
    assert old is not None
    assert new is not None
    assert [c.kind for c in check(read_api(old), read_api(new)).changes] == ["FIELD_REMOVED"]


def test_every_public_name_is_there_and_no_other() -> None:
    assert router.Contract is Contract
    assert all(hasattr(router, name) for name in router.__all__)
    with pytest.raises(AttributeError):
        router.nothing_of_the_kind  # noqa: B018
