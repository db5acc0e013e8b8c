"""Random subgraph sets: most compose, some don't quite.

A plan says which subgraphs resolve which field of which type; each subgraph is then written so that it keeps
federation's rules; then subgraphs are made to differ where they may (``differences.py``), and sometimes one
or two things are changed so that they are subtly wrong (``mischief.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from .differences import DIFFERENCES, UNKNOWN_TO_THE_REFERENCE
from .mischief import MISCHIEF
from .written import Field, Type, write_subgraph

SCALARS = ("Int", "String", "Float!", "[Int]", "[String!]!", "Kind", "Date")
ENTITIES = ("Ant", "Bee", "Cow")
VALUES = ("Vat", "Wig")


@dataclass
class Plan:
    """Who resolves what: type → field → (type reference, owning subgraphs)."""

    subgraphs: Sequence[str]
    fields: dict[str, dict[str, tuple[str, list[str]]]] = field(default_factory=dict)


def make_subgraphs(random: Random, *, judged: bool = True) -> dict[str, str]:
    """Make a set of subgraphs: name → SDL. ``judged``: only what the reference knows."""
    names = "abcd"[: random.randint(2, 4)]
    plan = _plan(random, names)
    written = {name: _write(random, plan, name) for name in names}
    changes = DIFFERENCES if judged else (*DIFFERENCES, *UNKNOWN_TO_THE_REFERENCE)
    for _ in range(random.choice((0, 1, 1, 2))):
        random.choice(changes)(random, written)
    for _ in range(random.choice((0, 0, 0, 1, 2))):
        random.choice(MISCHIEF)(random, written)
    return {name: write_subgraph(types) for name, types in written.items() if types}


def _plan(random: Random, names: str) -> Plan:
    plan = Plan(names)
    targets = [*ENTITIES, *VALUES, "Any", "Named"]
    for type_name in ("Query", *ENTITIES):
        plan.fields[type_name] = {}
        for number in range(random.randint(1, 4)):
            ref = random.choice(SCALARS)
            if random.random() < (0.9 if type_name == "Query" else 0.35):
                ref = random.choice(("{}", "[{}]", "{}!")).format(random.choice(targets))
            owners = random.sample(names, 2 if random.random() < 0.2 else 1)
            plan.fields[type_name][f"{type_name[0].lower()}{number}"] = (ref, owners)
    for type_name in VALUES:
        plan.fields[type_name] = {f"x{n}": (random.choice(SCALARS), list(names)) for n in range(2)}
    return plan


def _write(random: Random, plan: Plan, name: str) -> dict[str, Type]:
    types: dict[str, Type] = {}
    for type_name in ("Query", *ENTITIES):
        owned = {f: (ref, owners) for f, (ref, owners) in plan.fields[type_name].items() if name in owners}
        if not owned:
            continue
        type_ = types[type_name] = Type("type")
        for field_name, (ref, owners) in owned.items():
            type_.fields[field_name] = Field(ref, ["@shareable"] if len(owners) > 1 else [])
            if random.random() < 0.15:
                type_.fields[field_name].arguments = random.choice(("(n: Int)", "(n: Int = 3)", "(k: Kind)"))
    _add_entities(random, plan, types, name)
    _add_targets(plan, types)
    return types


def _add_entities(random: Random, plan: Plan, types: dict[str, Type], name: str) -> None:
    for entity in ENTITIES:
        if entity in types or _is_named(entity, types) or random.random() < 0.2:
            _make_entity(random, types.setdefault(entity, Type("type")))
            if random.random() < 0.3:
                _require(random, plan, types[entity], entity, name)


def _make_entity(random: Random, type_: Type) -> None:
    type_.fields.setdefault("id", Field("ID!"))
    keys = ["id"]
    if random.random() < 0.3:
        type_.fields.setdefault("code", Field("String"))
        keys.append(random.choice(("code", "id code")))
    type_.directives += [f'@key(fields: "{key}")' for key in keys]
    if random.random() < 0.1:
        type_.directives[-1] = type_.directives[-1].replace(")", ", resolvable: false)")


def _require(random: Random, plan: Plan, type_: Type, entity: str, name: str) -> None:
    """Let a field require one of another subgraph, or take one over from it."""
    others = [
        (f, ref, o[0])
        for f, (ref, o) in plan.fields[entity].items()
        if name not in o and ref in SCALARS and f not in type_.fields
    ]
    if not others:
        return
    wanted, ref, owner = random.choice(others)
    if random.random() < 0.3:
        label = random.choice(("", ', label: "percent(5)"', ', label: "beta"'))
        type_.fields[wanted] = Field(ref, [f'@override(from: "{owner}"{label})'])
        return
    type_.fields[wanted] = Field(ref, ["@external"])
    type_.fields[f"{wanted}By{name}"] = Field("Int", [f'@requires(fields: "{wanted}")'])


def _is_named(name: str, types: dict[str, Type]) -> bool:
    """Whether a field, or the union or interface behind a field, needs the type."""
    refs = {f.type.strip("[]!") for t in types.values() for f in t.fields.values()}
    return name in refs or bool(refs & {"Any", "Named"} and name in ENTITIES[:2])


def _add_targets(plan: Plan, types: dict[str, Type]) -> None:
    """Define what fields refer to, for whoever refers to it."""
    refs = {f.type.strip("[]!") for t in types.values() for f in t.fields.values()}
    for value in VALUES:
        if value in refs:
            types[value] = Type("type", directives=["@shareable"])
            types[value].fields = {f: Field(ref) for f, (ref, _) in plan.fields[value].items()}
            refs |= {f.type.strip("[]!") for f in types[value].fields.values()}
    if "Any" in refs:
        types["Any"] = Type("union", members=list(ENTITIES[:2]))
    if "Named" in refs:
        types["Named"] = Type("interface", fields={"id": Field("ID!")})
        for entity in ENTITIES[:2]:
            types[entity].implements = ["Named"]
    types["Kind"] = Type("enum", members=["ONE", "TWO"])
    types["Date"] = Type("scalar")
