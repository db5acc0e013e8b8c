"""The supergraph as flat, frozen maps: subgraph → type → field, and the merged types over all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from graphql import DocumentNode

TypeKind: TypeAlias = Literal["object", "interface", "union", "scalar", "enum", "input"]
RootKind: TypeAlias = Literal["query", "mutation", "subscription"]


@dataclass(frozen=True, slots=True)
class TypeRef:
    """A field's output type: ``[User!]!`` is text ``[User!]!``, name ``User``, lists 1."""

    text: str
    name: str
    lists: int

    @property
    def nullable(self) -> bool:
        """Whether the whole value may be null."""
        return not self.text.endswith("!")


@dataclass(frozen=True, slots=True)
class Subgraph:
    """A subgraph: ``name`` as people know it, ``graph`` its join__Graph value, ``url`` its routing URL.

    ``own_names``: types that it calls otherwise than the supergraph, and how (own_names.py).
    """

    name: str
    graph: str
    url: str
    own_names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Key:
    """An ``@key``: its field set as written, and whether the subgraph resolves entities by it."""

    fields: str
    resolvable: bool = True


@dataclass(frozen=True, slots=True)
class ContextArgument:
    """A ``@fromContext`` argument: the router fills it with ``selection`` at a type that sets ``context``."""

    name: str
    type: str
    context: str
    selection: str


@dataclass(frozen=True, slots=True)
class SubgraphField:
    """A field as one subgraph has it.

    ``external``: the subgraph names the field but does not resolve it (overridden fields that are still
    used count too). ``label``/``label_value``: a progressive ``@override`` lets this subgraph resolve the
    field only in requests where the label's outcome is ``label_value``.
    """

    name: str
    type: TypeRef
    external: bool = False
    requires: str | None = None
    provides: str | None = None
    label: str | None = None
    label_value: bool = True
    context_arguments: tuple[ContextArgument, ...] = ()


@dataclass(frozen=True, slots=True)
class SubgraphType:
    """A type as one subgraph has it.

    ``members`` are the runtime types a value may have in this subgraph: itself for an object type, the
    implementing objects or the union's members otherwise. An ``@interfaceObject`` is of kind ``object``.
    """

    name: str
    kind: TypeKind
    keys: tuple[Key, ...] = ()
    is_interface_object: bool = False
    interfaces: frozenset[str] = frozenset()
    members: tuple[str, ...] = ()
    fields: Mapping[str, SubgraphField] = field(default_factory=dict)
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SupergraphField:
    """A field of the merged type. ``shapes``: its type texts in all subgraphs and the supergraph."""

    name: str
    type: TypeRef
    inaccessible: bool
    shapes: frozenset[str]


@dataclass(frozen=True, slots=True)
class SupergraphType:
    """A composite type merged over all subgraphs; ``members`` are its possible runtime types."""

    name: str
    kind: TypeKind
    inaccessible: bool
    interfaces: frozenset[str]
    members: frozenset[str]
    fields: Mapping[str, SupergraphField]
    contexts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Supergraph:
    """All that planning needs of the supergraph.

    ``subgraphs`` and the outer key of ``subgraph_types`` go by the subgraph's name; ``types`` holds the
    composite types; ``roots`` the root types' names; ``labels`` all ``@override`` labels.
    """

    subgraphs: Mapping[str, Subgraph]
    subgraph_types: Mapping[str, Mapping[str, SubgraphType]]
    types: Mapping[str, SupergraphType]
    roots: Mapping[RootKind, str]
    labels: frozenset[str]
    document: DocumentNode
