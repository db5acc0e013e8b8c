"""Operations that are too much end in a coded error, and wide ones stay cheap."""

from __future__ import annotations

import pytest

from router.planning import PlannerSettings, PlanningError
from tests.router.planning.planned import Planned

A = """
    type Query { node: Node }
    type Node @key(fields: "id") { id: ID! left: Node right: Node }
"""
B = """
    type Node @key(fields: "id") { id: ID! name: String }
"""


def test_more_paths_than_the_budget_end_in_a_coded_error() -> None:
    graph = Planned(PlannerSettings(max_paths=10), a=A, b=B)
    with pytest.raises(PlanningError) as caught:
        graph.plan("{ node { left { left { left { name } } } right { right { name } } } }")
    assert caught.value.code == "PLANNING_BUDGET_EXCEEDED"


def test_more_time_than_the_budget_ends_in_a_coded_error() -> None:
    graph = Planned(PlannerSettings(max_seconds=0), a=A, b=B)
    with pytest.raises(PlanningError) as caught:
        graph.plan("{ " + " ".join(f"a{i}: node {{ left {{ name }} }}" for i in range(100)) + " }")
    assert caught.value.code == "PLANNING_BUDGET_EXCEEDED"


def test_fragments_that_double_at_each_level_end_in_a_coded_error() -> None:
    fragments = [
        f"fragment F{i} on Node {{ left {{ ...F{i + 1} }} right {{ ...F{i + 1} }} }}" for i in range(20)
    ]
    text = "{ node { ...F0 } } fragment F20 on Node { id } " + " ".join(fragments)
    with pytest.raises(PlanningError) as caught:
        Planned(PlannerSettings(max_selections=1000), a=A, b=B).plan(text)
    assert caught.value.code == "OPERATION_TOO_LARGE"


def test_an_operation_with_many_equally_dear_ways_is_planned_with_few_fetches() -> None:
    shared = " ".join(f"f{i}: Int @shareable" for i in range(30))
    source = 'type Query { at: At } type At @key(fields: "id") { id: ID! }'
    entity = f'type At @key(fields: "id") {{ id: ID! {shared} }}'
    graph = Planned(a=source, b=entity, c=entity, d=entity)
    plan = graph.plan("{ at { " + " ".join(f"f{i}" for i in range(30)) + " } }")
    assert len(plan.fetches) == 2
