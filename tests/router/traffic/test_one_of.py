"""A variable at a field of a @oneOf input object may not be null, read fast or not."""

from __future__ import annotations

import pytest
from graphql import build_schema

from router.operation.accept import Acceptor
from router.traffic.prepare import prepare
from router.traffic.rejection import Rejection
from router.traffic.settings import EngineSettings

SCHEMA = build_schema("""
    directive @note(by: By) on FIELD
    type Query { lamp(by: By!, also: [By!], in: Room): Lamp }
    type Lamp { id: ID! }
    input By @oneOf { id: ID room: Room ids: [ID!] }
    input Room { by: By name: String }
""")


def refused(text: str, *, quick: bool) -> list[str]:
    operation = "A" if "query A" in text else None
    try:
        prepare(text, operation, SCHEMA, EngineSettings(), Acceptor(SCHEMA) if quick else None)
    except Rejection as rejection:
        return [f"{problem.code}: {problem.message}" for problem in rejection.problems]
    return []


@pytest.mark.parametrize("quick", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        "query ($i: ID) { lamp(by: {id: $i}) { id } }",
        "query ($i: ID = null) { lamp(by: {id: $i}) { id } }",
        'query ($i: ID) { lamp(by: {id: "1"}, also: [{id: $i}]) { id } }',
        'query ($i: ID) { lamp(by: {id: "1"}, in: {by: {room: {by: {id: $i}}}}) { id } }',
        "query ($i: ID) { ...Lamp } fragment Lamp on Query { lamp(by: {id: $i}) { id } }",
        "fragment Lamp on Query { lamp(by: {id: $i}) { id } } query ($i: ID) { ...Lamp }",
        'query ($i: ID) { lamp(by: {id: "1"}) { id @note(by: {id: $i}) } }',
        """query A($i: ID!) { ...L } query B($i: ID) { ...L }
           fragment L on Query { lamp(by: {id: $i}) { id } }""",
        'query ($i: ID = "1") { lamp(by: {id: $i}) { id } }',
        'query ($i: ID = "1") { lamp(by: {id: "1"}, in: {by: {id: $i}}) { id } }',
    ],
)
def test_a_nullable_variable_is_refused(text: str, quick: bool) -> None:
    (message,) = refused(text, quick=quick)
    assert message.startswith(
        "GRAPHQL_VALIDATION_FAILED: Variable '$i' is of type 'ID' but must be non-nullable"
    )


@pytest.mark.parametrize("quick", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        "query ($i: ID!) { lamp(by: {id: $i}) { id } }",
        "query ($i: [ID!]!) { lamp(by: {ids: $i}) { id } }",
        "query ($by: By!) { lamp(by: $by) { id } }",
        'query ($n: String) { lamp(by: {id: "1"}, in: {name: $n}) { id } }',
        'query ($by: By) { lamp(by: {id: "1"}, in: {by: $by}) { id } }',
    ],
)
def test_what_can_not_be_null_is_taken(text: str, quick: bool) -> None:
    assert refused(text, quick=quick) == []
