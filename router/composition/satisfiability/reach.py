"""From a place in the query graph: which other subgraphs can look the object up, and what can be had there.

An object seen at a node can be looked up at another by a key, if the key's fields can be had from the first.
``reach`` is the least set that is closed under this. Keys may need fields of other subgraphs, so sets grow in
rounds, over all nodes that wait for one another, until nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...operation import Field, Fragment, Selections
from ...query_graph import Edge, Move, Node, QueryGraph


class Reach:
    """Answers for one query graph; labels of @override are open questions (see ``alternatives``)."""

    def __init__(self, graph: QueryGraph) -> None:
        self.graph = graph
        self.types = graph.supergraph.types
        self._sets: dict[int, dict[int, Node]] = {}
        self._kept: dict[int, Node] = {}
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
        targets = self.alternatives(node, item.name)
        if targets and all(self._has_below(edges, item) for edges in targets):
            return True
        return self._has_by_type(node, item)

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

    def alternatives(self, node: Node, name: str) -> list[list[Edge]]:
        """Give the edges that resolve a field for an object at ``node``; empty if it can't be had.

        Where @override labels decide, there is one list for each outcome, and each must do.
        """
        always, by_label = list[Edge](), dict[str, tuple[list[Edge], list[Edge]]]()
        for there in self.reach(node).values():
            edge = there.edges.get(name)
            if edge is None or not self.usable(node, there, edge):
                continue
            label = edge.field.label
            if label is None:
                always.append(edge)
            else:
                by_label.setdefault(label, ([], []))[edge.field.label_value].append(edge)
        outcomes = [always + edges for pair in by_label.values() for edges in pair] or [always]
        return outcomes if all(outcomes) else ([always] if always else [])

    def usable(self, node: Node, there: Node, edge: Edge) -> bool:
        """Whether the field can be resolved at ``there`` for an object at ``node``.

        What it requires must be had from ``there``: routers collect it only when they have got that far.
        """
        if edge.requires is None and not edge.field.context_arguments:
            return True
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
