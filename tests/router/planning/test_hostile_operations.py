"""Operations made to take time and memory: within the default limits each is planned, or ends in a code.

The planner's budget is far below the default here, so that growth shows as an error and not as a slow test.
"""

from __future__ import annotations

import pytest

from router.execution.compiler import compile_plan
from router.execution.interpreter import interpret_plan
from router.planning import Planner, PlannerSettings, PlanningError, Variant
from router.supergraph import api_schema, read_supergraph
from router.traffic.prepare import prepare
from router.traffic.rejection import Rejection
from router.traffic.settings import EngineSettings
from tests.router.planning.planned import supergraph_sdl

TYPES = 8


def subgraph(number: int) -> str:
    """A subgraph of entities T0…T7; the first has the interface, the union and the root fields."""
    if number == 0:
        head = "type Query { node: Node any: Any t: T0 } union Any = " + " | ".join(
            f"T{i}" for i in range(TYPES)
        )
        head += " interface Node { id: ID! next: Node all: [Any] } "
        fields, implements = "next: Node all: [Any] f: Int @shareable", "implements Node"
    else:
        head, implements = "", ""
        fields = f'g{number}: Int h{number}: T{number} f: Int @external r{number}: Int @requires(fields: "f")'
    return head + " ".join(
        f'type T{i} {implements} @key(fields: "id") {{ id: ID! {fields} }}' for i in range(TYPES)
    )


SUPERGRAPH = read_supergraph(supergraph_sdl({f"s{number}": subgraph(number) for number in range(3)}))
SCHEMA = api_schema(SUPERGRAPH)
PLANNER = Planner(SUPERGRAPH, SCHEMA, PlannerSettings(max_paths=15_000, max_selections=10_000))


def outcome(text: str) -> str:
    """``planned`` (and compiled), or the code of the error."""
    try:
        prepared = prepare(text, None, SCHEMA, EngineSettings())
        plan = PLANNER.plan(prepared.operation, Variant())
        compile_plan(plan, SCHEMA, interpret_plan(plan, SCHEMA))
    except Rejection as rejection:
        return rejection.problems[0].code
    except PlanningError as error:
        return error.code
    return "planned"


def nested(field: str, depth: int, inside: str) -> str:
    return f"{field} {{ " * depth + inside + " }" * depth


MEMBERS = " ".join(f"... on T{i} {{ g1 g2 r1 }}" for i in range(TYPES))


def test_a_chain_of_type_conditions_is_planned_without_doubling_at_each_level() -> None:
    levels = "".join(f"id ... on T{i % TYPES} {{ g1 }} next {{ " for i in range(45))
    assert outcome("{ node { " + levels + "id" + " }" * 46 + " }") == "planned"


def test_a_chain_of_interfaces_that_ends_in_members_is_planned() -> None:
    assert outcome("{ node { " + nested("next", 40, MEMBERS) + " } }") == "planned"


def test_a_chain_of_unions_is_planned() -> None:
    assert (
        outcome("{ any { " + nested("... on Node { all", 40, "... on T0 { g1 }" + " }" * 40) + " } }")
        == "planned"
    )


def test_members_that_each_go_deeper_end_in_a_code() -> None:
    def fragment(depth: int) -> str:
        below = " ".join(f"... on T{i} {{ g1 next {{ ...F{depth + 1} }} }}" for i in range(TYPES))
        return f"fragment F{depth} on Node {{ id {below} }} "

    text = "{ node { ...F0 } } fragment F12 on Node { id } " + "".join(map(fragment, range(12)))
    assert outcome(text) == "OPERATION_TOO_LARGE"


def test_fragments_without_fields_that_double_at_each_level_end_in_a_code() -> None:
    def fragment(depth: int) -> str:
        below = f"... on Node {{ ...F{depth + 1} }} ... on Any {{ ...F{depth + 1} }}"
        return f"fragment F{depth} on Any {{ {below} }} "

    last = "fragment F30 on Any { __typename } "
    assert outcome("{ any { ...F0 } } " + last + "".join(map(fragment, range(30)))) == "OPERATION_TOO_LARGE"


def test_hundreds_of_aliases_are_planned() -> None:
    aliases = " ".join(f"a{i}: next {{ id ... on T0 {{ g1 }} ... on T1 {{ g2 }} }}" for i in range(250))
    assert outcome("{ node { " + aliases + " } }") == "planned"


def test_a_walk_to_and_fro_between_subgraphs_is_planned() -> None:
    levels = "".join(f"g1 g2 r1 r2 h{1 + i % 2} {{ " for i in range(45))
    assert outcome("{ t { " + levels + "id" + " }" * 46 + " }") == "planned"


def test_a_fan_of_entities_is_planned() -> None:
    def fan(depth: int) -> str:
        return "id" if depth == 0 else f"g1 g2 h1 {{ {fan(depth - 1)} }} h2 {{ {fan(depth - 1)} }}"

    assert outcome("{ t { " + fan(8) + " } }") == "planned"


def test_a_fragment_spread_thousands_of_times_is_planned_once() -> None:
    text = "{ node { " + "...W " * 3000 + "} } fragment W on Node { id " + MEMBERS + " }"
    assert outcome(text) == "planned"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{ t { " + "id " * 15_000 + "} }", "MAX_TOKENS_EXCEEDED"),
        ("{ t { " + nested("h1", 60, "id") + " } }", "MAX_DEPTH_EXCEEDED"),
        ("{ t { " + " ".join(f"a{i}: id" for i in range(501)) + " } }", "MAX_ALIASES_EXCEEDED"),
        ("{ " + " ".join(f"a{i}: t {{ id }}" for i in range(101)) + " }", "MAX_ROOT_FIELDS_EXCEEDED"),
        ("{ t { id " + "@include(if: true) " * 201 + "} }", "MAX_DIRECTIVES_EXCEEDED"),
        ("{ t " + "{ ... on T0 " * 3000 + "{ id }" + " }" * 3000 + " }", "GRAPHQL_PARSE_FAILED"),
    ],
)
def test_what_is_over_a_limit_is_refused_before_planning(text: str, code: str) -> None:
    assert outcome(text) == code
