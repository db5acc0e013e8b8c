"""From a schema to paths: every field that can be reached from a door, without going through a second one.

A door is a root field, or an entity type of a subgraph's. Behind it the walk goes on through the parts of
what is there. The fields of an entity are paths where it is what the door leads to; an entity further on, or
in a list, is one path, to its id: what is behind it is behind a door of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
)

# Why a mutation did nothing is about what its caller sent; it comes with nothing else.
CALLERS_OWN = frozenset({"UserError", "Refusal"})


@dataclass(frozen=True, slots=True)
class Step:
    """A field on the way, of a type; `on`: the type that was chosen of a union's."""

    parent: GraphQLObjectType
    name: str

    @property
    def field(self) -> GraphQLField:
        field: GraphQLField = self.parent.fields[self.name]
        return field

    @property
    def coordinate(self) -> str:
        return f"{self.parent.name}.{self.name}"


Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """A schema, and which of its types are entities: those by whose `id` others find them."""

    schema: GraphQLSchema
    entities: frozenset[str]

    def from_root(self, root: GraphQLObjectType, name: str) -> Iterator[Path]:
        """All paths behind a root field; of an entity that is no query's very result, only to its id."""
        direct = root is self.schema.query_type and self._is_entity(root.fields[name])
        yield from self._through((Step(root, name),), met=0 if direct else 1)

    def _is_entity(self, field: GraphQLField) -> bool:
        return get_named_type(field.type).name in self.entities

    def from_type(self, type_: GraphQLObjectType) -> Iterator[Path]:
        """All paths from an entity on, but to its key and to what is another subgraph's to say."""
        for name, field in type_.fields.items():
            if name != "id" and not is_external(field):
                yield from self._through((Step(type_, name),), met=1)

    def _through(self, path: Path, met: int = 0) -> Iterator[Path]:
        named = get_named_type(path[-1].field.type)
        if is_leaf_type(named):
            yield path
            return
        members = named.types if isinstance(named, GraphQLUnionType) else (named,)
        for member in members:
            assert isinstance(member, GraphQLObjectType), f"{path[-1].coordinate} has a type of a new kind"
            yield from self._behind(path, member, met)

    def _behind(self, path: Path, type_: GraphQLObjectType, met: int) -> Iterator[Path]:
        if type_.name in CALLERS_OWN or any(step.parent is type_ for step in path):
            return
        met += type_.name in self.entities
        if met > 1:
            yield (*path, Step(type_, "id"))
            return
        for name, field in type_.fields.items():
            if not is_external(field):
                yield from self._through((*path, Step(type_, name)), met)


def is_external(field: GraphQLField) -> bool:
    """Whether another subgraph says it, and this one only needs it."""
    node = field.ast_node
    return node is not None and any(each.name.value == "external" for each in node.directives)


def objects(schema: GraphQLSchema) -> Iterator[GraphQLObjectType]:
    """The types that clients see."""
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("_"):
            yield type_


def entities_of(part: GraphQLSchema) -> list[GraphQLObjectType]:
    """The types that a subgraph finds by representations."""
    union = part.type_map.get("_Entity")
    members = union.types if isinstance(union, GraphQLUnionType) else ()
    return [type_ for type_ in members if is_resolvable(type_)]


def is_resolvable(type_: GraphQLObjectType) -> bool:
    """Unless all its keys say that they are only names."""
    assert type_.ast_node is not None
    keys = [each for each in type_.ast_node.directives if each.name.value == "key"]
    return any(
        not any(a.name.value == "resolvable" and not getattr(a.value, "value", True) for a in key.arguments)
        for key in keys
    )
