"""Subgraphs that something has damaged end in coded errors with a place, or in a supergraph that works."""

from __future__ import annotations

from random import Random

from graphql import parse, validate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from router.composition import CompositionError, SubgraphSource, compose
from router.composition.codes import ERRORS, HINTS
from router.operation import read_operation
from router.planning import Planner, PlanningError, Variant
from router.supergraph import api_schema, read_supergraph
from tests.router.composition.oracle.generate import make_subgraphs
from tests.router.misplaced_fields import misplaced_fields
from tests.router.mutate_sdl import mutate_sdl
from tests.router.random_operation import random_operation

# They are about the list of subgraphs, not about a line of one.
WITHOUT_PLACE = {"NO_QUERIES", "INVALID_SUBGRAPH_NAME"}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_damaged_subgraphs_end_in_placed_errors_or_compose(seed: int) -> None:
    random = Random(seed)
    subgraphs = make_subgraphs(random)
    damaged = random.choice(sorted(subgraphs))
    subgraphs[damaged] = mutate_sdl(random, subgraphs[damaged])
    composition = compose([SubgraphSource(n, f"http://{n}", sdl) for n, sdl in subgraphs.items()])
    assert {e.code for e in composition.errors} <= ERRORS.keys() - {"INTERNAL_ERROR"}
    assert {h.code for h in composition.hints} <= HINTS.keys()
    assert [e for e in composition.errors if not has_place(e)] == []
    if composition.supergraph_sdl is not None:
        says_no = any(h.code == "UNANSWERABLE_INTERFACE_FIELD" for h in composition.hints)
        check_planning(random, composition.supergraph_sdl, says_no=says_no)


def has_place(error: CompositionError) -> bool:
    """Whether it says where; what can't be parsed has no coordinate."""
    named = error.coordinate or error.code == "INVALID_GRAPHQL"
    return error.code in WITHOUT_PLACE or bool(error.locations and named)


def check_planning(random: Random, sdl: str, *, says_no: bool) -> None:
    """Whatever composes answers every query, but for what a hint says to be unanswerable."""
    read = read_supergraph(sdl)
    schema = api_schema(read)
    planner = Planner(read, schema)
    for _ in range(3):
        document = parse(random_operation(random, schema))
        if not validate(schema, document):
            operation = read_operation(document, None, schema)
            labels = planner.labels_for(operation) if random.random() < 0.5 else frozenset()
            try:
                plan = planner.plan(operation, Variant({}, labels))
            except PlanningError as error:
                if not says_no or error.code != "UNREACHABLE_FIELD":
                    raise
            else:
                assert misplaced_fields(plan, read) == []
