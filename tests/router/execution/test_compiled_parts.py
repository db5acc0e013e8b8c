"""The generated functions of deferred parts: what they answer, and what they find still to come."""

from __future__ import annotations

from typing import Any

import pytest

from router.execution.compiler import compile_plan
from router.execution.parts import FastPart, PendingPart
from router.execution.run_state import IRREGULAR
from tests.router.planning.planned import Planned

GRAPH = Planned(
    None,
    people="""
        type Query { me: Person people: [[Being]!] }
        interface Being { id: ID! name: String }
        type Person implements Being @key(fields: "id") { id: ID! name: String best: Person }
        type Robot implements Being @key(fields: "id") { id: ID! name: String maker: Person }
    """,
    karma='type Person @key(fields: "id") { id: ID! karma: Int }',
)


def first_part(operation: str) -> FastPart:
    part = compile_plan(GRAPH.plan(operation, defer=True), GRAPH.schema).first_part
    assert part is not None
    return part


def found(part: FastPart, value: Any, type_name: str, *path: str | int) -> list[PendingPart]:
    pending: list[PendingPart] = []
    part.find_pending(value, type_name, path, pending)
    return pending


def test_a_part_within_a_part_is_found_where_it_stands() -> None:
    first = first_part("{ i: me { name ... @defer { him: best { id ... @defer { karma } } } } }")
    data = {"i": {"name": "Ada", "him": {"id": "2", "karma": 5}}}
    assert first.project(data, "Query") == {"i": {"name": "Ada"}}
    (outer,) = found(first, data, "Query")
    assert (outer.path, outer.type_name, outer.fast is not None) == (("i",), "Person", True)
    assert outer.fast is not None
    assert outer.fast.project(outer.value, "Person") == {"him": {"id": "2"}}
    (inner,) = found(outer.fast, outer.value, "Person", *outer.path)
    assert inner.path == ("i", "him")
    assert inner.fast is not None
    assert inner.fast.project(inner.value, "Person") == {"karma": 5}


def test_parts_are_found_in_lists_of_lists_for_the_types_that_have_them() -> None:
    first = first_part("{ people { name ... on Robot @defer { maker { name } } ... on Person { id } } }")
    robot = {"__typename": "Robot", "name": "R", "maker": {"name": "Ada"}}
    data = {"people": [[None, {"__typename": "Person", "name": "Bob", "id": "2"}, robot], []]}
    assert first.project(data, "Query") == {
        "people": [[None, {"name": "Bob", "id": "2"}, {"name": "R"}], []],
    }
    (part,) = found(first, data, "Query")
    assert (part.path, part.type_name) == (("people", 0, 2), "Robot")
    assert part.fast is not None
    assert part.fast.project(part.value, "Robot") == {"maker": {"name": "Ada"}}


def test_what_is_not_of_the_schema_is_left_to_the_interpreter() -> None:
    first = first_part("{ people { name ... on Robot @defer { maker { name } } } }")
    with pytest.raises(IRREGULAR):
        found(first, {"people": [[{"__typename": "Ghost", "name": "x"}]]}, "Query")


def test_parts_leave_the_merged_data_as_they_are() -> None:
    first = first_part("{ me { name best { name } ... @defer { best { id name karma } } } }")
    data: dict[str, Any] = {"me": {"name": "A", "best": {"id": "2", "name": "B", "karma": 1}}}
    (part,) = found(first, data, "Query")
    assert part.fast is not None
    answers = [first.project(data, "Query"), part.fast.project(part.value, "Person")]
    assert answers == [
        {"me": {"name": "A", "best": {"name": "B"}}},
        {"best": {"id": "2", "name": "B", "karma": 1}},
    ]
    assert data == {"me": {"name": "A", "best": {"id": "2", "name": "B", "karma": 1}}}
