"""The query graph: a node is a type in a subgraph, an edge a field that this subgraph resolves there.

::

    node (subgraph, type)          graph.node("reviews", "Product")
      .edges[name] → Edge          field moves: what the subgraph resolves at once
      .externals[name] → Edge      what it only names; open where an ``@provides`` opens it
    graph.roots(kind)              where operations begin: (g, Query) of every subgraph g
    graph.moves(node)              entity moves: into another subgraph's node by a key's fields; the root
                                   type moves everywhere by no key; ``@interfaceObject`` moves go from an
                                   object to another subgraph's object of its interface, and back
    graph.down(node, type)         abstract moves: from an interface or union to a narrower type
    graph.provided(node, fields)   the node seen through an ``@provides``

A move to a node needs its key's fields from the node it leaves; an edge with ``requires`` needs those
fields besides, sent along with the key. Whether these can be had is a question for ``Explorer``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from ..operation import Field, Fragment, Selections, print_selections
from ..supergraph import ContextArgument, RootKind, SubgraphField, SubgraphType, Supergraph

# A field may return a root type; its fields can then be asked of every subgraph.
REENTERED: tuple[RootKind, ...] = ("query", "mutation")


@dataclass(slots=True, eq=False)
class Edge:
    """A field move. ``target`` is None for leaves; ``requires`` is what must be sent to resolve the field."""

    name: str
    field: SubgraphField
    target: Node | None = None
    requires: Selections | None = None
    provides: Selections | None = None
    is_plain: bool = False
    """Whether the field is always resolved, from nothing but its object."""

    def __post_init__(self) -> None:
        field = self.field
        self.is_plain = self.requires is None and field.label is None and not field.context_arguments

    def open_for(self, labels: frozenset[str]) -> bool:
        """Whether the edge exists in requests where just these ``@override`` labels hold."""
        label = self.field.label
        return label is None or (label in labels) == self.field.label_value


@dataclass(slots=True, eq=False)
class Node:
    """A composite type in a subgraph. ``members`` are the runtime types its objects may have there.

    Of an ``@interfaceObject`` node the only member is the interface's own name.
    """

    subgraph: str
    name: str
    type: SubgraphType
    members: tuple[str, ...]
    edges: dict[str, Edge]
    externals: dict[str, Edge]
    overlay: Selections = ()
    is_abstract: bool = False
    """Whether objects here have a type of their own."""
    is_interface_object: bool = False
    """Whether this is an interface that the subgraph takes for an object type."""

    def __post_init__(self) -> None:
        self.is_abstract = self.type.kind != "object"
        self.is_interface_object = self.type.is_interface_object

    def __repr__(self) -> str:
        return f"{self.name}({self.subgraph})"


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """An entity move: enter ``target`` by ``key``; a root type is entered by no key (None)."""

    target: Node
    key: Selections | None


class QueryGraph:
    """All nodes of a supergraph; see the module docstring. Built by ``build_graph``.

    ``differing`` are the fields, as (type, field), whose objects' possible types differ by subgraph.
    """

    def __init__(
        self,
        supergraph: Supergraph,
        nodes: Mapping[tuple[str, str], Node],
        keys: Mapping[str, tuple[Move, ...]],
        differing: Set[tuple[str, str]] = frozenset(),
    ) -> None:
        self.supergraph = supergraph
        self.differing = differing
        self._nodes = nodes
        self._keys = keys
        self.contexts: dict[tuple[str, ContextArgument], tuple[Field, ...]] = {}
        self._moves: dict[tuple[str, bool], tuple[Move, ...]] = {}
        self._provided: dict[tuple[int, str], Node] = {}
        self._bases: dict[int, Node] = {}
        self._uniform: dict[tuple[str, str], bool] = {}
        self._shapes: dict[tuple[str, str], str] = {}

    def node(self, subgraph: str, name: str) -> Node | None:
        """Find a type in a subgraph."""
        return self._nodes.get((subgraph, name))

    def roots(self, kind: RootKind) -> tuple[Node, ...]:
        """List the root type's nodes in the order of the subgraphs."""
        name = self.supergraph.roots.get(kind)
        nodes = (self._nodes.get((s, name)) for s in self.supergraph.subgraphs) if name else ()
        return tuple(n for n in nodes if n is not None)

    def moves(self, node: Node) -> tuple[Move, ...]:
        """List where an object at ``node`` can be looked up again, its own subgraph included."""
        found = self._moves.get((node.name, node.is_abstract))
        if found is None:
            found = self._moves[node.name, node.is_abstract] = tuple(self._find_moves(node))
        return found

    def _find_moves(self, node: Node) -> Iterable[Move]:
        for kind in REENTERED:
            if node.name == self.supergraph.roots.get(kind):
                yield from (Move(n, None) for n in self.roots(kind))
        yield from self._keys.get(node.name, ())
        merged = self.supergraph.types[node.name]
        if merged.kind == "object":
            for interface in sorted(merged.interfaces):
                for move in self._keys.get(interface, ()):
                    if move.target.is_interface_object:
                        yield move

    def down(self, node: Node, name: str) -> Node | None:
        """Narrow an abstract node to a type the subgraph has; None if no object of it can be there."""
        if name == node.name:
            return node
        target = self._nodes.get((node.subgraph, name))
        if target is None or not set(target.members) & set(node.members):
            return None
        return self.provided(target, self._share(node.overlay, name)) if node.overlay else target

    def _share(self, overlay: Selections, name: str) -> Selections:
        members = self.supergraph.types[name].members
        share: list[Field | Fragment] = []
        for item in overlay:
            if isinstance(item, Field):
                share.append(item)
            elif members <= self.supergraph.types[item.on].members:
                share.extend(item.selections)
            elif members & self.supergraph.types[item.on].members:
                share.append(item)
        return tuple(share)

    def provided(self, node: Node, selections: Selections) -> Node:
        """See a node through ``@provides``: the selected external fields are open, nested ones below them."""
        if not selections:
            return node
        key = (id(node), print_selections(selections))
        found = self._provided.get(key)
        if found is None:
            found = self._provided[key] = self._overlaid(node, selections)
        return found

    def _overlaid(self, node: Node, selections: Selections) -> Node:
        edges = dict(node.edges)
        for item in selections:
            if isinstance(item, Field):
                edge = edges.get(item.name) or node.externals.get(item.name)
                if edge is not None:
                    edges[item.name] = self._opened(edge, item.selections)
        return Node(
            node.subgraph,
            node.name,
            node.type,
            node.members,
            edges,
            node.externals,
            (*node.overlay, *selections),
        )

    def _opened(self, edge: Edge, selections: Selections | None) -> Edge:
        target = edge.target
        if target is not None and selections:
            target = self.provided(target, selections)
        return Edge(edge.name, edge.field, target)

    def shape(self, parent: str, field: str) -> str:
        """Tell fields that can't share a response key in one selection set by their types' text.

        ``String!`` and ``String`` differ; so do ``[A]`` and ``A``; composites' names do not matter.
        """
        key = (parent, field)
        found = self._shapes.get(key)
        if found is None:
            found = self._shapes[key] = self._shape_of(parent, field)
        return found

    def _shape_of(self, parent: str, field: str) -> str:
        found = self.supergraph.types[parent].fields[field]
        texts = sorted(found.shapes)
        if found.type.name in self.supergraph.types:
            texts = sorted({"".join(c for c in text if c in "[]!") for text in texts})
        return "|".join(texts)

    def is_uniform(self, parent: str, field: str) -> bool:
        """Whether a field has one shape in all possible types of ``parent``."""
        key = (parent, field)
        found = self._uniform.get(key)
        if found is None:
            shape = self.shape(parent, field)
            found = self._uniform[key] = all(
                field not in self.supergraph.types[m].fields or self.shape(m, field) == shape
                for m in self.supergraph.types[parent].members
            )
        return found
