"""@inaccessible and @tag."""

from __future__ import annotations

import pytest

from tests.router.composition.composing import api, block, codes, hints, supergraph


def test_hidden_elements_are_in_the_supergraph_but_not_in_the_api() -> None:
    subgraphs = {
        "a": "type Query { u: U secret: Int @inaccessible e(x: Int, y: Int @inaccessible): E i(in: I): Int } "
        "type U { id: ID name: String @inaccessible } type Gone @inaccessible { x: Int } "
        "enum E { A B @inaccessible } input I { x: Int y: Int @inaccessible }"
    }
    schema = api(**subgraphs)
    assert schema.query_type
    assert set(schema.query_type.fields) == {"u", "e", "i"}
    assert set(schema.query_type.fields["e"].args) == {"x"}
    assert "Gone" not in schema.type_map
    assert set(schema.type_map["E"].values) == {"A"}  # type: ignore[attr-defined]
    assert set(schema.type_map["I"].fields) == {"x"}  # type: ignore[attr-defined]
    assert "name: String @inaccessible" in block(supergraph(**subgraphs), "type U")


def test_one_subgraph_may_hide_for_all() -> None:
    money = "type Money @shareable { amount: Int unit: String %s }"
    schema = api(
        a="type Query { a: Money } " + money % "@inaccessible", b="type Query { b: Money } " + money % ""
    )
    assert set(schema.type_map["Money"].fields) == {"amount"}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("sdl", "code"),
    [
        ("type Query { u: U } type U @inaccessible { x: Int }", "REFERENCED_INACCESSIBLE"),
        ("type Query { x: Int @inaccessible }", "ONLY_INACCESSIBLE_CHILDREN"),
        ("type Query @inaccessible { x: Int }", "QUERY_ROOT_TYPE_INACCESSIBLE"),
        ("type Query { x(a: Int! @inaccessible): Int }", "REQUIRED_INACCESSIBLE"),
        (
            "type Query { i: I t: T } interface I { x: Int y: Int } "
            "type T implements I { x: Int @inaccessible y: Int }",
            "IMPLEMENTED_BY_INACCESSIBLE",
        ),
        ("type Query { x: Int } directive @d(a: Int! @inaccessible) on FIELD", "REQUIRED_INACCESSIBLE"),
        ("type Query { x(e: E = B): Int } enum E { A B @inaccessible }", "DEFAULT_VALUE_USES_INACCESSIBLE"),
    ],
)
def test_what_is_left_must_be_a_schema(sdl: str, code: str) -> None:
    assert codes(a=sdl) == [code]


def test_tags_of_all_subgraphs_are_kept() -> None:
    money = "type Money @shareable { amount: Int %s }"
    sdl = supergraph(
        a="type Query { a: Money } " + money % '@tag(name: "public") @tag(name: "x")',
        b="type Query { b: Money } " + money % '@tag(name: "public") @tag(name: "y")',
    )
    line = next(text for text in sdl.splitlines() if text.strip().startswith("amount"))
    assert [line.count(f'@tag(name: "{tag}")') for tag in ("public", "x", "y")] == [1, 1, 1]
    assert '@link(url: "https://specs.apollo.dev/tag/v0.3")' in sdl


def test_tags_of_external_fields_belong_to_those_who_resolve_them() -> None:
    assert "MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL" in codes(
        a='type Query { u: U } type U @key(fields: "id") { id: ID! n: Int }',
        b='type U @key(fields: "id") { id: ID! n: Int @external @tag(name: "x") m: Int '
        '@requires(fields: "n") }',
    )


def test_nothing_hidden_gives_no_hint() -> None:
    assert hints(a="type Query { x: Int }") == []
