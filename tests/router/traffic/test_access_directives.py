"""A supergraph with access directives is served only where the subgraphs are said to enforce them."""

from __future__ import annotations

import pytest

from router.composition import SubgraphSource, compose
from router.supergraph import SupergraphError
from router.traffic.build_engine import build_engine
from router.traffic.settings import EngineSettings

HEAD = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [{}])\n'
SUBGRAPHS = EngineSettings(access_directives="subgraphs")
SUPERGRAPH = """
  schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.5")
    %s { query: Query }
  enum join__Graph { A @join__graph(name: "a", url: "http://a") }
  type Query @join__type(graph: A) { open: Int  secret: Int %s }
"""


def composed(imports: str, types: str) -> str:
    composition = compose([SubgraphSource("a", "http://a", HEAD.format(imports) + types)])
    assert composition.supergraph_sdl is not None, composition.errors
    return composition.supergraph_sdl


def refusal(sdl: str) -> str:
    with pytest.raises(SupergraphError) as refused:
        build_engine(sdl)
    assert refused.value.code == "ACCESS_DIRECTIVES_NOT_ENFORCED"
    assert build_engine(sdl, SUBGRAPHS).schema.query_type is not None
    return refused.value.message


def test_each_of_them_is_refused_by_its_coordinate() -> None:
    said = refusal(
        composed(
            '"@key", "@authenticated", "@requiresScopes", "@policy"',
            """
            type Query { user: User  vault: Int @policy(policies: [["p"]]) }
            type User @key(fields: "id") @authenticated { id: ID!  pay: Pay @requiresScopes(scopes: [["s"]]) }
            enum Level @authenticated { LOW HIGH }
            scalar Pay @policy(policies: [["p"]])
            extend type Query { level: Level }
            """,
        )
    )
    for named in (
        "Query.vault (@policy)",
        "User (@authenticated)",
        "User.pay (@requiresScopes)",
        "Level (@authenticated)",
        "Pay (@policy)",
    ):
        assert named in said
    assert "WAYBILL_ROUTER_ACCESS_DIRECTIVES=subgraphs" in said


def test_another_name_does_not_hide_one() -> None:
    types = "type Query { open: Int  secret: Int @loggedIn }"
    assert "Query.secret (@authenticated)" in refusal(
        composed('{name: "@authenticated", as: "@loggedIn"}', types)
    )
    link = '@link(url: "https://specs.apollo.dev/policy/v0.1", as: "rule", for: SECURITY)'
    assert "Query.secret (@policy)" in refusal(SUPERGRAPH % (link, '@rule(policies: [["p"]])'))


def test_composers_that_do_not_link_it_mean_the_same() -> None:
    assert "Query.secret (@authenticated)" in refusal(SUPERGRAPH % ("", "@authenticated"))


def test_many_are_counted() -> None:
    fields = " ".join(f"f{number}: Int @authenticated" for number in range(25))
    assert "and 15 more" in refusal(composed('"@authenticated"', f"type Query {{ open: Int {fields} }}"))


@pytest.mark.parametrize(
    ("link", "directive"),
    [
        ('@link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)', ""),
        ('@link(url: "https://shop.example/auth/v1.0", import: ["@policy"])', '@policy(name: "x")'),
        ("", '@deprecated(reason: "@authenticated")'),
    ],
)
def test_what_protects_nothing_here_is_served(link: str, directive: str) -> None:
    assert build_engine(SUPERGRAPH % (link, directive)).schema.query_type is not None


@pytest.mark.parametrize("url", ["localhost:9/graphql", "ftp://a", "", "http://a:port"])
def test_a_subgraph_that_cannot_be_called_is_refused_by_its_name(url: str) -> None:
    sdl = (SUPERGRAPH % ("", "")).replace('url: "http://a"', f'url: "{url}"')
    with pytest.raises(SupergraphError, match="Subgraph 'a' cannot be called"):
        build_engine(sdl)
