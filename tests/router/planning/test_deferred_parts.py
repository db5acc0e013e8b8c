"""Deferred fragments: which fetches wait for what, and what is answered when."""

from __future__ import annotations

from router.planning import QueryPlan, plan_json
from router.planning.plan import ResponseSelection
from tests.router.planning.planned import Planned, lines

GRAPH = Planned(
    None,
    people="""
        type Query { me: Person people: [Person!] any: Being }
        type Mutation { rename(name: String!): Person }
        interface Being { name: String }
        type Person implements Being @key(fields: "id") {
          id: ID! name: String bio: String best: Person address: Address }
        type Robot implements Being @key(fields: "id") { id: ID! name: String maker: String }
        type Address { street: String zip: String }
    """,
    posts="""
        type Person @key(fields: "id") { id: ID! karma: Int posts: [Post!]
          name: String @external byline: String @requires(fields: "name") }
        type Post { text: String author: Person }
    """,
)


def groups(plan: QueryPlan) -> list[tuple[str, str, set[int]]]:
    """Each fetch: its service, what it selects, and the parts that wait for it."""
    return [
        (fetch.service, fetch.document.replace("query($representations:[_Any!]!)", ""), set(fetch.parts))
        for fetch in plan.fetches
    ]


def entities(selections: str) -> str:
    return f"{{_entities(representations:$representations){selections}}}"


def test_fields_of_another_subgraph_are_fetched_for_the_deferred_part() -> None:
    plan = GRAPH.plan('{ me { name ... @defer(label: "more") { karma } } }', defer=True)
    assert groups(plan) == [
        ("people", "{me{name id}}", {0}),
        ("posts", entities("{...on Person{karma}}"), {1}),
    ]
    (field,) = plan.response.fields
    assert field.selection is not None
    (mark,) = field.selection.deferred
    assert (mark.id, mark.label, mark.types) == (1, "more", None)
    assert keys(mark.selection) == ["karma"]
    assert keys(field.selection) == ["name"]


def keys(selection: ResponseSelection) -> list[str]:
    return [field.key for field in selection.fields]


def test_fields_of_the_same_subgraph_are_looked_up_again_by_key() -> None:
    plan = GRAPH.plan("{ me { name ... @defer { bio } } }", defer=True)
    assert groups(plan) == [
        ("people", "{me{name id}}", {0}),
        ("people", entities("{...on Person{bio}}"), {1}),
    ]


def test_what_was_answered_first_is_not_fetched_again() -> None:
    plan = GRAPH.plan("{ me { name best { name } ... @defer { name best { name karma } } } }", defer=True)
    assert groups(plan) == [
        ("people", "{me{name best{name id}}}", {0}),
        ("posts", entities("{...on Person{karma}}"), {1}),
    ]


def test_an_object_without_a_key_is_fetched_whole_and_answered_in_parts() -> None:
    plan = GRAPH.plan("{ me { address { street ... @defer { zip } } } }", defer=True)
    assert groups(plan) == [("people", "{me{address{street zip}}}", {0})]
    (me,) = plan.response.fields
    assert me.selection is not None
    (address,) = me.selection.fields
    assert address.selection is not None
    assert keys(address.selection) == ["street"]
    assert keys(address.selection.deferred[0].selection) == ["zip"]


def test_root_fields_get_a_root_fetch_of_their_own() -> None:
    plan = GRAPH.plan("{ me { name } ... @defer { people { name } } }", defer=True)
    assert groups(plan) == [("people", "{me{name}}", {0}), ("people", "{people{name}}", {1})]
    assert [fetch.depends_on for fetch in plan.fetches] == [(), ()]


def test_parts_inside_parts_wait_for_the_part_around_them() -> None:
    plan = GRAPH.plan("{ me { ... @defer { best { name ... @defer { karma } } } } }", defer=True)
    assert groups(plan) == [
        ("people", "{me{id}}", {0}),
        ("people", entities("{...on Person{best{name id}}}"), {1, 2}),
        ("posts", entities("{...on Person{karma}}"), {2}),
    ]


def test_parts_side_by_side_do_not_wait_for_each_other() -> None:
    plan = GRAPH.plan("{ me { name ... @defer { karma } ... @defer { posts { text } } } }", defer=True)
    assert groups(plan)[1:] == [
        ("posts", entities("{...on Person{karma}}"), {1}),
        ("posts", entities("{...on Person{posts{text}}}"), {2}),
    ]


def test_a_part_for_some_types_tells_them_and_fetches_for_them() -> None:
    plan = GRAPH.plan("{ any { name ... on Robot @defer { maker } } }", defer=True)
    assert groups(plan) == [
        ("people", "{any{__typename name ...on Robot{id}}}", {0}),
        ("people", entities("{...on Robot{maker}}"), {1}),
    ]
    (any_,) = plan.response.fields
    assert any_.selection is not None
    assert any_.selection.deferred[0].types == frozenset({"Robot"})


def test_required_fields_that_were_answered_first_are_sent_from_there() -> None:
    plan = GRAPH.plan("{ me { name ... @defer { byline } } }", defer=True)
    assert groups(plan)[1:] == [("posts", entities("{...on Person{byline}}"), {1})]
    assert [field.name for field in plan.fetches[1].requires[0].fields] == ["id", "name"]


def test_defer_if_false_and_clients_that_take_no_parts_get_one_answer() -> None:
    for operation, defer in (
        ("{ me { name ... @defer(if: false) { bio } } }", True),
        ("query ($d: Boolean!) { me { name ... @defer(if: $d) { bio } } }", True),
        ("{ me { name ... @defer { bio } } }", False),
    ):
        assert groups(GRAPH.plan(operation, defer=defer)) == [("people", "{me{name bio}}", {0})]


def test_root_fields_of_mutations_are_not_deferred_but_what_they_return_is() -> None:
    plan = GRAPH.plan(
        'mutation { ... @defer { rename(name: "x") { name ... @defer { karma } } } }', defer=True
    )
    assert [set(fetch.parts) for fetch in plan.fetches] == [{0}, {1}]


def test_introspection_in_a_deferred_part_is_answered_by_the_router() -> None:
    plan = GRAPH.plan("{ me { name } ... @defer { __schema { description } } }", defer=True)
    assert plan.introspection == "query{__schema{description}}"
    assert groups(plan) == [("people", "{me{name}}", {0})]


def test_deferred_plans_print_as_text() -> None:
    assert GRAPH.text('{ me { name ... @defer(label: "more") { karma } } }', defer=True) == lines("""
        QueryPlan {
          Defer {
            Primary {
              {
                me {
                  name
                }
              }:
              Fetch(service: "people", id: 0) {
                {
                  me {
                    name
                    id
                  }
                }
              },
            }, [
              Deferred(depends: [0], path: "me", label: "more") {
                {
                  karma
                }:
                Flatten(path: "me") {
                  Fetch(service: "posts") {
                    {
                      ... on Person {
                        __typename
                        id
                      }
                    } =>
                    {
                      ... on Person {
                        karma
                      }
                    }
                  },
                },
              },
            ]
          },
        }
    """)


def test_a_first_answer_of_nothing_but_an_object_prints_too() -> None:
    assert "me {\n          __typename" in GRAPH.text("{ me { ... @defer { bio } } }", defer=True)


def test_deferred_plans_print_as_json() -> None:
    node = plan_json(GRAPH.plan("{ me { ... @defer { best { ... @defer { karma } } } } }", defer=True))[
        "node"
    ]
    assert node["kind"] == "Defer"
    assert node["primary"]["subselection"] == "{me{__typename}}"
    assert node["primary"]["node"]["id"] == "0"
    (outer,) = node["deferred"]
    assert outer["depends"] == [{"id": "0"}]
    assert outer["queryPath"] == ["me"]
    assert outer["node"]["kind"] == "Defer"
    (inner,) = outer["node"]["deferred"]
    assert inner["depends"] == [{"id": "1"}]
    assert inner["queryPath"] == ["me", "best"]
    assert inner["node"]["node"]["serviceName"] == "posts"
