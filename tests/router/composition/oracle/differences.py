"""Changes that make subgraphs differ from each other where they may, in ways that are easily got wrong.

Each was once a fault: values written differently, rules that combine, extensions, frameworks' own
definitions, interfaces and unions of which each subgraph knows a part.
"""

from __future__ import annotations

from random import Random

from .mischief import Written
from .written import Field, Type

# Ways to write one value, and sometimes another.
DEFAULTS = {
    "Float": ("5", "5.0", "5e0", "5.5"),
    "[Float!]": ("[1]", "[1.0]", "[2]"),
    "Box": ("{f: 1, n: [2]}", "{n: [2], f: 1.0}", "{f: 1}"),
    "String": ('"x"', '"""x"""', '"y"'),
    "Date": ("1", "1.0", '"1"'),
    "Kind": ("ONE", "TWO"),
}
ACCESS = {
    "requiresScopes(scopes": ("[]", "[[]]", '[["a"]]', '[["a", "b"], ["c"]]'),
    "policy(policies": ("[]", '[["p"]]', '[["p"], ["q"]]'),
}
KEY = "repeatable on OBJECT | INTERFACE"
DEFINITIONS = {
    "link": (
        "directive @link(url: String!, import: [String!]) repeatable on SCHEMA",
        "directive @link(import: [String], url: String!) repeatable on SCHEMA",
    ),
    "key": (
        f"scalar federation__FieldSet directive @key(fields: federation__FieldSet!) {KEY}",
        f"directive @key(fields: [String!]!, resolvable: Boolean = true) {KEY}",
        f"directive @key(fields: String!, resolvable: Boolean = true) {KEY}",
        f"directive @key(fields: String, resolvable: Boolean = true) {KEY}",
        f"directive @key(fields: String!, resolvable: Boolean = false) {KEY}",
    ),
    "requires": ("directive @requires(fields: String!) on FIELD_DEFINITION",),
    "external": ("directive @external(reason: String) on OBJECT | FIELD_DEFINITION",),
    "shareable": ("directive @shareable on FIELD_DEFINITION | OBJECT",),
    "override": ("directive @override(from: String!, label: String) on FIELD_DEFINITION",),
    "requiresScopes": (
        "scalar federation__Scope "
        "directive @requiresScopes(scopes: [[federation__Scope!]!]!) on FIELD_DEFINITION",
        "directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT",
        "directive @requiresScopes(scopes: [String!]!) on FIELD_DEFINITION",
    ),
    "tag": ("directive @tag(name: String) repeatable on FIELD_DEFINITION",),
}


def _shared(random: Random, written: Written) -> list[Field]:
    """Give the declarations of one field that several subgraphs have; any field if there is none."""
    found: dict[tuple[str, str], list[Field]] = {}
    for types in written.values():
        for name, type_ in types.items():
            for field_name, field in type_.fields.items():
                if field_name not in ("id", "code"):
                    found.setdefault((name, field_name), []).append(field)
    several = [fields for fields in found.values() if len(fields) > 1] or list(found.values())
    return random.choice(several) if several else []


def spell_defaults(random: Random, written: Written) -> None:
    """Give all declarations of a field an argument with a default value, each in its own way."""
    ref = random.choice(sorted(DEFAULTS))
    for field in _shared(random, written):
        field.arguments = f"(v: {ref} = {random.choice(DEFAULTS[ref][: random.choice((2, 3))])})"
    for types in written.values():
        types["Box"] = Type("input", {"f": Field("Float"), "n": Field("[Int]")})


def protect(random: Random, written: Written) -> None:
    """Give all declarations of a field an access rule, each its own."""
    rule = random.choice(sorted(ACCESS))
    for field in _shared(random, written):
        if "@external" not in field.directives:
            field.directives.append(f"@{rule}: {random.choice(ACCESS[rule])})")


def extend(random: Random, written: Written) -> None:
    """Extend a type in some subgraphs, or in all."""
    names = sorted(
        {n for types in written.values() for n, t in types.items() if t.kind not in ("text", "scalar")}
    )
    name = random.choice(names)
    everywhere = random.random() < 0.4
    for types in written.values():
        if name in types and (everywhere or random.random() < 0.5):
            types[name].extends = True


def define(random: Random, written: Written) -> None:
    """Let a subgraph define what a specification defines, as frameworks print it."""
    chosen = random.sample(sorted(DEFINITIONS), random.choice((1, 1, 2)))
    lines = [random.choice(DEFINITIONS[name]) for name in chosen]
    written[random.choice(sorted(written))]["definitions"] = Type("text", members=lines)


def take_over(random: Random, written: Written) -> None:
    """Let a field of an entity override another subgraph's, and require or provide something besides."""
    entities = [
        (owner, name, field)
        for owner, types in written.items()
        for name, type_ in types.items()
        for field in type_.fields
        if any("@key" in d for d in type_.directives) and field not in ("id", "code")
    ]
    if not entities:
        return
    owner, name, field = random.choice(entities)
    takers = [n for n in sorted(written) if n != owner]
    if not takers:
        return
    types = written[random.choice(takers)]
    type_ = types.setdefault(name, Type("type", {"id": Field("ID!")}, ['@key(fields: "id")']))
    ref = written[owner][name].fields[field].type
    if ref.strip("[]!") not in {*types, "Int", "String", "Float"}:
        return
    taken = type_.fields[field] = Field(
        ref, [f'@override(from: "{owner}")'], written[owner][name].fields[field].arguments
    )
    needed = [f for f in written[owner][name].fields if f not in type_.fields]
    if needed and random.random() < 0.7:
        wanted = random.choice(needed)
        declared = written[owner][name].fields[wanted]
        if declared.type.strip("[]!") in ("Int", "String", "Float"):
            type_.fields[wanted] = Field(declared.type, ["@external"], declared.arguments)
            taken.directives.append(f'@requires(fields: "{wanted}")')
    elif ref.strip("[]!") in types and random.random() < 0.5:
        taken.directives.append('@provides(fields: "id")')


def split_interface(random: Random, written: Written) -> None:
    """Let two subgraphs share a field of an interface, whose own field each resolves for some types only."""
    chosen = random.sample(sorted(written), min(2, len(written)))
    for position, subgraph in enumerate(chosen):
        types = written[subgraph]
        types.setdefault("Query", Type("type")).fields["named"] = Field("Named", ["@shareable"])
        types["Named"] = Type("interface", {"id": Field("ID!")})
        for name in ("Ant", "Bee"):
            type_ = types.setdefault(name, Type("type", {"id": Field("ID!")}, ['@key(fields: "id")']))
            type_.implements = ["Named"]
            type_.fields.setdefault("id", Field("ID!"))
            if (name == "Ant") == (position == 0) and random.random() < 0.8:
                type_.fields["id"].directives = ["@external"]


def split_union(random: Random, written: Written) -> None:
    """Let a subgraph's union have other members than the others'."""
    having = [types for types in written.values() if "Any" in types]
    if having:
        types = random.choice(having)
        types["Any"].members = random.choice((["Ant", "Cow"], ["Cow"], ["Ant", "Bee", "Cow"], ["Bee"]))
        for member in types["Any"].members:
            types.setdefault(member, Type("type", {"id": Field("ID!")}, ['@key(fields: "id")']))


def one_of(random: Random, written: Written) -> None:
    """Let subgraphs share an input object that some call @oneOf. (The reference does not know it.)"""
    for field in _shared(random, written):
        field.arguments = "(i: Pick)"
    for types in written.values():
        first = random.choice(("Int", "Int", "Int!", "[Int]"))
        directives = ["@oneOf"] if random.random() < 0.5 else []
        types["Pick"] = Type("input", {"x": Field(first), "y": Field("Int")}, directives)


DIFFERENCES = (spell_defaults, protect, extend, define, take_over, split_interface, split_union)
UNKNOWN_TO_THE_REFERENCE = (one_of,)
