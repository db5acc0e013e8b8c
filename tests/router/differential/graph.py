"""A random graph: entities, value types, an interface and a union, spread over subgraphs.

Enters: a seed. Leaves: a ``Graph``, which prints each subgraph's SDL and the SDL of one schema that holds
everything. The *hub* of an entity has all of its keys; every other subgraph has one, so that every field
can be reached from everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

HEADER = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: '
    '["@key", "@shareable", "@external", "@requires", "@provides", "@override"])\n'
)
LEAVES = ("Int", "String", "Float", "Boolean", "ID", "Mood")
KEYS = ("id", "code", "id zone")
MOODS = ("GLAD", "SAD", "CALM")


@dataclass
class Field:
    """A field of an entity. ``named`` is a leaf, an entity, ``Value``, ``Thing`` or ``Any_``."""

    name: str
    named: str
    type: str
    owners: tuple[str, ...]
    argument: bool = False
    requires: str | None = None
    provides: str | None = None
    overrides: str | None = None


@dataclass
class Entity:
    """``keys``: for each subgraph that knows the entity, its key there."""

    name: str
    hub: str
    keys: dict[str, str]
    fields: dict[str, Field] = field(default_factory=dict)
    implements: bool = False


@dataclass
class Graph:
    subgraphs: tuple[str, ...]
    entities: dict[str, Entity]
    roots: dict[str, tuple[str, str]]
    """Root field → its type and its subgraph."""
    thing_home: str | None

    @property
    def things(self) -> list[str]:
        """The entities that implement ``Thing`` (and are in the union ``Any_``)."""
        return [entity.name for entity in self.entities.values() if entity.implements]

    @property
    def has_requirements(self) -> bool:
        """Whether some field needs another that the client may not see."""
        return any(each.requires for entity in self.entities.values() for each in entity.fields.values())

    def whole_sdl(self) -> str:
        """One schema that holds the whole graph."""
        return "\n".join(
            (
                self._root_type(list(self.roots)),
                f"enum Mood {{ {' '.join(MOODS)} }}",
                "type Value { a: Int b: String! }",
                *self._abstract_types(),
                *map(_whole_entity, self.entities.values()),
            )
        )

    def _abstract_types(self) -> Iterator[str]:
        if self.thing_home is not None:
            yield "interface Thing { id: ID! label: String }"
            yield f"union Any_ = {' | '.join(self.things)}"

    def _root_type(self, names: list[str]) -> str:
        fields = (f"{name}: {self.roots[name][0]}" for name in names)
        return f"type Query {{ {' '.join(fields)} }}"

    def subgraph_sdl(self, subgraph: str) -> str:
        """One subgraph's share, without the header."""
        roots = [name for name, (_, home) in self.roots.items() if home == subgraph]
        parts = [
            self._root_type(roots) if roots else f"type Query {{ _{subgraph}: Int }}",
            f"enum Mood {{ {' '.join(MOODS)} }}",
            "type Value @shareable { a: Int b: String! }",
        ]
        if subgraph == self.thing_home:
            parts += self._abstract_types()
        parts += [
            self._share(entity, subgraph) for entity in self.entities.values() if subgraph in entity.keys
        ]
        return "\n".join(parts)

    def _share(self, entity: Entity, subgraph: str) -> str:
        keys: tuple[str, ...] = KEYS if subgraph == entity.hub else (entity.keys[subgraph],)
        if subgraph == self.thing_home and entity.implements and entity.keys[subgraph] == "code":
            keys = (*keys, "id")
        keys = tuple(dict.fromkeys(keys))
        names = dict.fromkeys(name for key in keys for name in key.split())
        lines = [f"{name}: {_KEY_TYPES[name]} @shareable" for name in names]
        owned = [each for each in entity.fields.values() if subgraph in each.owners]
        lines += [_printed(each, shared=self._is_shared(entity, each)) for each in owned]
        lines += self._externals(entity, subgraph)
        directives = " ".join(f'@key(fields: "{key}")' for key in keys)
        implements = ""
        if subgraph == self.thing_home and entity.implements:
            implements = "implements Thing "
            lines.append("label: String")
        return f"type {entity.name} {implements}{directives} {{ {' '.join(lines)} }}"

    def _is_shared(self, entity: Entity, field: Field) -> bool:
        """Whether several subgraphs resolve the field; one that provides it does, at times."""
        provided = (
            each.named == entity.name and each.provides == field.name
            for other in self.entities.values()
            for each in other.fields.values()
        )
        return len(field.owners) > 1 or any(provided)

    def _externals(self, entity: Entity, subgraph: str) -> list[str]:
        """Fields of other subgraphs that this one requires, provides or overrides."""
        wanted: dict[str, str] = {}
        for each in entity.fields.values():
            if each.requires and subgraph in each.owners:
                wanted[each.requires] = " @external"
            if each.overrides == subgraph:
                wanted[each.name] = ""
        for other in self.entities.values():
            for each in other.fields.values():
                if each.provides and each.named == entity.name and subgraph in each.owners:
                    wanted[each.provides] = " @external"
        return [
            f"{name}: {entity.fields[name].type}{mark}"
            for name, mark in wanted.items()
            if subgraph not in entity.fields[name].owners
        ]


_KEY_TYPES = {"id": "ID!", "code": "String!", "zone": "Int!"}


def _printed(each: Field, *, shared: bool) -> str:
    arguments = "(n: Int = 1, mood: Mood)" if each.argument else ""
    marks = " @shareable" if shared else ""
    if each.requires:
        marks += f' @requires(fields: "{each.requires}")'
    if each.provides:
        marks += f' @provides(fields: "{each.provides}")'
    if each.overrides:
        marks += f' @override(from: "{each.overrides}")'
    return f"{each.name}{arguments}: {each.type}{marks}"


def _whole_entity(entity: Entity) -> str:
    lines = [f"{name}: {type_}" for name, type_ in _KEY_TYPES.items()]
    for each in entity.fields.values():
        arguments = "(n: Int = 1, mood: Mood)" if each.argument else ""
        lines.append(f"{each.name}{arguments}: {each.type}")
    if entity.implements:
        lines.append("label: String")
    implements = "implements Thing " if entity.implements else ""
    return f"type {entity.name} {implements}{{ {' '.join(lines)} }}"


def random_graph(random: Random) -> Graph:
    """Make a graph."""
    subgraphs = tuple(f"s{number}" for number in range(random.randint(2, 4)))
    entities = {name: _random_entity(random, name, subgraphs) for name in _names(random)}
    graph = Graph(subgraphs, entities, {}, None)
    if random.random() < 0.6:
        _add_abstract_types(random, graph)
    for entity in entities.values():
        _add_fields(random, graph, entity)
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
    else:
        for entity in members:
            entity.implements = False


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
        made.argument = True
    elif leaf and choice < 0.35 and others:
        made.owners = (owner, random.choice(others))
    elif choice < 0.45 and leaf and others:
        made.overrides = random.choice(others)
    elif choice < 0.7 and leaf:
        made.requires = _requirable(random, entity, owner)
        made.type = "String" if made.requires else made.type
        made.named = "String" if made.requires else named
    elif named in graph.entities and choice < 0.5:
        made.provides = _requirable(random, graph.entities[named], owner)
    return made


def _requirable(random: Random, entity: Entity, subgraph: str) -> str | None:
    """A plain leaf that only other subgraphs resolve."""
    names = [
        each.name
        for each in entity.fields.values()
        if each.named in LEAVES
        and subgraph not in each.owners
        and each.overrides is None
        and not each.argument
        and not each.requires
    ]
    return random.choice(names) if names else None


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
    if choice < 0.32:
        return f"[{named}!]"
    return f"{named}!" if choice < 0.42 else named


def _add_roots(random: Random, graph: Graph) -> None:
    for entity in graph.entities.values():
        home = random.choice(list(entity.keys))
        graph.roots[f"one{entity.name}"] = (entity.name, home)
        if random.random() < 0.6:
            graph.roots[f"all{entity.name}"] = (f"[{entity.name}]", random.choice(list(entity.keys)))
    if graph.thing_home is not None:
        graph.roots["things"] = ("[Thing]", graph.thing_home)
        graph.roots["anys"] = ("[Any_!]", graph.thing_home)
