"""An interface and a union whose members differ between subgraphs; an interface taken for an object type."""

from __future__ import annotations

from random import Random

from tests.router.differential.graph import LEAVES, AbstractType, Field, Graph, ObjectType
from tests.router.differential.random_fields import ARGUMENTS, random_named, wrapped


def add_abstract_types(random: Random, graph: Graph) -> None:
    """Add the interface ``Thing`` and the union ``Any_`` where there are members for them."""
    _add_union(random, graph)
    _add_interface(random, graph)


def _add_union(random: Random, graph: Graph) -> None:
    members = {
        subgraph: tuple(name for name in _known(graph, subgraph) if random.random() < 0.75)
        for subgraph in graph.subgraphs
        if random.random() < 0.7
    }
    members = {subgraph: names for subgraph, names in members.items() if names}
    if members:
        graph.abstracts["Any_"] = AbstractType("Any_", True, members)


def _known(graph: Graph, subgraph: str) -> list[str]:
    return [each.name for each in graph.entities if subgraph in each.known]


def _add_interface(random: Random, graph: Graph) -> None:
    """Every member has the key ``id`` in the interface's home, where all members are."""
    home = random.choice(graph.subgraphs)
    names = [each.name for each in graph.entities if home in each.homes and random.random() < 0.8]
    if not names:
        return
    thing = graph.abstracts["Thing"] = AbstractType("Thing", False, {home: tuple(names)}, home=home)
    for name in names:
        _declare_id(graph.types[name], home, as_key=True)
    _add_object_homes(random, graph, thing)
    for subgraph in graph.subgraphs:
        taken = thing.as_object.known if thing.as_object else ()
        if subgraph != home and subgraph not in taken and random.random() < 0.4:
            some = tuple(name for name in names if subgraph in graph.types[name].known)
            some = tuple(name for name in some if random.random() < 0.8)
            if some:
                thing.members[subgraph] = some
    thing.fields["id"] = Field("id", "ID!", tuple(thing.members), is_key=True)
    for subgraph, members in thing.members.items():
        for name in members:
            _declare_id(graph.types[name], subgraph, as_key=False)
    _add_interface_field(random, graph, thing, "label", "String")
    if random.random() < 0.5:
        _add_interface_field(random, graph, thing, "peer", random.choice(("Thing", "[Thing]")))


def _declare_id(entity: ObjectType, subgraph: str, *, as_key: bool) -> None:
    made = entity.fields.get("id") or entity.add(Field("id", "ID!", (), is_key=True))
    if subgraph not in made.owners:
        made.owners = (*made.owners, subgraph)
    if as_key and "id" not in entity.keys[subgraph]:
        entity.keys[subgraph].append("id")


def _add_interface_field(random: Random, graph: Graph, thing: AbstractType, name: str, type_: str) -> None:
    """Give an interface a field, in some subgraphs; its members have it there, and elsewhere too."""
    assert thing.home is not None
    owners = tuple(each for each in thing.members if random.random() < 0.6) or (thing.home,)
    thing.fields[name] = Field(name, type_, owners)
    for member in thing.all_members:
        entity = graph.types[member]
        where = [each for each in owners if member in thing.members[each]]
        if not any(each in entity.homes for each in where):
            where.append(random.choice([h for h in entity.homes if _has_types(graph, h, type_)]))
        own = f"{type_}!" if random.random() < 0.2 else type_
        if type_ == "Thing" and random.random() < 0.3:
            candidates = [n for n in thing.all_members if all(n in thing.members_in(s) for s in where)]
            own = random.choice(candidates or [own])
        entity.add(Field(name, own, tuple(where)))


def _has_types(graph: Graph, subgraph: str, type_: str) -> bool:
    named = type_.strip("[]!")
    return named in LEAVES or bool(graph.abstracts[named].members.get(subgraph))


def _add_object_homes(random: Random, graph: Graph, thing: AbstractType) -> None:
    """Let other subgraphs, which then know none of the members, add fields to the interface."""
    homes = [each for each in graph.subgraphs if each != thing.home]
    homes = [each for each in homes if not any(each in graph.types[n].known for n in thing.all_members)]
    if homes and random.random() < 0.8:
        known = tuple(random.sample(homes, random.choice((1, len(homes)))))
        thing.as_object = ObjectType("Thing", known, {each: ["id"] for each in known})
        thing.as_object.add(Field("id", "ID!", known, is_key=True))


def add_object_fields(random: Random, graph: Graph) -> None:
    """Fill the interface where it is taken for an object type."""
    thing = graph.abstracts.get("Thing")
    if thing is None or thing.as_object is None:
        return
    as_object = thing.as_object
    for number in range(random.randint(1, 4)):
        home = random.choice(as_object.known)
        named = "Thing" if random.random() < 0.2 else random_named(random, graph, (home,))
        arguments = random.choice(ARGUMENTS) if named in LEAVES and random.random() < 0.3 else ""
        as_object.add(Field(f"x{number}", wrapped(random, named), (home,), arguments))
    if random.random() < 0.4 and graph.may_be_null(thing, "label"):
        home = random.choice(as_object.known)
        as_object.externals[home] = {"label"}
        as_object.add(Field("label", "String", ()))
        as_object.add(Field("x9", "String", (home,), requires="label"))
