"""From a place in the query graph: which other subgraphs can look the object up, and what can be had there.

An object seen at a node can be looked up at another by a key, if the key's fields can be had from the first.
``reach`` is the least set that is closed under this. Keys may need fields of other subgraphs, so sets grow in
rounds, over all nodes that wait for one another, until nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...operation import Field, Fragment, Selections
from ...query_graph import Edge, Move, Node, QueryGraph


class Reach:
    """Answers for one query graph.

    What is in the course of moving to another subgraph by a label of @override is no ground for a key or a
    @requires: its place differs from request to request. (The reference composer holds it so too.)
    """

    def __init__(self, graph: QueryGraph) -> None:
        self.graph = graph
        self.types = graph.supergraph.types
        self._roots = frozenset(graph.supergraph.roots.values())
        self._sets: dict[int, dict[int, Node]] = {}
        self._kept: dict[int, Node] = {}  # ids of what is kept alive stay unique
        self._powers: dict[int, frozenset[int]] = {}
        self._active: list[Node] = []
        self._growing = False
        self._had: dict[tuple[int, int], bool] = {}

    def reach(self, node: Node) -> dict[int, Node]:
        """Give the nodes, by their ids, at which an object at ``node`` can be had; itself included."""
        found = self._sets.get(id(node))
        if found is None:
            found = self._sets[id(node)] = {id(node): node}
            self._kept[id(node)] = node
            if not self._moves(node):
                return found
            self._active.append(node)
            if not self._growing:
                self._grow()
        return found

    def _moves(self, node: Node) -> tuple[Move, ...]:
        return self.graph.moves(node)

    def _grow(self) -> None:
        self._growing = True
        changed = True
        while changed:
            self._had.clear()
            count = len(self._active)
            grown = sum(self._grow_one(node) for node in list(self._active))
            changed = grown > 0 or len(self._active) > count
        self._active.clear()
        self._had.clear()
        self._growing = False

    def _grow_one(self, node: Node) -> bool:
        known = self._sets[id(node)]
        before = len(known)
        for move in self._moves(node):
            if id(move.target) not in known and self.can_enter(node, move):
                known[id(move.target)] = move.target
        return len(known) > before

    def can_enter(self, node: Node, move: Move) -> bool:
        """Whether the move's key can be had at ``node``."""
        return move.key is None or self.has(node, move.key)

    def power(self, nodes: Iterable[Node]) -> frozenset[int]:
        """Give the ids of all nodes at which an object can be had that may be at ``nodes``."""
        return frozenset().union(*map(self._power, nodes))

    def _power(self, node: Node) -> frozenset[int]:
        """A node seen through ``@provides`` can do all that the node itself can."""
        found = self._powers.get(id(node))
        if found is None:
            base = self.graph.node(node.subgraph, node.name)
            found = self._powers[id(node)] = frozenset(self.reach(node)) | {id(base)}
        return found

    def leaders(self, nodes: Iterable[Node]) -> tuple[Node, ...]:
        """Leave out nodes at which an object can be looked up from a node that is kept."""
        kept: list[Node] = []
        for node in nodes:
            if not any(id(node) in self.reach(k) for k in kept):
                kept = [k for k in kept if id(k) not in self.reach(node)]
                kept.append(node)
        return tuple(kept)

    # Selections ------------------------------------------------------------------------------------

    def has(self, node: Node, selections: Selections) -> bool:
        """Whether a field set can be had for every object at ``node``, from wherever it can be looked up."""
        key = (id(node), id(selections))
        found = self._had.get(key)
        if found is None:
            self._had[key] = False  # what needs itself can't be had
            found = self._had[key] = all(self._has_item(node, item) for item in selections)
        return found

    def _has_item(self, node: Node, item: Field | Fragment) -> bool:
        if isinstance(item, Fragment):
            return self._has_fragment(node, item)
        if item.name == "__typename":
            return not node.is_interface_object or bool(self.reals(node))
        edges = [e for e in self.edges(node, item.name) if e.field.label is None]
        return self._has_below(edges, item) or self._has_by_type(node, item)

    def _has_below(self, edges: list[Edge], item: Field) -> bool:
        if item.selections is None:
            return bool(edges)
        return any(e.target is not None and self.has(e.target, item.selections) for e in edges)

    def _has_fragment(self, node: Node, item: Fragment) -> bool:
        members = self.types[item.on].members
        if not node.is_abstract and not node.is_interface_object:
            return node.name not in members or self.has(node, item.selections)
        if node.is_interface_object and not self.reals(node):
            return False
        return all(
            any(self.has(n, item.selections) for n in self.narrow(node, name))
            for name in self.runtime_types(node)
            if name in members
        )

    def _has_by_type(self, node: Node, item: Field) -> bool:
        names = self.runtime_types(node)
        if not names or (not node.is_abstract and not node.is_interface_object):
            return False
        return all(any(self._has_item(n, item) for n in self.narrow(node, name)) for name in names)

    # Fields ----------------------------------------------------------------------------------------

    def edges(self, node: Node, name: str) -> list[Edge]:
        """Give the edges that resolve a field for an object at ``node``, whatever their labels."""
        found = ((there, there.edges.get(name)) for there in self.reach(node).values())
        return [edge for there, edge in found if edge is not None and self.usable(node, there, edge)]

    def usable(self, node: Node, there: Node, edge: Edge) -> bool:
        """Whether the field can be resolved at ``there`` for an object at ``node``.

        What it requires must be had from ``there``: routers collect it only when they have got that far. It
        is sent in a representation, which there is none of for a root type: routers enter it without any key.
        """
        if edge.requires is None and not edge.field.context_arguments:
            return True
        if there.name in self._roots:
            return False
        if edge.requires is not None and not self.has(there, edge.requires):
            return False
        return there is not node or self._can_reenter(node)

    def _can_reenter(self, node: Node) -> bool:
        """What is required comes in with a request of its own, so the object must be looked up once more."""
        return any(
            move.target.subgraph == node.subgraph
            and move.target.name == node.name
            and self.can_enter(node, move)
            for move in self._moves(node)
        )

    # Types -----------------------------------------------------------------------------------------

    def reals(self, node: Node) -> list[Node]:
        """From an interface object, the nodes of the real interface."""
        return [n for n in self.reach(node).values() if n.is_abstract and n.name == node.name]

    def runtime_types(self, node: Node) -> list[str]:
        """Name the object types that objects at ``node`` may have."""
        if node.is_interface_object:
            return list(dict.fromkeys(m for real in self.reals(node) for m in real.members))
        return list(node.members)

    def narrow(self, node: Node, name: str) -> Iterator[Node]:
        """Give the nodes at which objects at ``node`` that are of type ``name`` can be had."""
        if node.is_interface_object:
            starts = self.reals(node)
        elif node.name == name:
            starts = [node]
        elif name not in node.members:
            starts = []
        else:
            starts = [node, *(n for n in self.reach(node).values() if n is not node and n.is_abstract)]
        for start in starts:
            found = self.graph.down(start, name)
            if found is not None:
                yield found
