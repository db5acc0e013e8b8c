"""Plans through the real pipeline: subgraphs are composed, the supergraph is read, the operation planned."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent
from typing import Any

from graphql import parse, validate

from router.composition import SubgraphSource, compose
from router.operation import read_operation
from router.planning import Planner, PlannerSettings, QueryPlan, Variant, print_plan
from router.planning.plan import Fetch, Representation
from router.planning.print_plan import path_text
from router.supergraph import api_schema, read_supergraph

HEAD = """extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key" "@external" "@requires" "@provides" "@shareable" "@override" "@inaccessible" "@interfaceObject"
  "@context" "@fromContext"
])
"""


def supergraph_sdl(subgraphs: Mapping[str, str]) -> str:
    """Compose subgraphs (name → SDL without its link)."""
    sources = [SubgraphSource(name, f"http://{name}", HEAD + sdl) for name, sdl in subgraphs.items()]
    composition = compose(sources)
    assert composition.supergraph_sdl is not None, composition.errors
    return composition.supergraph_sdl


class Planned:
    """Plans operations over a few subgraphs."""

    def __init__(self, settings: PlannerSettings | None = None, **subgraphs: str) -> None:
        self.supergraph = read_supergraph(supergraph_sdl(subgraphs))
        self.schema = api_schema(self.supergraph, defer=True)
        self.planner = Planner(self.supergraph, self.schema, settings)

    def plan(
        self,
        operation: str,
        variables: Mapping[str, Any] | None = None,
        labels: tuple[str, ...] = (),
        *,
        defer: bool = False,
    ) -> QueryPlan:
        """Plan one variant."""
        document = parse(operation)
        assert validate(self.schema, document) == []
        read = read_operation(document, None, self.schema)
        conditions = {name: bool((variables or {}).get(name)) for name in read.boolean_variables}
        return self.planner.plan(read, Variant(conditions, frozenset(labels), defer))

    def labels(self, operation: str) -> frozenset[str]:
        """Name the labels that may change the plan."""
        return self.planner.labels_for(read_operation(parse(operation), None, self.schema))

    def text(
        self,
        operation: str,
        variables: Mapping[str, Any] | None = None,
        *labels: str,
        defer: bool = False,
    ) -> str:
        """Plan and print."""
        return print_plan(self.plan(operation, variables, labels, defer=defer))


def sketch(plan: QueryPlan) -> list[str]:
    """Print each fetch on one line: ``b me.@ (0) Person{id} => ...on Person{name}``."""
    return [_sketched(fetch) for fetch in plan.fetches]


def _sketched(fetch: Fetch) -> str:
    text = fetch.document
    if not fetch.requires:
        return f"{fetch.service} {text}"
    path = path_text(fetch.path)
    after = ",".join(map(str, fetch.depends_on))
    sent = " ".join(
        f"{item.typename or '|'.join(sorted(item.on or ()))}{_sent(item)}" for item in fetch.requires
    )
    selected = text[text.index("$representations)") + len("$representations)") :].removesuffix("}")
    return f"{fetch.service} {path} ({after}) {sent} => {selected[1:-1]}"


def _sent(item: Representation) -> str:
    """``{id brand:brand_2{id}}``: what is sent, and read from where."""
    fields = [
        field.name
        + ("" if field.source == field.name else f":{field.source}")
        + "".join(map(_sent_below, field.selections or ()))
        for field in item.fields
    ]
    return "{" + " ".join(fields) + "}"


def _sent_below(share: Representation) -> str:
    return ("|".join(sorted(share.on)) if share.on else "") + _sent(share)


def lines(text: str) -> str:
    """Take an indented snapshot."""
    return dedent(text).lstrip("\n")
