"""Plans ask for what is wanted and for nothing else, each value once: over random graphs and operations.

TESTS_ECONOMY_GRAPHS=2000 python -m pytest tests/router/planning/test_economy.py     a long run
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from random import Random

import pytest
from graphql import (
    FieldNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    build_schema,
    parse,
)

from router.composition import SubgraphSource, compose
from router.operation import read_operation
from router.planning import Planner, QueryPlan, Variant, print_plan
from router.planning.plan import Fetch, PathKey, Representation, ResponseSelection
from router.supergraph import Supergraph, api_schema, read_supergraph
from tests.router.differential.graph import Graph
from tests.router.differential.operation import random_operation
from tests.router.differential.print_sdl import full_sdl, whole_sdl
from tests.router.differential.random_graph import random_graph

GRAPHS = int(os.environ.get("TESTS_ECONOMY_GRAPHS", "30"))
OPERATIONS = 12

Narrowed = tuple[frozenset[str] | None, ...]
"""The runtime types of the objects on a path, from the root down to the one that has the leaf.

None above an entity: a plan does not tell of which objects it is a field.
"""

Place = tuple[tuple[str, ...], str]
"""Source keys that lead to an object, and the source key of a leaf there."""


@pytest.mark.parametrize("seed", range(GRAPHS))
def test_every_value_is_wanted_and_is_fetched_once(seed: int) -> None:
    random = Random(seed)
    graph = random_graph(random)
    sources = [SubgraphSource(name, "", full_sdl(graph, name)) for name in graph.subgraphs]
    sdl = compose(sources).supergraph_sdl
    assert sdl is not None
    supergraph = read_supergraph(sdl)
    schema = api_schema(supergraph)
    planner = Planner(supergraph, schema)
    whole = build_schema(whole_sdl(graph))
    for _ in range(OPERATIONS):
        made = random_operation(random, whole)
        operation = read_operation(parse(made.text), None, schema)
        conditions = {name: bool(made.variables.get(name)) for name in operation.boolean_variables}
        plan = planner.plan(operation, Variant(conditions))
        # Known: a composite field of an interface object that is asked for all types, and again for one of
        # them with fragments inside, is looked up for that one again.
        found = waste(plan, supergraph, levels=1 if has_interface_object(graph) else 100)
        assert not found, f"{found}\n{made.text}\n{conditions}\n{print_plan(plan)}"


def has_interface_object(graph: Graph) -> bool:
    return any(abstract.as_object is not None for abstract in graph.abstracts.values())


def waste(plan: QueryPlan, supergraph: Supergraph, levels: int) -> list[str]:
    """Name what a plan fetches twice (down to a level) or for nothing."""
    leaves = [(fetch.id, place, on) for fetch in plan.fetches for place, on in fetched(fetch, supergraph)]
    wanted = set(read(plan.response, ())) | {p for fetch in plan.fetches for p in sent(fetch)}
    known: dict[Place, list[tuple[int, Narrowed]]] = {}
    twice = list[str]()
    for number, place, on in leaves:
        others = known.setdefault(place, [])
        if len(place[0]) <= levels:
            again = [other for other, their in others if other != number and meet(on, their)]
            twice += [f"twice: {place} by {other} and {number}" for other in again]
        others.append((number, on))
    return twice + [f"for nothing: {place} by {number}" for number, place, _ in leaves if place not in wanted]


def meet(one: Narrowed, other: Narrowed) -> bool:
    """Whether there surely are objects that both are for: types of them and of the objects above."""
    return all(a == b if a is None or b is None else a & b for a, b in zip(one, other, strict=True))


def fetched(fetch: Fetch, supergraph: Supergraph) -> Iterator[tuple[Place, Narrowed]]:
    """List the leaves that a fetch selects, and for which runtime types of their objects."""
    definition = parse(fetch.document).definitions[0]
    assert isinstance(definition, OperationDefinitionNode)
    selections = definition.selection_set
    if fetch.requires:
        entities = selections.selections[0]
        assert isinstance(entities, FieldNode)
        assert entities.selection_set is not None
        selections = entities.selection_set
    path = tuple(e.name for e in fetch.path if isinstance(e, PathKey))
    everything = frozenset(supergraph.types)
    yield from leaves_of(selections, path, (*[None] * len(path), everything), supergraph)


def leaves_of(
    selections: SelectionSetNode, path: tuple[str, ...], on: Narrowed, supergraph: Supergraph
) -> Iterator[tuple[Place, Narrowed]]:
    for node in selections.selections:
        if isinstance(node, InlineFragmentNode):
            assert node.type_condition is not None
            members = supergraph.types[node.type_condition.name.value].members
            here = on[-1]
            assert here is not None
            yield from leaves_of(node.selection_set, path, (*on[:-1], here & members), supergraph)
            continue
        assert isinstance(node, FieldNode)
        source = node.alias.value if node.alias else node.name.value
        if node.name.value == "__typename":
            continue
        if node.selection_set is None:
            yield (path, source), on
        else:
            everything = frozenset(supergraph.types)
            yield from leaves_of(node.selection_set, (*path, source), (*on, everything), supergraph)


def read(selection: ResponseSelection, path: tuple[str, ...]) -> Iterator[Place]:
    """List the leaves that the response shows."""
    for fields in (selection.fields, *selection.by_type.values()):
        for field in fields:
            if field.selection is None:
                yield path, field.source
            else:
                yield from read(field.selection, (*path, field.source))


def sent(fetch: Fetch) -> Iterator[Place]:
    """List the leaves that a fetch sends."""
    path = tuple(element.name for element in fetch.path if isinstance(element, PathKey))
    for representation in fetch.requires:
        yield from sent_by(representation, path)
    for context in fetch.context_variables:
        for choice in context.choices:
            names = [element.name for element in choice if isinstance(element, PathKey)]
            yield (*path[: len(path) - context.levels], *names[:-1]), names[-1]


def sent_by(representation: Representation, path: tuple[str, ...]) -> Iterator[Place]:
    for field in representation.fields:
        if field.selections is None:
            yield path, field.source
        for share in field.selections or ():
            yield from sent_by(share, (*path, field.source))
