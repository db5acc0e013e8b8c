"""Fields of entities and value types: shared, overridden, required by one another, provided."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from tests.router.differential.graph import LEAVES, AbstractType, Field, Graph, ObjectType

ARGUMENTS = ("(n: Int = 1, mood: Mood)", "(filter: Filter, moods: [Mood!])", "(pick: Pick)")
LABELS = ("on", "off", "percent(50)")


def add_fields(random: Random, graph: Graph, entity: ObjectType) -> None:
    """Add an entity's own fields."""
    for number in range(random.randint(3, 7)):
        _add_field(random, graph, entity, f"f{number}")


def add_value_fields(random: Random, graph: Graph, value: ObjectType) -> None:
    """Add a value type's fields: each in all of its subgraphs; of the one named ``Split`` in some."""
    value.add(Field("a", "Int", value.known))
    value.add(Field("b", "String!", value.known))
    everywhere = [each.name for each in graph.entities if set(value.known) <= set(each.known)]
    if everywhere and random.random() < 0.5:
        value.add(Field("of", wrapped(random, random.choice(everywhere)), value.known))
    if random.random() < 0.4:
        value.add(Field("n", "Int", value.known, random.choice(ARGUMENTS)))
    if value.name == "Split":
        for number, subgraph in enumerate(value.known):
            value.add(Field(f"only{number}", wrapped(random, random.choice(LEAVES)), (subgraph,)))
    elif random.random() < 0.3:
        value.add(Field("deep", wrapped(random, value.name).rstrip("!"), value.known))


def wrapped(random: Random, named: str) -> str:
    """Make a list of it, or say that it is never null."""
    choice = random.random()
    if choice < 0.25:
        return f"[{named}]"
    if choice < 0.30:
        return f"[{named}!]"
    if choice < 0.36:
        return f"[[{named}]]"
    return f"{named}!" if choice < 0.44 else named


def random_named(random: Random, graph: Graph, owners: Sequence[str]) -> str:
    """Choose a type that all owners of a field know."""
    known = [each.name for each in graph.types.values() if set(owners) <= set(each.known)]
    known = [name for name in known if name not in ("Spot", "Seat", "Split", "Inner", "Between")]
    known += [
        each.name for each in graph.abstracts.values() if graph.possible(Field("", each.name, tuple(owners)))
    ]
    if random.random() < 0.5 and known:
        named = random.choice(known)
        if named in ("Mutation", "Subscription"):  # their fields count calls: no two answers are alike
            return "Int"
        return named if named != "Query" or random.random() < 0.2 else "Int"
    return random.choice(LEAVES)


def _add_field(random: Random, graph: Graph, entity: ObjectType, name: str) -> None:
    owner = random.choice(entity.homes)
    others = [each for each in entity.homes if each != owner]
    split = graph.types.get("Split")
    if split and set(split.known) <= set(entity.homes) and random.random() < 0.15:
        entity.add(Field(name, wrapped(random, "Split"), split.known))
        return
    choice = random.random()
    if choice < 0.28:
        requires = _required(random, graph, entity, owner)
        if requires:
            entity.add(Field(name, random.choice(("String", "String!")), (owner,), requires=requires))
            return
    owners = (owner, random.choice(others)) if others and choice < 0.45 else (owner,)
    named = random_named(random, graph, owners)
    made = entity.add(Field(name, wrapped(random, named), owners))
    if random.random() < (0.35 if made.is_leaf else 0.15):
        made.arguments = random.choice(ARGUMENTS)
    if len(owners) == 1 and others and random.random() < 0.25:
        override(random, graph, made, random.choice(others))
    made.is_hidden = name != "f0" and random.random() < 0.06


def override(random: Random, graph: Graph, made: Field, other: str) -> None:
    """Let a field take over from another subgraph, if that could resolve it."""
    both = Field("", made.named, (*made.owners, other))
    if not made.is_leaf and not (graph.has_type(other, made.named) and graph.possible(both)):
        return
    made.overrides = other
    if random.random() < 0.5:
        made.label = random.choice(LABELS)


# Requirements --------------------------------------------------------------------------------------


def _required(random: Random, graph: Graph, entity: ObjectType, subgraph: str) -> str | None:
    """Choose fields that other subgraphs resolve; some of them require others."""
    ways = [
        text
        for made in entity.fields.values()
        if (text := _required_field(random, graph, entity, made, subgraph))
    ]
    if not ways:
        return None
    return " ".join(random.sample(ways, min(len(ways), random.choice((1, 1, 2)))))


def _required_field(
    random: Random, graph: Graph, entity: ObjectType, made: Field, subgraph: str
) -> str | None:
    if not _may_be_external(made, subgraph):
        return None
    below = _required_below(random, graph, made, subgraph)
    if below is None:
        return None
    return f"{made.name}{_given(random, made.arguments)}{below}"


def _may_be_external(made: Field, subgraph: str) -> bool:
    # What moves by a label can't be relied on (composition refuses it).
    is_elsewhere = subgraph not in made.owners and made.overrides != subgraph and not made.label
    return is_elsewhere and "!" not in made.type and not made.is_key and not made.context


def _given(random: Random, arguments: str) -> str:
    if not arguments or random.random() < 0.5:
        return ""
    if "pick" in arguments:
        return random.choice(("(pick: {n: 2})", "(pick: {mood: SAD})"))
    if "filter" in arguments:
        return random.choice(("(filter: {deep: {a: 4}})", "(moods: [SAD])", "(moods: CALM)"))
    return random.choice(("(n: 1)", "(n: 2)", "(mood: SAD)"))


def _required_below(random: Random, graph: Graph, made: Field, subgraph: str) -> str | None:
    """Choose what to require below a field: nothing of a leaf; None if nothing can be."""
    if made.is_leaf:
        return ""
    if not graph.has_type(subgraph, made.named):
        return None
    abstract = graph.abstracts.get(made.named)
    if abstract is not None:
        return _required_abstract(random, graph, abstract, subgraph)
    below = _required_leaf(random, graph.types[made.named], subgraph)
    return None if below is None else f" {{ {below} }}"


def _required_leaf(random: Random, owner: ObjectType, subgraph: str) -> str | None:
    fields = [
        each
        for each in owner.fields.values()
        if each.is_leaf and "!" not in each.type and not each.context and each.overrides != subgraph
        if not each.arguments and not each.label and (each.requires is None or subgraph not in each.owners)
        if not (owner.name == "Split" and len(each.owners) == 1)
    ]
    if not fields or owner.name == "Query":
        return None
    made = random.choice(fields)
    return made.name


def _required_abstract(random: Random, graph: Graph, abstract: AbstractType, subgraph: str) -> str | None:
    if abstract.as_object is not None and subgraph in abstract.as_object.known:
        return None
    shared = [
        each.name
        for each in abstract.fields.values()
        if subgraph in each.owners
        and each.is_leaf
        and (each.is_key or graph.may_be_null(abstract, each.name))
    ]
    if shared and random.random() < 0.4:
        return f" {{ {random.choice(shared)} }}"
    parts = list[str]()
    for name in abstract.members.get(subgraph, ()):
        below = _required_leaf(random, graph.types[name], subgraph)
        if below is not None:
            parts.append(f"... on {name} {{ {below} }}")
    return f" {{ {' '.join(parts)} }}" if parts else None


# Provided fields -----------------------------------------------------------------------------------


def add_provided(random: Random, graph: Graph) -> None:
    """Let some fields give more of the entities that they lead to than their subgraph otherwise does."""
    for made in list(graph.all_fields()):
        if not made.is_leaf and len(made.owners) == 1 and not made.overrides and random.random() < 0.3:
            made.provides = _provided(random, graph, made.named, made.owners[0], 2)


def _provided(random: Random, graph: Graph, named: str, subgraph: str, depth: int) -> str | None:
    abstract = graph.abstracts.get(named)
    if abstract is not None:
        return _provided_of_members(random, graph, abstract, subgraph, depth)
    entity = graph.types[named]
    if not entity.keys:
        return None
    fields = [each for each in entity.fields.values() if _is_providable(each, subgraph)]
    random.shuffle(fields)
    for made in fields:
        if made.is_leaf:
            return made.name
        if depth and graph.has_type(subgraph, made.named) and _knows_all(graph, made, subgraph):
            below = _provided(random, graph, made.named, subgraph, depth - 1)
            if below:
                return f"{made.name} {{ {below} }}"
    return None


def _knows_all(graph: Graph, made: Field, subgraph: str) -> bool:
    """Whether a subgraph has all types that a field's objects may have, so that it can resolve it too."""
    abstract = graph.abstracts.get(made.named)
    return abstract is None or set(graph.possible(made)) <= set(abstract.members_in(subgraph))


def _is_providable(made: Field, subgraph: str) -> bool:
    is_elsewhere = subgraph not in made.owners and not made.overrides and not made.is_key
    return is_elsewhere and not made.requires and not made.context and not made.arguments


def _provided_of_members(
    random: Random, graph: Graph, abstract: AbstractType, subgraph: str, depth: int
) -> str | None:
    if abstract.as_object is not None and subgraph in abstract.as_object.known:
        return None
    parts = list[str]()
    for name in abstract.members.get(subgraph, ()):
        below = _provided(random, graph, name, subgraph, depth) if random.random() < 0.7 else None
        if below:
            parts.append(f"... on {name} {{ {below} }}")
    return " ".join(parts) or None
