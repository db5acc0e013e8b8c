"""A subgraph as composition sees it: flat maps of types, fields and directive applications.

``read.py`` makes it from SDL. It is changed in two places only: while being read, and when a Federation 1
subgraph is upgraded; every rule after that reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from graphql import Node, ValueNode

from .applied import Applied, Located
from .links import Links
from .type_refs import TypeRef
from .values import value_text

Kind: TypeAlias = Literal["OBJECT", "INTERFACE", "UNION", "ENUM", "INPUT_OBJECT", "SCALAR"]
RootKind: TypeAlias = Literal["query", "mutation", "subscription"]
ROOT_KINDS: tuple[RootKind, ...] = ("query", "mutation", "subscription")
COMPOSITE: frozenset[Kind] = frozenset({"OBJECT", "INTERFACE", "UNION"})
BUILT_IN_SCALARS = frozenset({"Int", "Float", "String", "Boolean", "ID"})


@dataclass(slots=True)
class Element(Located):
    """What can bear a description and directives."""

    name: str
    description: str | None
    directives: list[Applied]

    def having(self, known: str) -> list[Applied]:
        """Give the applications of a known directive."""
        return [d for d in self.directives if d.known == known] if self.directives else []

    def first(self, known: str) -> Applied | None:
        """Give the first application of a known directive."""
        for applied in self.directives:
            if applied.known == known:
                return applied
        return None


@dataclass(slots=True)
class InputDef(Element):
    """An argument, or a field of an input object."""

    type: TypeRef
    default: ValueNode | None
    part: int = 0

    @property
    def required(self) -> bool:
        """Whether a value must be given."""
        return self.type.endswith("!") and self.default is None

    @property
    def default_text(self) -> str | None:
        """Print the default value."""
        return None if self.default is None else value_text(self.default)


@dataclass(slots=True)
class FieldDef(Element):
    """A field of an object or interface.

    ``external`` and ``shareable`` already count the directive on the enclosing definition.
    """

    parent: str
    type: TypeRef
    arguments: dict[str, InputDef]
    part: int = 0
    external: bool = False
    shareable: bool = False

    @property
    def coordinate(self) -> str:
        """The schema coordinate."""
        return f"{self.parent}.{self.name}"


@dataclass(slots=True)
class EnumValueDef(Element):
    """A value of an enum."""

    part: int = 0


@dataclass(slots=True)
class Named(Located):
    """A name in a list: an implemented interface or a union's member."""

    name: str
    part: int = 0


@dataclass(slots=True)
class TypeDef(Element):
    """A named type with all its extensions. Only the maps of its kind are filled.

    ``parts`` are the syntax nodes of the definition (if there is one: ``defined``) and the extensions.
    ``was_extension``: Federation 1's ``extend type``, upgraded.
    """

    kind: Kind
    fields: dict[str, FieldDef] = field(default_factory=dict)
    interfaces: dict[str, Named] = field(default_factory=dict)
    members: dict[str, Named] = field(default_factory=dict)
    values: dict[str, EnumValueDef] = field(default_factory=dict)
    inputs: dict[str, InputDef] = field(default_factory=dict)
    parts: list[Node] = field(default_factory=list)
    defined: bool = True
    interface_object: bool = False
    was_extension: bool = False

    @property
    def keys(self) -> list[Applied]:
        """The ``@key`` applications."""
        return self.having("key")


@dataclass(slots=True)
class DirectiveDef(Element):
    """A directive's definition. ``known`` as in ``Applied``; ``built_in``: not written by the user."""

    arguments: dict[str, InputDef]
    locations: tuple[str, ...]
    repeatable: bool
    known: str = ""
    built_in: bool = False


@dataclass(frozen=True, slots=True)
class SubgraphSource:
    """What composition is given of a subgraph."""

    name: str
    url: str
    sdl: str


@dataclass(slots=True)
class Subgraph:
    """A subgraph that has been read. ``version`` is its federation version; (1, 0) without ``@link``."""

    name: str
    url: str
    version: tuple[int, int]
    types: dict[str, TypeDef]
    directives: dict[str, DirectiveDef]
    roots: dict[RootKind, str]
    schema: Element
    links: Links
    possible: dict[str, frozenset[str]] = field(default_factory=dict)
    """The object types of each interface and union."""
    own_names: dict[str, str] = field(default_factory=dict)
    """Root types that it calls otherwise than the supergraph, and how, where objects are told apart by it."""

    @property
    def is_fed2(self) -> bool:
        """Whether it links Federation 2."""
        return self.version >= (2, 0)

    @property
    def root_types(self) -> dict[str, RootKind]:
        """Which types are roots."""
        return {name: kind for kind, name in self.roots.items()}

    def elements(self) -> Iterator[Element]:
        """Go through everything that can bear directives."""
        yield self.schema
        for type_ in self.types.values():
            yield type_
            for field_ in type_.fields.values():
                yield field_
                yield from field_.arguments.values()
            yield from type_.values.values()
            yield from type_.inputs.values()
        for directive in self.directives.values():
            yield from directive.arguments.values()
