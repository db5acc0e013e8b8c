"""A seed → a random ``Graph``: who owns what, by which keys, and what is required, provided, overridden."""

from __future__ import annotations

from random import Random

from tests.router.differential.declare_externals import declare_externals
from tests.router.differential.graph import ROOTS, Graph, ObjectType
from tests.router.differential.random_abstract import add_abstract_types, add_object_fields
from tests.router.differential.random_contexts import add_context
from tests.router.differential.random_fields import add_fields, add_provided, add_value_fields
from tests.router.differential.random_keys import add_key_fields, random_keys
from tests.router.differential.random_roots import add_root_union, add_roots
from tests.router.differential.random_shapes import (
    add_shape_fields,
    add_shapes,
    extend_types,
    loosen_interface,
    override_requirements,
)
from tests.router.differential.spelling import random_spelling


def graph_of_seed(seed: int, random: Random) -> Graph:
    """Make a seed's graph: of odd ones more differs by subgraph.

    Even ones stay as they are: findings are named by them.
    """
    return random_graph(random, shapes=seed % 2 == 1)


def random_graph(random: Random, *, shapes: bool = False) -> Graph:
    """Make a graph; with ``shapes``, much more of it differs by subgraph."""
    subgraphs = tuple(f"s{number}" for number in range(random.randint(2, 4)))
    graph = Graph(subgraphs, {}, {name: random_spelling(random) for name in subgraphs})
    graph.overriding = frozenset({"on"})
    for name in ROOTS:
        graph.types[name] = ObjectType(name, subgraphs if name == "Query" else ())
    _add_entities(random, graph)
    _add_values(random, graph)
    if random.random() < 0.7:
        add_abstract_types(random, graph)
    if shapes:
        add_shapes(random, graph)
        loosen_interface(random, graph)
        add_shape_fields(random, graph)
    for entity in graph.entities:
        add_fields(random, graph, entity)
    add_object_fields(random, graph)
    add_provided(random, graph)
    if random.random() < 0.4:
        add_context(random, graph)
    add_roots(random, graph)
    if shapes:
        if random.random() < 0.4:
            add_root_union(random, graph)
        override_requirements(random, graph)
        extend_types(random, graph)
    declare_externals(graph)
    _forget_unused(graph)
    return graph


def _add_entities(random: Random, graph: Graph) -> None:
    names = [f"E{number}" for number in range(random.randint(2, 4))]
    for name in names:
        known = tuple(each for each in graph.subgraphs if random.random() < 0.75)
        graph.types[name] = ObjectType(name, known or (random.choice(graph.subgraphs),))
    for number, name in enumerate(names):
        random_keys(random, graph.types[name], graph.types[names[(number + 1) % len(names)]])
    add_key_fields(random, graph, names)


def _add_values(random: Random, graph: Graph) -> None:
    """Add a value type that is the same everywhere, and one whose fields differ between subgraphs."""
    graph.types["Value"] = ObjectType("Value", graph.subgraphs)
    add_value_fields(random, graph, graph.types["Value"])
    if random.random() < 0.5:
        known = tuple(random.sample(graph.subgraphs, 2))
        graph.types["Split"] = ObjectType("Split", known)
        add_value_fields(random, graph, graph.types["Split"])


def _forget_unused(graph: Graph) -> None:
    """Leave out value types that nobody can get at: they would have to be in every schema."""
    used = {each.named for each in graph.all_fields()}
    for name in ("Value", "Split"):
        if name in graph.types and name not in used:
            del graph.types[name]
