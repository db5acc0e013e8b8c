"""@link: features, what they are called here, which of them mean something."""

from __future__ import annotations

import pytest

from tests.router.composition.composing import compose_fed1, compose_fed2, sdl_of

LINKED = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", %s) '


def test_renamed_imports_mean_what_they_were_renamed_from() -> None:
    sdl = sdl_of(
        compose_fed1(
            a=LINKED % 'import: [{ name: "@key", as: "@primary" }, "@shareable"]'
            + 'type Query { u: U } type U @primary(fields: "id") { id: ID! }',
            b=LINKED % 'import: ["@key"]' + 'type U @key(fields: "id") { id: ID! n: Int }',
        )
    )
    assert '@join__type(graph: A, key: "id")' in sdl


def test_what_is_not_imported_is_called_by_its_full_name() -> None:
    sdl = 'type Query { u: U } type U @%s(fields: "id") { id: ID! }'
    assert compose_fed1(a=LINKED % "import: []" + sdl % "federation__key").ok
    assert compose_fed1(a=LINKED % 'as: "fed"' + sdl % "fed__key").ok
    assert [e.code for e in compose_fed1(a=LINKED % 'as: "fed"' + sdl % "key").errors] == ["INVALID_GRAPHQL"]


@pytest.mark.parametrize(
    ("link", "code"),
    [
        (
            '@link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@nope"])',
            "INVALID_LINK_DIRECTIVE_USAGE",
        ),
        ('@link(url: "https://specs.apollo.dev/federation/v2.99")', "UNKNOWN_FEDERATION_LINK_VERSION"),
        ('@link(url: "https://specs.apollo.dev/link/v9.0")', "UNKNOWN_LINK_VERSION"),
        ('@link(url: "somewhere")', "INVALID_LINK_IDENTIFIER"),
    ],
)
def test_faulty_links_are_reported(link: str, code: str) -> None:
    assert [e.code for e in compose_fed1(a=f"extend schema {link} type Query {{ x: Int }}").errors] == [code]


def test_a_directive_of_the_supergraph_has_one_name() -> None:
    sdl = LINKED + "type Query { %s: Int %s }"
    errors = compose_fed1(
        a=sdl % ('import: ["@tag"]', "x", '@tag(name: "t")'),
        b=sdl % ('import: [{ name: "@tag", as: "@label" }]', "y", '@label(name: "t")'),
    ).errors
    assert [e.code for e in errors] == ["LINK_IMPORT_NAME_MISMATCH"]


def test_a_link_says_what_it_is_for() -> None:
    sdl = sdl_of(compose_fed2(a="type Query { x: Int @authenticated }"))
    assert '@link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)' in sdl


SPECS = "https://specs.apollo.dev/"
LINK = f'@link(url: "{SPECS}link/v1.0")'


@pytest.mark.parametrize("feature", ["cost/v0.1", "tag/v0.3", "policy/v0.1"])
def test_without_federation_or_the_link_specification_links_say_nothing(feature: str) -> None:
    name = feature.partition("/")[0]
    imported = f'@link(url: "{SPECS}{feature}", import: [{{name: "@{name}", as: "@mine"}}])'
    assert compose_fed1(a=f"extend schema {imported} type Query {{ x: Int }}").ok
    errors = compose_fed1(a=f"extend schema {imported} type Query {{ x: Int @mine }}").errors
    assert [e.message for e in errors] == ['There is no directive "@mine"']


def test_a_feature_beside_the_link_specification_needs_no_federation() -> None:
    composition = compose_fed1(
        a=f'extend schema {LINK} @link(url: "{SPECS}cost/v0.1") type Query {{ x: Int @cost(weight: 2) }}'
    )
    assert "x: Int @cost(weight: 2)" in sdl_of(composition)
    assert [h.code for h in composition.hints] == ["IMPLICITLY_UPGRADED_FEDERATION_VERSION"]


@pytest.mark.parametrize(
    ("links", "composes"),
    [
        (f'{LINK} @link(url: "{SPECS}tag/v0.3")', False),
        (f'{LINK} @link(url: "{SPECS}tag/v0.3", as: "other", import: [{{name: "@tag", as: "@mine"}}])', True),
        (f'@link(url: "{SPECS}federation/v2.3", import: ["@tag"]) @link(url: "{SPECS}tag/v0.3")', False),
        (f'@link(url: "{SPECS}federation/v2.3") @link(url: "{SPECS}tag/v0.3")', True),
    ],
)
def test_tag_has_one_meaning(links: str, composes: bool) -> None:
    errors = compose_fed1(a=f"extend schema {links} type Query {{ x: Int }}").errors
    assert [e.code for e in errors] == ([] if composes else ["INVALID_LINK_DIRECTIVE_USAGE"])


def test_tag_of_its_own_specification_reaches_the_supergraph() -> None:
    links = f'@link(url: "{SPECS}federation/v2.3") @link(url: "{SPECS}tag/v0.3", as: "label")'
    sdl = sdl_of(compose_fed1(a=f'extend schema {links} type Query {{ x: Int @label(name: "t") }}'))
    assert 'x: Int @label(name: "t")' in sdl


def test_a_quote_in_a_features_url_is_carried() -> None:
    feature = r'@link(url: "https://a\"b.dev/foo/v1.0", import: ["@foo"]) @composeDirective(name: "@foo")'
    federation = f'@link(url: "{SPECS}federation/v2.3", import: ["@composeDirective"])'
    foo = "directive @foo on FIELD_DEFINITION type Query { x: Int @foo }"
    sdl = f"extend schema {federation} {feature} {foo}"
    assert r'@link(url: "https://a\"b.dev/foo/v1.0"' in sdl_of(compose_fed1(a=sdl))
