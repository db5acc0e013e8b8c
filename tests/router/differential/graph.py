"""A graph that is spread over subgraphs: who knows which type, by which keys, and who resolves which field.

``random_graph`` makes one, ``print_sdl`` writes its schemas, ``resolvers`` answers for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.router.differential.spelling import Spelling

LEAVES = ("Int", "String", "Float", "Boolean", "ID", "Mood", "Json")
MOODS = ("GLAD", "SAD", "CALM")
ROOTS = ("Query", "Mutation", "Subscription")


@dataclass
class Field:
    """A field; the one of an abstract type says where the interface has it."""

    name: str
    type: str
    owners: tuple[str, ...]
    """The subgraphs that resolve it."""
    arguments: str = ""
    requires: str | None = None
    provides: str | None = None
    overrides: str | None = None
    label: str | None = None
    context: dict[str, str] = field(default_factory=dict)
    """Of a field whose argument ``given`` comes from a context: each type that sets it → the field read."""
    given: str = ""
    """The type of that argument."""
    is_key: bool = False
    is_hidden: bool = False

    @property
    def named(self) -> str:
        """The type without its wrappers."""
        return self.type.strip("[]!")

    @property
    def is_leaf(self) -> bool:
        """Whether it has no selections."""
        return self.named in LEAVES


@dataclass
class ObjectType:
    """An entity (it has keys), a value type (none), a root type, or an interface taken for an object."""

    name: str
    known: tuple[str, ...]
    """The subgraphs that have it."""
    keys: dict[str, list[str]] = field(default_factory=dict)
    stubs: set[str] = field(default_factory=set)
    """Subgraphs that only refer to it: their keys are not resolvable."""
    fields: dict[str, Field] = field(default_factory=dict)
    externals: dict[str, set[str]] = field(default_factory=dict)
    contexts: dict[str, set[str]] = field(default_factory=dict)
    """The contexts that it sets, by subgraph."""
    extended: set[str] = field(default_factory=set)
    """Subgraphs that write ``extend type``."""

    @property
    def homes(self) -> tuple[str, ...]:
        """The subgraphs that can look it up."""
        return tuple(name for name in self.known if name not in self.stubs)

    def add(self, made: Field) -> Field:
        """Add a field."""
        self.fields[made.name] = made
        return made


@dataclass
class AbstractType:
    """A union, or an interface with ``fields``.

    ``home`` is the subgraph where an interface has a key and all its members; others may take it for the
    object type ``as_object``.
    """

    name: str
    is_union: bool
    members: dict[str, tuple[str, ...]]
    """For each subgraph that has it, the types of objects there."""
    fields: dict[str, Field] = field(default_factory=dict)
    home: str | None = None
    as_object: ObjectType | None = None

    @property
    def all_members(self) -> tuple[str, ...]:
        """All types that its objects may have."""
        return tuple(dict.fromkeys(name for names in self.members.values() for name in names))

    def members_in(self, subgraph: str) -> tuple[str, ...]:
        """List the types of objects that a subgraph may give."""
        if self.as_object is not None and subgraph in self.as_object.known:
            return self.all_members
        return self.members.get(subgraph, ())


@dataclass
class Graph:
    """``overriding`` are the ``@override`` labels that are on."""

    subgraphs: tuple[str, ...]
    types: dict[str, ObjectType]
    spellings: dict[str, Spelling]
    abstracts: dict[str, AbstractType] = field(default_factory=dict)
    overriding: frozenset[str] = frozenset()

    def may_be_null(self, interface: AbstractType, name: str) -> bool:
        """Whether a field of an interface may be null in every member, so that it may be required.

        One that may not takes its whole object along when it fails, in its own subgraph (GraphQL §6.4.4), and
        all that was fetched there beside it: the one schema loses less than any router.
        """
        return not any(self.types[each].fields[name].type.endswith("!") for each in interface.all_members)

    @property
    def entities(self) -> list[ObjectType]:
        """The types with keys."""
        return [each for each in self.types.values() if each.keys]

    @property
    def has_requirements(self) -> bool:
        """Whether some field needs another that the client may not see."""
        return any(each.requires or each.context for each in self.all_fields())

    def all_fields(self) -> Iterable[Field]:
        """List the fields of all object types."""
        for type_ in self.types.values():
            yield from type_.fields.values()
        for abstract in self.abstracts.values():
            if abstract.as_object is not None:
                yield from abstract.as_object.fields.values()

    def field(self, type_name: str, name: str) -> Field:
        """Find an object's field; those added to its interface are the interface's."""
        own = self.types.get(type_name)
        if own is not None and name in own.fields:
            return own.fields[name]
        return self.added_field(type_name, name)

    def added_field(self, type_name: str, name: str) -> Field:
        """Find a field that a subgraph adds to an interface."""
        for abstract in self.interfaces_of(type_name):
            if abstract.as_object is not None and name in abstract.as_object.fields:
                return abstract.as_object.fields[name]
        raise KeyError(f"{type_name}.{name}")

    def interfaces_of(self, type_name: str) -> list[AbstractType]:
        """List the interfaces of an object type (of an interface taken for an object: itself)."""
        return [
            each
            for each in self.abstracts.values()
            if not each.is_union and (type_name == each.name or type_name in each.all_members)
        ]

    def matches(self, type_name: str, condition: str) -> bool:
        """Whether an object is of a type, which may be abstract."""
        found = self.abstracts.get(condition)
        return type_name == condition or (found is not None and type_name in found.all_members)

    def possible(self, made: Field) -> tuple[str, ...]:
        """List the types that a field's objects may have: those that all who resolve it know."""
        abstract = self.abstracts.get(made.named)
        if abstract is None:
            return (made.named,)
        subgraphs = [*made.owners, *([made.overrides] if made.overrides else [])]
        sets = [set(abstract.members_in(subgraph)) for subgraph in subgraphs]
        return tuple(name for name in abstract.all_members if all(name in found for found in sets))

    def has_type(self, subgraph: str, name: str) -> bool:
        """Whether a subgraph knows a composite type."""
        if name in self.types:
            return subgraph in self.types[name].known
        return name in self.abstracts and bool(self.abstracts[name].members_in(subgraph))

    def provided_names(self) -> set[str]:
        """The names of all fields that are provided somewhere: their owners must share them."""
        texts = [each.provides for each in self.all_fields() if each.provides]
        return {word for text in texts for word in text.replace("{", " ").replace("}", " ").split()}
