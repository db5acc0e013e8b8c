"""The supergraph while it is being merged: types, fields and their join annotations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import ValueNode

from ..subgraph.model import Kind, RootKind
from ..subgraph.type_refs import TypeRef
from ..subgraph.values import value_text


@dataclass(frozen=True, slots=True)
class MergedDirective:
    """A directive application in the supergraph. ``known`` as in the subgraph model."""

    name: str
    known: str
    args: Mapping[str, ValueNode]

    @property
    def text(self) -> str:
        """Print it as SDL."""
        inner = ", ".join(f"{k}: {value_text(v)}" for k, v in self.args.items())
        return f"@{self.name}({inner})" if inner else f"@{self.name}"


@dataclass(frozen=True, slots=True)
class JoinType:
    """``@join__type``: the type exists in ``graph``; once per key."""

    graph: str
    key: str | None = None
    extension: bool = False
    resolvable: bool = True
    interface_object: bool = False


@dataclass(frozen=True, slots=True)
class ContextArgument:
    """An argument that the router fills from a context."""

    context: str
    name: str
    type: TypeRef
    selection: str


@dataclass(frozen=True, slots=True)
class JoinField:
    """``@join__field``: how ``graph`` has the field; ``graph`` None: it comes from an interface object."""

    graph: str | None
    requires: str | None = None
    provides: str | None = None
    override: str | None = None
    type: TypeRef | None = None
    external: bool = False
    used_overridden: bool = False
    override_label: str | None = None
    context_arguments: tuple[ContextArgument, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether it says no more than that the subgraph has the field."""
        return self == JoinField(self.graph)


@dataclass(slots=True)
class MergedElement:
    """What every element of the supergraph has. ``joins``: further join directives, as text."""

    name: str
    description: str | None = None
    applied: list[MergedDirective] = field(default_factory=list)
    joins: list[str] = field(default_factory=list)

    def has(self, known: str) -> bool:
        """Whether a known directive is applied."""
        return any(d.known == known for d in self.applied)


@dataclass(slots=True)
class MergedInput(MergedElement):
    """An argument or input field."""

    type: TypeRef = ""
    default: ValueNode | None = None
    join_fields: list[JoinField] = field(default_factory=list)

    @property
    def required(self) -> bool:
        """Whether a value must be given."""
        return self.type.endswith("!") and self.default is None


@dataclass(slots=True)
class MergedField(MergedElement):
    """A field of an object or interface."""

    parent: str = ""
    type: TypeRef = ""
    arguments: dict[str, MergedInput] = field(default_factory=dict)
    join_fields: list[JoinField] = field(default_factory=list)

    @property
    def coordinate(self) -> str:
        """The schema coordinate."""
        return f"{self.parent}.{self.name}"


@dataclass(slots=True)
class MergedType(MergedElement):
    """A type of the supergraph; only the maps of its kind are filled.

    ``interfaces`` and ``members`` map names to the join graphs that know of them.
    """

    kind: Kind = "SCALAR"
    join_types: list[JoinType] = field(default_factory=list)
    interfaces: dict[str, list[str]] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    fields: dict[str, MergedField] = field(default_factory=dict)
    values: dict[str, MergedElement] = field(default_factory=dict)
    inputs: dict[str, MergedInput] = field(default_factory=dict)
    contexts: list[str] = field(default_factory=list)
    """The contexts that the type sets, by their names in the supergraph."""


@dataclass(slots=True)
class MergedDirectiveDef(MergedElement):
    """A directive's definition in the supergraph."""

    arguments: dict[str, MergedInput] = field(default_factory=dict)
    locations: tuple[str, ...] = ()
    repeatable: bool = False
    executable: bool = True


@dataclass(frozen=True, slots=True)
class SupergraphLink:
    """A ``@link`` of the supergraph's schema."""

    url: str
    alias: str | None = None
    purpose: str | None = None
    imports: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the feature is called in the supergraph."""
        return self.alias or self.url.rpartition("/")[0].rpartition("/")[2]


@dataclass(slots=True)
class Merged:
    """The supergraph: ``graphs`` maps subgraph names to values of join__Graph."""

    graphs: dict[str, str]
    urls: dict[str, str]
    types: dict[str, MergedType] = field(default_factory=dict)
    directives: dict[str, MergedDirectiveDef] = field(default_factory=dict)
    roots: dict[RootKind, str] = field(default_factory=dict)
    links: list[SupergraphLink] = field(default_factory=list)
    schema: MergedElement = field(default_factory=lambda: MergedElement("schema"))
    implementations: dict[str, frozenset[str]] = field(default_factory=dict)
    """The object types of each interface and union."""
    own_names: dict[str, dict[str, str]] = field(default_factory=dict)
    """For each join graph: types that its subgraph calls otherwise, and how."""

    def features(self) -> frozenset[str]:
        """Name the features whose elements routers know by their names: ``join__Graph``."""
        return frozenset({"join", "link", "core", *(link.name for link in self.links)})


def is_owned(name: str, features: frozenset[str]) -> bool:
    """Whether routers take a type for an element of one of these features."""
    prefix, separator, _ = name.partition("__")
    return bool(separator) and prefix in features
