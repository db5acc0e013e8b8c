"""The supergraph that composition writes says the same when it is read back, and says it as the specs ask."""

from __future__ import annotations

from random import Random

import pytest

from router.composition import SubgraphSource, compose
from tests.router.differential.print_sdl import full_sdl
from tests.router.differential.random_graph import graph_of_seed
from tests.router.supergraph.models import models_of

FEDERATION = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [%s])\n'


def sources(**subgraphs: str) -> list[SubgraphSource]:
    return [SubgraphSource(name, f"http://{name}", sdl) for name, sdl in subgraphs.items()]


def composed(**subgraphs: str) -> str:
    result = compose(sources(**subgraphs))
    assert result.supergraph_sdl is not None, result.errors
    return result.supergraph_sdl


CASES: dict[str, list[SubgraphSource]] = {
    "keys, requires, provides and overrides": sources(
        a=FEDERATION % '"@key" "@provides" "@external" "@shareable"'
        + """
        type Query { all: [T!]! @provides(fields: "n") }
        type T @key(fields: "id") @key(fields: "sku { code }") { id: ID! sku: Sku! n: Int @external p: Int }
        type Sku @shareable { code: String! }
        """,
        b=FEDERATION % '"@key" "@requires" "@external" "@override" "@shareable"'
        + """
        type T @key(fields: "id", resolvable: false) @key(fields: "sku { code }") {
          id: ID! sku: Sku! n: Int @shareable w: Int @external
          p: Int @override(from: "a", label: "percent(1)") s: String @requires(fields: "w") }
        type Sku @shareable { code: String! }
        """,
        c=FEDERATION % '"@key"' + 'type T @key(fields: "id") { id: ID! w: Int }',
    ),
    "abstract types": sources(
        a=FEDERATION % '"@key"'
        + """
        type Query { media: Media any: Any }
        interface Media @key(fields: "id") { id: ID! }
        type Book implements Media @key(fields: "id") { id: ID! }
        type Film implements Media @key(fields: "id") { id: ID! }
        union Any = Book | Film
        """,
        b=FEDERATION % '"@key" "@interfaceObject"'
        + 'type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int }',
    ),
    "renamed roots": sources(
        a=FEDERATION % '"@key"'
        + """
        schema { query: Reads mutation: Writes }
        type Reads implements Named { name: String any: Any }
        type Writes { y: Int }
        interface Named { name: String }
        union Any = Reads | Writes
        """,
        b="schema { query: Finds } type Finds { z: Any } type Other { x: Int } union Any = Finds | Other",
        c="schema { query: Looks } type Looks { y: Int }",
    ),
    "contexts": sources(
        a=FEDERATION % '"@key" "@context" "@fromContext"'
        + """
        type Query { t: T }
        type T @key(fields: "id") @context(name: "c") { id: ID! locale: String! u: U }
        type U @key(fields: "id") { id: ID! f(l: String @fromContext(field: "$c { locale }")): Int }
        """,
    ),
}


@pytest.mark.parametrize("subgraphs", CASES.values(), ids=CASES)
def test_what_is_read_back_is_what_composition_meant(subgraphs: list[SubgraphSource]) -> None:
    models = models_of(subgraphs)
    assert models is not None
    assert models.read == models.meant
    assert models.again == models.read


@pytest.mark.parametrize("seed", range(10))
def test_random_graphs_are_read_back_as_composition_meant_them(seed: int) -> None:
    graph = graph_of_seed(seed, Random(seed))
    models = models_of([SubgraphSource(n, "", full_sdl(graph, n)) for n in graph.subgraphs])
    assert models is not None
    assert models.read == models.meant
    assert models.again == models.read


def test_a_directive_defined_differently_gets_the_definition_that_fits_most_applications() -> None:
    link = (
        FEDERATION % '"@composeDirective"'
        + 'extend schema @link(url: "https://x.dev/w/v1.0", import: ["@w"]) @composeDirective(name: "@w")'
    )
    sdl = composed(
        a=link + "directive @w(a: Int) on FIELD_DEFINITION type Query { a: Int @w(a: 1) }",
        b=link + "directive @w(a: Int, b: Int) on FIELD_DEFINITION type Query { b: Int @w(b: 1) }",
        c=link + "directive @w(a: Int) on FIELD_DEFINITION type Query { c: Int @w(a: 1) }",
    )
    assert "directive @w(a: Int, b: Int) on FIELD_DEFINITION" in sdl


def test_a_foreign_directive_called_like_a_feature_gives_that_feature_another_name() -> None:
    sdl = composed(
        a=FEDERATION % '"@composeDirective" {name: "@tag", as: "@label"}'
        + """
        extend schema @link(url: "https://x.dev/tag/v1.0", import: ["@tag"]) @composeDirective(name: "@tag")
        directive @tag(deep: Int) on FIELD_DEFINITION
        type Query { a: Int @tag(deep: 1) b: Int @label(name: "x") }""",
    )
    assert (
        '@link(url: "https://specs.apollo.dev/tag/v0.3", as: "_0tag", import: [{name: "@tag", as: "@label"}])'
        in sdl
    )
    assert '@link(url: "https://x.dev/tag/v1.0")' in sdl


def test_a_built_in_scalar_that_a_subgraph_defines_stays_out_of_the_supergraph() -> None:
    assert "scalar Boolean" not in composed(a="scalar Boolean type Query { a: Boolean }")


def test_every_subgraph_has_the_query_type_for_its_entities() -> None:
    sdl = composed(
        a=FEDERATION % '"@key"' + 'type Query { t: T } type T @key(fields: "id") { id: ID! }',
        b=FEDERATION % '"@key"' + 'type T @key(fields: "id") { id: ID! n: Int }',
    )
    query = " ".join(sdl[sdl.index("type Query") :].split("}")[0].split())
    assert query == "type Query @join__type(graph: A) @join__type(graph: B) { t: T @join__field(graph: A)"
