"""What differs by subgraph: members of unions and interfaces, who resolves an interface's field, extensions.

The one schema that holds everything decides what is right, so the data keep what sharing promises: a field
that several subgraphs resolve gives only objects of types that each of them knows (``Graph.possible``), one
of a single subgraph gives all that are known there. Subgraphs that break the promise have no right answer
but the rule of docs/adr/0013; tests/router/execution has these.
"""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from tests.router.differential.field_sets import read_set, words
from tests.router.differential.graph import ROOTS, AbstractType, Field, Graph, ObjectType
from tests.router.differential.random_fields import override, wrapped


def add_shapes(random: Random, graph: Graph) -> None:
    """Add values, the union ``Mix`` and the interface ``Shape`` of them, and the values that hold these."""
    names = [_add_value(random, graph, f"V{number}") for number in range(random.randint(2, 4))]
    shape = AbstractType("Shape", False, _members(random, graph, names))
    graph.abstracts["Shape"] = shape
    for name, type_ in (("size", "Int"), ("note", "String")):
        owners = [each for each in shape.members if name == "size" or random.random() < 0.6]
        if owners:
            shape.fields[name] = Field(name, type_, tuple(owners))
    entities = [each.name for each in graph.entities if random.random() < 0.3]
    graph.abstracts["Mix"] = AbstractType("Mix", True, _members(random, graph, [*names, *entities]))
    for number in range(random.randint(1, 2)):
        _add_frame(random, graph, f"Frame{number}")


def _add_value(random: Random, graph: Graph, name: str) -> str:
    known = tuple(each for each in graph.subgraphs if random.random() < 0.7)
    value = graph.types[name] = ObjectType(name, known or graph.subgraphs[:1])
    value.add(Field("size", "Int", value.known))
    # Rarely: most operations on such values would ask for both types under one key, which is invalid.
    value.add(Field("note", "String!" if random.random() < 0.1 else "String", value.known))
    return name


def _members(random: Random, graph: Graph, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Choose the members in each subgraph, of those that it knows; at least one somewhere."""
    names = list(names)
    found = {
        subgraph: tuple(n for n in names if subgraph in graph.types[n].known and random.random() < 0.75)
        for subgraph in graph.subgraphs
    }
    first = graph.types[names[0]].known[0]
    return {subgraph: each for subgraph, each in found.items() if each} or {first: (names[0],)}


def _add_frame(random: Random, graph: Graph, name: str) -> None:
    """Add a value type that holds them, alike in all of its subgraphs."""
    known = tuple(random.sample(graph.subgraphs, random.randint(1, len(graph.subgraphs))))
    frame = graph.types[name] = ObjectType(name, known)
    frame.add(Field("width", "Int", known))
    for named in ("Shape", "Mix"):
        made = Field(named.lower(), wrapped(random, named), known)
        if graph.possible(made):
            frame.add(made)


def add_shape_fields(random: Random, graph: Graph) -> None:
    """Let entities and the root of queries lead to them, from one subgraph or from several."""
    for owner in (*graph.entities, graph.types["Query"]):
        for named in ("Shape", "Mix", "Frame0", "Frame1"):
            known = [each for each in owner.homes if graph.has_type(each, named)]
            if not known or random.random() < 0.4:
                continue
            owners = tuple(random.sample(known, random.randint(1, min(2, len(known)))))
            made = Field(f"to{named}", wrapped(random, named), owners)
            if graph.possible(made):
                owner.add(made)


def loosen_interface(random: Random, graph: Graph) -> None:
    """Let subgraphs leave a field of the interface ``Thing`` to others, for some of its types."""
    thing = graph.abstracts.get("Thing")
    if thing is None:
        return
    for made in (each for each in thing.fields.values() if not each.is_key):
        for name in thing.all_members:
            entity = graph.types[name]
            own = entity.fields[made.name]
            for subgraph in made.owners:
                others = tuple(each for each in own.owners if each != subgraph)
                is_had = any(each in entity.homes for each in others)
                if subgraph in own.owners and is_had and random.random() < 0.5:
                    own.owners = others
                    entity.externals.setdefault(subgraph, set()).add(made.name)


def override_requirements(random: Random, graph: Graph) -> None:
    """Let fields that require others take over from another subgraph."""
    used = {word for text in _field_sets(graph) for word in words(read_set(text))}
    for entity in graph.entities:
        for made in entity.fields.values():
            others = [each for each in entity.homes if each not in made.owners]
            if made.requires and others and made.name not in used and random.random() < 0.5:
                override(random, graph, made, random.choice(others))


def _field_sets(graph: Graph) -> Iterable[str]:
    for made in graph.all_fields():
        yield from (text for text in (made.requires, made.provides, *made.context.values()) if text)


def extend_types(random: Random, graph: Graph) -> None:
    """Let subgraphs write ``extend type``; one other has the type itself."""
    for type_ in graph.types.values():
        if type_.name not in ROOTS and len(type_.known) > 1:
            base = random.choice(type_.known)
            type_.extended = {each for each in type_.known if each != base and random.random() < 0.3}
