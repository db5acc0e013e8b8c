"""Root fields: queries (some shared by several subgraphs), mutations, subscriptions; roots in a union."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from tests.router.differential.graph import AbstractType, Field, Graph
from tests.router.differential.random_fields import ARGUMENTS, random_named, wrapped


def add_roots(random: Random, graph: Graph) -> None:
    """Add root fields that lead to everything."""
    named = [each.name for each in graph.entities if each.name != "Inner"]
    for name in named:
        _add_queries(random, graph, name)
    for name in graph.abstracts:
        homes = [each for each in graph.subgraphs if graph.abstracts[name].members_in(each)]
        for number in range(2):
            type_ = f"[{name}]" if number == 0 else wrapped(random, name)
            _add(random, graph, "Query", f"{name.lower()}{number}", type_, homes)
    split = graph.types.get("Split")
    if split is not None:
        graph.types["Query"].add(Field("split", wrapped(random, "Split"), split.known))
    for kind, odds in (("Mutation", 3), ("Subscription", 2)):
        for number in range(random.randint(0, odds)):
            owner = random.choice(graph.subgraphs)
            type_ = wrapped(random, random_named(random, graph, (owner,)))
            graph.types[kind].add(Field(f"do{number}", type_, (owner,), _arguments(random)))
            _know(graph, kind, (owner,))


def add_root_union(random: Random, graph: Graph) -> None:
    """Let the root of queries be a member of the union ``Top``, mostly of subgraphs that rename it."""
    known = random.sample(graph.subgraphs, random.randint(1, len(graph.subgraphs)))
    graph.abstracts["Top"] = AbstractType("Top", True, {each: _top(random, graph, each) for each in known})
    for subgraph in known:
        if random.random() < 0.7:
            graph.spellings[subgraph] = graph.spellings[subgraph].with_root("Query", f"Root_{subgraph}")
    for owner in (graph.types["Query"], *graph.entities):
        homes = [each for each in owner.homes if each in known]
        if homes and (owner.name == "Query" or random.random() < 0.5):
            owners = tuple(random.sample(homes, random.randint(1, min(2, len(homes)))))
            owner.add(Field("top", wrapped(random, "Top"), owners))


def _top(random: Random, graph: Graph, subgraph: str) -> tuple[str, ...]:
    """Members there: the query root, that of subscriptions if it is nobody else's, some entities."""
    news = ("Subscription",) if graph.types["Subscription"].known == (subgraph,) else ()
    entities = [each.name for each in graph.entities if each.name != "Inner" and subgraph in each.homes]
    return ("Query", *news, *(name for name in entities if random.random() < 0.5))


def _arguments(random: Random) -> str:
    return random.choice(ARGUMENTS) if random.random() < 0.3 else ""


def _add_queries(random: Random, graph: Graph, name: str) -> None:
    homes = graph.types[name].known
    _add(random, graph, "Query", f"one{name}", name, homes)
    if random.random() < 0.6:
        _add(random, graph, "Query", f"all{name}", f"[{name}]", homes)


def _add(random: Random, graph: Graph, kind: str, name: str, type_: str, homes: Iterable[str]) -> None:
    homes = list(homes)
    owners = tuple(random.sample(homes, min(len(homes), random.choice((1, 1, 1, 2)))))
    made = Field(name, type_, owners, _arguments(random))
    if not graph.possible(made):
        made.owners = owners[:1]
    graph.types[kind].add(made)
    _know(graph, kind, made.owners)


def _know(graph: Graph, kind: str, owners: Iterable[str]) -> None:
    root = graph.types[kind]
    root.known = tuple(dict.fromkeys((*root.known, *owners)))
