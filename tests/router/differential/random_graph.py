"""A seed → a random ``Graph``: who owns what, by which keys, and what is required, provided, overridden."""

from __future__ import annotations

from random import Random

from tests.router.differential.graph import ARGUMENTS, KEYS, LEAVES, Entity, Field, Graph


def random_graph(random: Random) -> Graph:
    """Make a graph."""
    subgraphs = tuple(f"s{number}" for number in range(random.randint(2, 4)))
    entities = {name: _random_entity(random, name, subgraphs) for name in _names(random)}
    graph = Graph(subgraphs, entities, {}, None)
    if random.random() < 0.6:
        _add_abstract_types(random, graph)
    for entity in entities.values():
        _add_fields(random, graph, entity)
    _add_object_fields(random, graph)
    _add_roots(random, graph)
    return graph


def _names(random: Random) -> list[str]:
    return [f"E{number}" for number in range(random.randint(2, 4))]


def _random_entity(random: Random, name: str, subgraphs: tuple[str, ...]) -> Entity:
    hub = random.choice(subgraphs)
    keys = {
        subgraph: random.choice(KEYS) for subgraph in subgraphs if subgraph == hub or random.random() < 0.75
    }
    return Entity(name, hub, keys)


def _add_abstract_types(random: Random, graph: Graph) -> None:
    home = random.choice(graph.subgraphs)
    members = [entity for entity in graph.entities.values() if home in entity.keys]
    for entity in members:
        entity.implements = random.random() < 0.8
    if len(graph.things) >= 2:
        graph.thing_home = home
        _add_interface_object(random, graph)
    else:
        for entity in members:
            entity.implements = False


def _add_interface_object(random: Random, graph: Graph) -> None:
    """Let another subgraph, which then knows none of the members, add fields to ``Thing``."""
    hubs = {graph.entities[name].hub for name in graph.things}
    homes = [each for each in graph.subgraphs if each != graph.thing_home and each not in hubs]
    if homes and random.random() < 0.7:
        graph.object_home = random.choice(homes)
        for name in graph.things:
            graph.entities[name].keys.pop(graph.object_home, None)


def _add_object_fields(random: Random, graph: Graph) -> None:
    home = graph.object_home
    if home is None:
        return
    known = [entity.name for entity in graph.entities.values() if home in entity.keys]
    for number in range(random.randint(1, 3)):
        named = random.choice((*LEAVES, "Value", "Thing", *known))
        arguments = random.choice(ARGUMENTS) if named in LEAVES and random.random() < 0.3 else ""
        name = f"x{number}"
        graph.object_fields[name] = Field(name, named, _wrapped(random, named), (home,), arguments)


def _add_fields(random: Random, graph: Graph, entity: Entity) -> None:
    for number in range(random.randint(3, 7)):
        added = _random_field(random, graph, entity, f"f{number}")
        entity.fields[added.name] = added


def _random_field(random: Random, graph: Graph, entity: Entity, name: str) -> Field:
    owner = random.choice(list(entity.keys))
    named = _random_named(random, graph, owner)
    leaf = named in LEAVES
    others = [subgraph for subgraph in entity.keys if subgraph != owner]
    made = Field(name, named, _wrapped(random, named), (owner,))
    choice = random.random()
    if leaf and choice < 0.2:
        made.arguments = random.choice(ARGUMENTS)
    elif leaf and choice < 0.35 and others:
        made.owners = (owner, random.choice(others))
    elif choice < 0.45 and leaf and others:
        made.overrides = random.choice(others)
    elif choice < 0.7 and leaf:
        made.requires = _requirable(random, entity, owner, (*LEAVES, "Value"))
        made.requires_value = bool(made.requires) and entity.fields[made.requires or ""].named == "Value"
        made.type = "String" if made.requires else made.type
        made.named = "String" if made.requires else named
    elif named in graph.entities and choice < 0.5:
        made.provides = _providable(random, graph.entities[named], owner)
    return made


def _requirable(random: Random, entity: Entity, subgraph: str, named: tuple[str, ...]) -> str | None:
    """A nullable field without arguments that only other subgraphs resolve; it may require another."""
    names = [
        each.name
        for each in entity.fields.values()
        if each.named in named
        and subgraph not in each.owners
        and each.overrides is None
        and not each.arguments
        and not each.type.endswith("!")
    ]
    return random.choice(names) if names else None


def _providable(random: Random, entity: Entity, subgraph: str) -> str | None:
    name = _requirable(random, entity, subgraph, LEAVES)
    return None if name is None or entity.fields[name].requires else name


def _random_named(random: Random, graph: Graph, owner: str) -> str:
    known = [entity.name for entity in graph.entities.values() if owner in entity.keys]
    if graph.thing_home == owner:
        known += ["Thing", "Any_"]
    if random.random() < 0.45 and known:
        return random.choice(known)
    return random.choice((*LEAVES, "Value"))


def _wrapped(random: Random, named: str) -> str:
    choice = random.random()
    if choice < 0.25:
        return f"[{named}]"
    if choice < 0.30:
        return f"[{named}!]"
    if choice < 0.34:
        return f"[[{named}]]"
    return f"{named}!" if choice < 0.42 else named


def _add_roots(random: Random, graph: Graph) -> None:
    for entity in graph.entities.values():
        home = random.choice(list(entity.keys))
        graph.roots[f"one{entity.name}"] = (entity.name, home)
        if random.random() < 0.6:
            graph.roots[f"all{entity.name}"] = (f"[{entity.name}]", random.choice(list(entity.keys)))
        for number in range(random.randint(0, 2)):
            owner = random.choice(list(entity.keys))
            type_ = random.choice(("Int", "Int!", entity.name, f"[{entity.name}!]"))
            graph.mutations[f"do{entity.name}{number}"] = (type_, owner)
    if graph.object_home is not None:
        graph.roots["objects"] = ("[Thing]", graph.object_home)
    if graph.thing_home is not None:
        graph.roots["things"] = ("[Thing]", graph.thing_home)
        graph.roots["anys"] = ("[Any_!]", graph.thing_home)
