"""A random graph: entities, value types, an interface and a union, spread over subgraphs.

Enters: a seed. Leaves: a ``Graph``, which prints each subgraph's SDL and the SDL of one schema that holds
everything. The *hub* of an entity has all of its keys; every other subgraph has one, so that every field
can be reached from everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

HEADER = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: '
    '["@key", "@shareable", "@external", "@requires", "@provides", "@override", '
    '"@interfaceObject", "@inaccessible"])\n'
)
LEAVES = ("Int", "String", "Float", "Boolean", "ID", "Mood", "Json")
KEYS = ("id", "code", "id zone")
MOODS = ("GLAD", "SAD", "CALM")
ARGUMENTS = ("(n: Int = 1, mood: Mood)", "(filter: Filter, moods: [Mood!])", "(pick: Pick)")
DEFER = "directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT"
INPUTS = """
input Filter { a: Int! = 3 moods: [Mood!] = [GLAD] deep: Filter }
input Pick @oneOf { n: Int mood: Mood }
scalar Json
"""


@dataclass
class Field:
    """A field of an entity. ``named`` is a leaf, an entity, ``Value``, ``Thing`` or ``Any_``."""

    name: str
    named: str
    type: str
    owners: tuple[str, ...]
    arguments: str = ""
    requires: str | None = None
    requires_value: bool = False
    """Whether what it requires is of type ``Value``, of which it needs ``a``."""
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
    mutations: dict[str, tuple[str, str]] = field(default_factory=dict)
    object_home: str | None = None
    """The subgraph where ``Thing`` is an ``@interfaceObject``, and the fields that it adds."""
    object_fields: dict[str, Field] = field(default_factory=dict)

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
        extras = " ".join(_printed(each, shared=False) for each in self.object_fields.values())
        return "\n".join(
            (
                self._root_type("Query", self.roots, None),
                self._root_type("Mutation", self.mutations, None),
                f"enum Mood {{ {' '.join(MOODS)} }} {INPUTS} {DEFER}",
                "type Value { a: Int b: String! }",
                *self._abstract_types(extras),
                *(self._whole_entity(entity, extras) for entity in self.entities.values()),
            )
        )

    def _abstract_types(self, extras: str) -> Iterator[str]:
        if self.thing_home is not None:
            yield f"interface Thing {{ id: ID! label: String {extras} }}"
            yield f"union Any_ = {' | '.join(self.things)}"

    def _root_type(self, name: str, roots: dict[str, tuple[str, str]], home: str | None) -> str:
        fields = [f"{root}: {type_}" for root, (type_, owner) in roots.items() if home in (None, owner)]
        return f"type {name} {{ {' '.join(fields)} }}" if fields else ""

    def subgraph_sdl(self, subgraph: str) -> str:
        """One subgraph's share, without the header."""
        parts = [
            self._root_type("Query", self.roots, subgraph) or f"type Query {{ _{subgraph}: Int }}",
            self._root_type("Mutation", self.mutations, subgraph),
            f"enum Mood {{ {' '.join(MOODS)} SECRET @inaccessible }} {INPUTS}",
            "type Value @shareable { a: Int b: String! }",
        ]
        if subgraph == self.thing_home:
            parts += self._home_of_things()
        if subgraph == self.object_home:
            extras = " ".join(_printed(each, shared=False) for each in self.object_fields.values())
            parts.append(f'type Thing @interfaceObject @key(fields: "id") {{ id: ID! {extras} }}')
        parts += [
            self._share(entity, subgraph) for entity in self.entities.values() if subgraph in entity.keys
        ]
        return "\n".join(parts)

    def _home_of_things(self) -> Iterator[str]:
        key = '@key(fields: "id")' if self.object_home is not None else ""
        yield f"interface Thing {key} {{ id: ID! label: String }}"
        yield f"union Any_ = {' | '.join(self.things)} | Hidden"
        yield "type Hidden @inaccessible { secret: Int }"

    def _share(self, entity: Entity, subgraph: str) -> str:
        keys: tuple[str, ...] = KEYS if subgraph == entity.hub else (entity.keys[subgraph],)
        if subgraph == self.thing_home and entity.implements:
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

    def _whole_entity(self, entity: Entity, extras: str) -> str:
        lines = [f"{name}: {type_}" for name, type_ in _KEY_TYPES.items()]
        lines += [f"{each.name}{each.arguments}: {each.type}" for each in entity.fields.values()]
        if entity.implements:
            lines += ["label: String", extras]
        implements = "implements Thing " if entity.implements else ""
        return f"type {entity.name} {implements}{{ {' '.join(lines)} }}"

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
    marks = " @shareable" if shared else ""
    if each.requires:
        below = " { a }" if each.requires_value else ""
        marks += f' @requires(fields: "{each.requires}{below}")'
    if each.provides:
        marks += f' @provides(fields: "{each.provides}")'
    if each.overrides:
        marks += f' @override(from: "{each.overrides}")'
    return f"{each.name}{each.arguments}: {each.type}{marks}"
