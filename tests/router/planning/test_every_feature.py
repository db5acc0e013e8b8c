"""One small plan for each thing a supergraph or an operation may have: a line a fetch (see ``sketch``)."""

from __future__ import annotations

from tests.router.planning.planned import Planned, sketch


def plan(graph: Planned, operation: str, *labels: str, **variables: object) -> list[str]:
    return sketch(graph.plan(operation, variables, labels))


# Keys ------------------------------------------------------------------------------------------------

KEYS = Planned(
    a="""
        type Query { me: User team: Team }
        type User @key(fields: "id") { id: ID! nick: String }
        type Team @key(fields: "id") { id: ID! }
    """,
    b="""
        type User @key(fields: "id") @key(fields: "email") { id: ID! email: String! age: Int }
        type Team @key(fields: "id") @key(fields: "org { id country { code } }") {
          id: ID! org: Org @shareable }
        type Org @shareable { id: ID! country: Country }
        type Country @shareable { code: String }
    """,
    c="""
        type User @key(fields: "email") @key(fields: "id", resolvable: false) {
          id: ID! email: String! rank: Int }
        type Team @key(fields: "org { id country { code } }") { org: Org size: Int }
        type Org @shareable { id: ID! country: Country }
        type Country @shareable { code: String }
    """,
)


def test_a_key_that_is_not_resolvable_is_no_way_in() -> None:
    assert plan(KEYS, "{ me { rank } }") == [
        "a {me{id}}",
        "b me (0) User{id} => ...on User{email}",
        "c me (0,1) User{email} => ...on User{rank}",
    ]


def test_nested_keys_are_fetched_and_sent_whole() -> None:
    assert plan(KEYS, "{ team { size } }") == [
        "a {team{id}}",
        "b team (0) Team{id} => ...on Team{org{id country{code}}}",
        "c team (0,1) Team{org{id country{code}}} => ...on Team{size}",
    ]


# Requirements ----------------------------------------------------------------------------------------

REQUIRES = Planned(
    a="""
        type Query { box: Box }
        type Box @key(fields: "id") { id: ID! width: Int @external
          area: Int @requires(fields: "width") volume: Int @requires(fields: "area2") area2: Int @external }
    """,
    b="""
        type Box @key(fields: "id") { id: ID! width: Int depth(unit: String): Int area: Int @external
          area2: Int @requires(fields: "area") content: Thing label: Label }
        interface Thing { id: ID! weight: Int }
        type Book implements Thing @key(fields: "id") { id: ID! weight: Int pages: Int }
        type Toy implements Thing @key(fields: "id") { id: ID! weight: Int }
        union Label = Book | Toy
    """,
    c="""
        type Box @key(fields: "id") { id: ID! content: Thing @external depth(unit: String): Int @external
          label: Label @external
          heavy: Boolean @requires(fields: "content { weight }")
          thick: Boolean @requires(fields: "content { ... on Book { pages } weight }")
          deep: Int @requires(fields: "depth(unit: \\"m\\")")
          deeper: Int @requires(fields: "depth(unit: \\"cm\\")")
          tag: String @requires(fields: "label { ... on Book { pages } ... on Toy { weight } }") }
        interface Thing { id: ID! weight: Int }
        type Book implements Thing @key(fields: "id") { id: ID! weight: Int @external pages: Int @external }
        type Toy implements Thing @key(fields: "id") { id: ID! weight: Int @external }
        union Label = Book | Toy
    """,
)


def test_requirements_that_go_to_and_fro_between_two_subgraphs_are_a_chain() -> None:
    assert plan(REQUIRES, "{ box { volume } }") == [
        "a {box{id}}",
        "b box (0) Box{id} => ...on Box{width}",
        "a box (0,1) Box{id width} => ...on Box{area}",
        "b box (0,2) Box{id area} => ...on Box{area2}",
        "a box (0,3) Box{id area2} => ...on Box{volume}",
    ]


def test_a_field_of_an_interface_is_required_of_whatever_type_is_there() -> None:
    assert plan(REQUIRES, "{ box { heavy } }") == [
        "a {box{id}}",
        "b box (0) Box{id} => ...on Box{content{__typename weight}}",
        "c box (0,1) Box{id content{weight}} => ...on Box{heavy}",
    ]


def test_fragments_of_a_requirement_are_sent_for_their_types() -> None:
    assert plan(REQUIRES, "{ box { thick } }") == [
        "a {box{id}}",
        "b box (0) Box{id} => ...on Box{content{__typename weight ...on Book{pages}}}",
        "c box (0,1) Box{id contentBook{pages weight}Toy{weight}} => ...on Box{thick}",
    ]


def test_fragments_of_a_required_union_are_sent_for_their_types() -> None:
    assert plan(REQUIRES, "{ box { tag } }") == [
        "a {box{id}}",
        "b box (0) Box{id} => ...on Box{label{__typename ...on Book{pages} ...on Toy{weight}}}",
        "c box (0,1) Box{id labelBook{pages}Toy{weight}} => ...on Box{tag}",
    ]


def test_requirements_with_arguments_that_differ_are_fetched_under_aliases_and_sent_apart() -> None:
    assert plan(REQUIRES, "{ box { deep deeper } }") == [
        "a {box{id}}",
        'b box (0) Box{id} => ...on Box{depth(unit:"m") depth_2:depth(unit:"cm")}',
        "c box (0,1) Box{id depth} => ...on Box{deep}",
        "c box (0,1) Box{id depth:depth_2} => ...on Box{deeper}",
    ]


# Provided and overridden fields ----------------------------------------------------------------------

PROVIDES = Planned(
    a="""
        type Query { any: Animal @provides(fields: "name") pet: Pet @provides(fields: "... on Dog { name }")
          wild: Animal }
        interface Animal { id: ID! name: String }
        type Dog implements Animal @key(fields: "id") { id: ID! name: String @external }
        type Cat implements Animal @key(fields: "id") { id: ID! name: String @external }
        union Pet = Dog | Cat
    """,
    b="""
        type Dog @key(fields: "id") { id: ID! name: String @shareable }
        type Cat @key(fields: "id") { id: ID! name: String @shareable }
    """,
)


def test_what_is_provided_on_an_interface_is_not_fetched_elsewhere() -> None:
    assert plan(PROVIDES, "{ any { name } }") == ["a {any{name}}"]


def test_what_is_provided_on_one_member_of_a_union_is_fetched_elsewhere_for_the_others() -> None:
    assert plan(PROVIDES, "{ pet { ... on Dog { name } ... on Cat { name } } }") == [
        "a {pet{__typename ...on Dog{name} ...on Cat{id}}}",
        "b pet (0) Cat{id} => ...on Cat{name}",
    ]


def test_what_is_not_provided_on_this_way_is_fetched_of_each_type_in_one_fetch() -> None:
    assert plan(PROVIDES, "{ wild { name } }") == [
        "a {wild{__typename ...on Cat{id} ...on Dog{id}}}",
        "b wild (0) Cat{id} Dog{id} => ...on Cat{name} ...on Dog{name}",
    ]


OVERRIDES = Planned(
    a='type Query { u: U } type U @key(fields: "id") { id: ID! x: Int y: Int z: Int }',
    b="""
        type U @key(fields: "id") { id: ID! x: Int @override(from: "a", label: "one")
          y: Int @override(from: "a", label: "percent(5)") z: Int @override(from: "a") }
    """,
)


def test_each_label_decides_its_own_fields_and_no_label_is_always_on() -> None:
    assert plan(OVERRIDES, "{ u { x y z } }") == ["a {u{x y id}}", "b u (0) U{id} => ...on U{z}"]
    assert plan(OVERRIDES, "{ u { x y z } }", "one") == ["a {u{id y}}", "b u (0) U{id} => ...on U{x z}"]
    assert plan(OVERRIDES, "{ u { x y } }", "one", "percent(5)") == [
        "a {u{id}}",
        "b u (0) U{id} => ...on U{x y}",
    ]


def test_only_labels_of_fields_that_an_operation_touches_tell_its_variants_apart() -> None:
    assert OVERRIDES.labels("{ u { z } }") == frozenset()
    assert OVERRIDES.labels("{ u { ...F } } fragment F on U { x }") == {"one"}
    assert OVERRIDES.labels("{ u { x other: y } }") == {"one", "percent(5)"}


# Abstract types --------------------------------------------------------------------------------------

MEMBERS = Planned(
    a="""
        type Query { found: Found list: [Found!]! media: Media @shareable }
        union Found = Book | Song
        interface Media { id: ID! }
        type Book implements Media @key(fields: "id") { id: ID! }
        type Song implements Media @key(fields: "id") { id: ID! size: Float! }
    """,
    b="""
        type Query { media: Media @shareable }
        union Found = Book | Film
        interface Media { id: ID! title: String }
        type Book implements Media @key(fields: "id") { id: ID! title: String related: Found }
        type Film implements Media @key(fields: "id") { id: ID! title: String size: Int! }
        type Song implements Media @key(fields: "id") { id: ID! title: String }
    """,
)


def test_a_member_that_a_subgraph_lacks_is_not_asked_of_it() -> None:
    assert plan(MEMBERS, "{ found { ... on Film { title } ... on Song { id } } }") == [
        "a {found{__typename ...on Song{id}}}"
    ]


def test_possible_types_are_those_of_the_subgraph_that_answers() -> None:
    assert plan(
        MEMBERS, "{ found { ... on Book { related { ... on Film { size } ... on Song { size2: size } } } } }"
    ) == [
        "a {found{__typename ...on Book{id}}}",
        "b found (0) Book{id} => ...on Book{related{__typename ...on Film{size}}}",
    ]


def test_an_interface_field_that_the_subgraph_declares_on_the_types_alone_is_asked_type_by_type() -> None:
    assert plan(MEMBERS, "{ found { ... on Media { title } } }") == [
        "a {found{__typename ...on Book{id} ...on Song{id}}}",
        "b found (0) Book{id} Song{id} => ...on Book{title} ...on Song{title}",
    ]


# Roots and __typename --------------------------------------------------------------------------------


def test_typename_of_roots_and_of_single_types_needs_no_fetch() -> None:
    assert plan(OVERRIDES, "{ __typename }") == []
    assert plan(OVERRIDES, "{ __typename u { __typename id } }") == ["a {u{id}}"]


def test_an_object_of_which_only_typename_is_asked_is_still_looked_for() -> None:
    assert plan(OVERRIDES, "{ u { __typename } }") == ["a {u{__typename}}"]


def test_a_shared_root_field_is_asked_where_the_rest_is() -> None:
    assert plan(MEMBERS, "{ media { title } }") == ["b {media{title}}"]


# Contexts --------------------------------------------------------------------------------------------

CONTEXT = Planned(
    a="""
        type Query { shop: Shop market: Market }
        type Shop @key(fields: "id") @context(name: "place") { id: ID! currency: String item: Item }
        type Market @key(fields: "id") @context(name: "place") { id: ID! money: Money stall: Stall }
        type Money { code: String }
        type Stall { item: Item }
        type Item @key(fields: "id") { id: ID! price(
          in: String @fromContext(field: "$place ... on Shop { currency } ... on Market { money { code } }")
        ): Int }
    """,
)


def test_each_type_that_sets_a_context_gives_the_value_its_own_way() -> None:
    shop = CONTEXT.plan("{ shop { item { price } } }")
    market = CONTEXT.plan("{ market { stall { item { price } } } }")
    assert sketch(shop)[0] == "a {shop{item{id} currency}}"
    assert sketch(market)[0] == "a {market{stall{item{id}} money{code}}}"
    assert [[len(c) for c in p.fetches[1].context_variables[0].choices] for p in (shop, market)] == [[1], [2]]
    assert [p.fetches[1].context_variables[0].levels for p in (shop, market)] == [1, 2]


# Conditions, directives, fragments -------------------------------------------------------------------

CONDITIONS = Planned(
    a='directive @upper on FIELD type Query { u: U } type U @key(fields: "id") { id: ID! name: String }',
    b='type U @key(fields: "id") { id: ID! score: Int friend: U }',
)


def test_a_skipped_field_costs_no_later_fetch_either() -> None:
    operation = """query ($on: Boolean!) { u { name ...F @include(if: $on) friend @skip(if: $on) { name } } }
        fragment F on U { score }"""
    assert plan(CONDITIONS, operation, on=True) == ["a {u{name id}}", "b u (0) U{id} => ...on U{score}"]
    assert plan(CONDITIONS, operation, on=False) == [
        "a {u{name id}}",
        "b u (0) U{id} => ...on U{friend{id}}",
        "a u.friend (1) U{id} => ...on U{name}",
    ]


def test_conditions_on_one_of_two_spreads_leave_the_other() -> None:
    operation = """query ($on: Boolean!) { u { ...F @include(if: $on) ...F friend { ...F @skip(if: $on) } } }
        fragment F on U { score }"""
    assert plan(CONDITIONS, operation, on=True) == [
        "a {u{id}}",
        "b u (0) U{id} => ...on U{score friend{__typename}}",
    ]


def test_nested_fragments_and_aliases_are_one_fetch() -> None:
    operation = """{ u { ...F x: score ... on U { ... on U { y: score } } } }
        fragment F on U { score ...G } fragment G on U { score friend { z: score } }"""
    assert plan(CONDITIONS, operation) == [
        "a {u{id}}",
        "b u (0) U{id} => ...on U{score friend{z:score} x:score y:score}",
    ]
