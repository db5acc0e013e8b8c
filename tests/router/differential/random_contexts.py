"""A context: entities that set it, and one whose fields take arguments from it."""

from __future__ import annotations

from random import Random

from tests.router.differential.graph import LEAVES, Field, Graph, ObjectType
from tests.router.differential.random_fields import ARGUMENTS


def add_context(random: Random, graph: Graph) -> None:
    """Let the entity ``Inner`` stand below some entities only, and take fields of theirs."""
    subgraph = random.choice(graph.subgraphs)
    setters = [each for each in graph.entities if subgraph in each.homes and _readable(each, subgraph)]
    if not setters:
        return
    setters = random.sample(setters, random.randint(1, min(2, len(setters))))
    read = {each.name: random.choice(_readable(each, subgraph)) for each in setters}
    named = next(iter(read.values())).named
    read = {name: made for name, made in read.items() if made.named == named}
    inner = _inner(random, graph, subgraph)
    told = Field("told", "String", (subgraph,), context={n: made.name for n, made in read.items()})
    told.given = named
    told.arguments = random.choice(("", ARGUMENTS[0]))
    inner.add(told)
    between = ObjectType("Between", (subgraph,))
    between.add(Field("inner", random.choice(("Inner", "[Inner]")), (subgraph,)))
    graph.types["Between"] = between
    for name in read:
        graph.types[name].contexts[subgraph] = {"above"}
        way = random.choice(("Inner", "[Inner]", "Inner!", "Between", "[Between]"))
        graph.types[name].add(Field("below", way, (subgraph,)))
    if not any(graph.types[name].fields["below"].named == "Between" for name in read):
        del graph.types["Between"]


def _readable(entity: ObjectType, subgraph: str) -> list[Field]:
    return [
        each
        for each in entity.fields.values()
        if each.owners == (subgraph,) and each.type in LEAVES and not each.arguments
        if not each.is_hidden and not each.requires and not each.overrides
    ]


def _inner(random: Random, graph: Graph, subgraph: str) -> ObjectType:
    """Make the entity; another subgraph may know it too."""
    others = [each for each in graph.subgraphs if each != subgraph and random.random() < 0.4]
    known = (subgraph, *others[:1])
    inner = graph.types["Inner"] = ObjectType("Inner", known, {each: ["id"] for each in known})
    inner.add(Field("id", "ID!", known, is_key=True))
    inner.add(Field("f0", random.choice(("Int", "String!", "[Mood]")), (random.choice(known),)))
    if random.random() < 0.5:
        inner.add(Field("next", "Inner", (subgraph,)))
    return inner
