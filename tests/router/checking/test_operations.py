"""Which operations a change breaks, may break or only touches, and where."""

from __future__ import annotations

import re

import pytest

from router.checking import CheckReport, OperationFile, check, read_api

OLD = """
type Query { user(by: By, id: ID): User node: Node any: Any role(is: Role): Role old: Int }
interface Node { id: ID }
type User implements Node { id: ID name: String! role: Role friends(first: Int = 10): [User] }
type Pet implements Node { id: ID }
union Any = User | Pet
enum Role { GUEST ADMIN }
input By { id: ID email: String nested: By role: Role }
"""


def judged(change: tuple[str, str], *operations: str) -> CheckReport:
    assert change[0] in OLD
    files = [OperationFile(f"{n}.graphql", text) for n, text in enumerate(operations)]
    return check(read_api(OLD), read_api(OLD.replace(*change)), files)


def verdicts(report: CheckReport) -> list[tuple[str, str | None, bool, list[tuple[int, int]]]]:
    return [
        (
            f.operation,
            f"{f.change.kind} {f.change.coordinate}" if f.change else None,
            f.breaks,
            list(f.places),
        )
        for f in report.findings
    ]


def test_only_operations_that_use_the_lost_field_break() -> None:
    report = judged(("old: Int", ""), "query A { old }", "query B { node { id } }")
    assert verdicts(report) == [("A", "FIELD_REMOVED Query.old", True, [(1, 11)])]
    assert not report.ok


def test_a_breaking_change_that_no_operation_meets_is_compatible() -> None:
    assert judged(("old: Int", ""), "{ node { id } }").ok
    assert not judged(("old: Int", "")).ok


def test_a_fragment_counts_for_each_operation_that_spreads_it() -> None:
    report = judged(
        ("old: Int", ""),
        "query A { ...F } query B { node { id } } query C { ...G }\n"
        "fragment G on Query { ...F } fragment F on Query { old }",
    )
    assert [(f.operation, f.places) for f in report.findings] == [("A", ((2, 52),)), ("C", ((2, 52),))]


def test_an_answer_that_may_be_null_now_breaks_an_operation_that_is_still_valid() -> None:
    report = judged(("name: String!", "name: String"), "query A { any { ... on User { name } } }")
    assert verdicts(report) == [("A", "FIELD_TYPE_CHANGED User.name", True, [(1, 31)])]


def test_values_in_the_text_break_and_values_in_variables_may() -> None:
    report = judged(
        ("email: String ", ""),
        'query Text { user(by: {nested: {email: "e"}}) { id } }',
        "query Variable($by: By) { user(by: $by) { id } }",
    )
    assert verdicts(report) == [
        ("Text", "INPUT_FIELD_REMOVED By.email", True, [(1, 33)]),
        ("Variable", "INPUT_FIELD_REMOVED By.email", False, [(1, 16)]),
    ]


def test_an_enum_value_breaks_where_it_is_given_and_not_where_it_was_answered() -> None:
    change = ("GUEST ADMIN", "GUEST")
    report = judged(change, "query Given { role(is: ADMIN) }", "query Answered { role }")
    assert [(f.operation, f.breaks) for f in report.findings] == [("Given", True)]


def test_a_required_argument_breaks_all_uses_of_the_field() -> None:
    report = judged(
        ("id: ID): User", "id: ID!): User"), "query A { user { id } }", 'query B { user(id: "1") { id } }'
    )
    assert [(f.operation, f.breaks) for f in report.findings] == [("A", True), ("B", True)]


def test_a_union_member_breaks_fragments_on_it_and_a_new_one_only_touches() -> None:
    report = judged(
        ("= User | Pet", "= User"), "query A { any { ... on Pet { id } } }", "query B { any { __typename } }"
    )
    assert [(f.operation, f.breaks) for f in report.findings] == [("A", True)]
    report = judged(
        ("union Any", "type New { n: Int } union Any = New | User | Pet #"), "query B { any { __typename } }"
    )
    assert verdicts(report) == [("B", "UNION_MEMBER_ADDED Any", False, [(1, 11)])]
    assert report.ok


def test_stricter_access_breaks_also_through_an_interface() -> None:
    change = ("type Pet implements Node { id: ID }", "type Pet implements Node { id: ID @authenticated }")
    report = judged(change, "query A { node { id } }")
    assert verdicts(report) == [("A", "ACCESS_STRICTER Pet.id", True, [(1, 18)])]


def test_a_changed_default_touches_only_uses_of_the_field() -> None:
    report = judged(("first: Int = 10", "first: Int = 20"), "query A { user { friends { id } } }", "{ old }")
    assert verdicts(report) == [("A", "ARGUMENT_DEFAULT_CHANGED User.friends(first:)", False, [(1, 18)])]
    assert report.ok


def test_what_was_invalid_before_is_told_and_not_judged() -> None:
    report = judged(("old: Int", ""), "query A { nothing }", "query B {")
    assert report.findings == ()
    assert [(u.file, u.place) for u in report.unread] == [("0.graphql", (1, 11)), ("1.graphql", (1, 10))]


@pytest.mark.parametrize("depth", [150, 400, 5000])
def test_operations_of_any_depth_are_judged_or_told(depth: int) -> None:
    text = "{ user " + "{ friends " * depth + "{ id }" + "}" * (depth + 1)
    report = judged(("old: Int", ""), text)
    assert report.ok
    assert report.findings == ()
    assert all(re.search("nested too deeply", unread.message) for unread in report.unread)
    assert report.unread or depth < 5000


@pytest.mark.parametrize(
    "operation",
    [
        "query A($r: Role) { role(is: $r) }",
        "subscription { x }",
        "query A @skip(if: true) { old }",
        "{ __schema { types { name } } __typename }",
    ],
)
def test_unchanged_schemas_break_nothing(operation: str) -> None:
    assert judged(("old: Int", "old: Int"), operation).ok
