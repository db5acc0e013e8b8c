"""Every field of the API schema, along every path to it, can be answered by some subgraph.

A state is a type and the nodes at which a query may stand there (one for each subgraph that may have got it
there). From a state each field leads to another. A state with fewer nodes is harder: one that has all the
nodes of a state seen before needs no second look, so the search ends, and soon (``visits.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from ...query_graph import Edge, Node, QueryGraph
from ...supergraph import RootKind
from .contexts_set import ContextsSet, ContextValues
from .frontier import Frontier
from .outcomes import LabelOutcomes, open_edges
from .reach import Reach
from .state import Failure, Labels, Proof, SharedReturn, State
from .visits import Visits

# Comparing a new state with those visited costs about a thousandth of visiting it.
COMPARISONS_PER_STATE = 1000

Target: TypeAlias = tuple[tuple[Node, ...], str | None]


def prove(graph: QueryGraph, max_states: int) -> Proof:
    """Search all states from all roots."""
    reach = Reach(graph)
    proof = Proof()
    search = _Search(graph, reach, proof, max_states)
    for kind in graph.supergraph.roots:
        search.run(search.root(kind))
    if "mutation" in graph.supergraph.roots:
        _check_mutations(search, search.root("mutation"))
    return proof


def _check_mutations(search: _Search, root: State) -> None:
    """A mutation runs once: one of the subgraphs that share the field must do for everything below it."""
    for name, found in search.graph.supergraph.types[root.type].fields.items():
        nodes = [n for n in root.nodes if name in n.edges]
        if found.inaccessible or len(nodes) < 2 or any(f.field == name for f in search.proof.failures):
            continue
        if not any(search.would_do(root, node.edges[name]) for node in nodes):
            search.proof.mutations.append(Failure(root, root.type, name))


class _Search:
    def __init__(self, graph: QueryGraph, reach: Reach, proof: Proof, max_states: int) -> None:
        self.graph, self.reach, self.proof = graph, reach, proof
        self.types = graph.supergraph.types
        self.left = max_states
        self.frontier = Frontier()
        self.visits = Visits()
        self.outcomes = LabelOutcomes(graph.supergraph)
        self.failed: set[tuple[str, str | None]] = set()
        self.shared: set[tuple[str, str]] = set()
        self.apart: set[tuple[str, str]] = set()
        self.contexts = ContextsSet(graph.supergraph, reach)

    def root(self, kind: RootKind) -> State:
        nodes = self.graph.roots(kind)
        return State(self.graph.supergraph.roots[kind], nodes, self.reach.leaders(nodes), None, kind)

    def would_do(self, root: State, edge: Edge) -> bool:
        """Whether everything below a root field can be answered, if only this subgraph is asked for it."""
        trial = _Search(self.graph, self.reach, Proof(), self.left)
        if edge.target is not None:
            trial.enter((edge.target,), edge.field.type.name, root, edge.name, root.labels)
        trial.drain()
        return not trial.proof.failures

    def run(self, root: State) -> None:
        self.enter(root.nodes, root.type, None, root.step, frozenset())
        self.drain()

    def drain(self) -> None:
        while (entry := self.frontier.pop()) is not None:
            state, visit = entry
            if self.visits.is_hardest(state.type, visit):
                self.visit(state)
            if self.is_spent():
                self.proof.exhausted = True
                return

    def is_spent(self) -> bool:
        """Whether the budget has come to its end."""
        return self.left <= self.visits.compared // COMPARISONS_PER_STATE

    def enter(
        self,
        nodes: Sequence[Node],
        name: str,
        parent: State | None,
        step: str,
        labels: Labels,
        asked_of: str | None = None,
    ) -> None:
        """Queue a state, unless one at least as hard has been. ``asked_of``: the parent's object type."""
        leaders = self.reach.leaders(nodes)
        contexts = self._contexts(parent, step, asked_of)
        decided = self.outcomes.relevant(name, labels)
        visit = (self.reach.power(leaders), contexts, decided)
        if self.visits.is_new(name, visit):
            state = State(name, tuple(nodes), leaders, parent, step, contexts, decided)
            self.frontier.push(state, visit)

    def _contexts(self, parent: State | None, step: str, asked_of: str | None) -> ContextValues:
        """A type condition goes no further down: it is about the same object."""
        if parent is None:
            return frozenset()
        if step.startswith("..."):
            return parent.contexts
        if asked_of is None or not self.contexts.readers:
            return self.contexts.below(parent.type, parent.leaders, parent.contexts)
        narrow = [n for node in parent.leaders for n in self.reach.narrow(node, asked_of)]
        return self.contexts.below(asked_of, narrow, parent.contexts)

    # One state ------------------------------------------------------------------------------------

    def visit(self, state: State) -> None:
        self.left -= 1
        type_ = self.types[state.type]
        if not type_.members:
            self.without_types(state)
            return
        for name, found in type_.fields.items():
            if not found.inaccessible:
                self.field(state, name, found.type.name)
        if type_.kind != "object":
            self.conditions(state)

    def without_types(self, state: State) -> None:
        """Note the fields of an interface without types that can't be had.

        There is never an object to ask anything of, but who asks is refused before that shows.
        """
        for name, found in self.types[state.type].fields.items():
            if found.inaccessible or self.is_plain(state, name):
                continue
            for labels in self.outcomes.decide(state.type, name, state.labels):
                if not any(True for _ in self.targets(state, name, labels)):
                    self.set_apart(state, name, labels)

    def field(self, state: State, name: str, below: str) -> None:
        """Go on to what a field returns, or note that it can't be had."""
        is_leaf = below not in self.types
        if is_leaf and self.is_plain(state, name):
            return
        for labels in self.outcomes.decide(state.type, name, state.labels):
            self.left -= bool(labels)
            if self.is_spent():
                return
            targets = list(self.targets(state, name, labels))
            if not targets:
                self.no_target(state, name, labels)
            elif not is_leaf and not self.types[below].inaccessible:
                for nodes, asked_of in targets:
                    self.enter(nodes, below, state, name, labels, asked_of)

    def is_plain(self, state: State, name: str) -> bool:
        """Whether some node resolves a leaf by itself: the usual case, told quickly."""
        for node in state.nodes:
            edge = node.edges.get(name)
            if edge is not None and edge.requires is None and edge.field.label is None:
                return not edge.field.context_arguments
        return False

    def no_target(self, state: State, name: str, labels: Labels) -> None:
        """An interface's field that each of its types answers from somewhere can be asked type by type."""
        if self.types[state.type].kind == "object" or not self._has_by_type(state, name, labels):
            self.fail(state, state.type, name, labels)
        else:
            self.set_apart(state, name, labels)

    def set_apart(self, state: State, name: str, labels: Labels) -> None:
        if (state.type, name) not in self.apart:
            self.apart.add((state.type, name))
            self.proof.apart.append(Failure(state, state.type, name, labels))

    def _has_by_type(self, state: State, name: str, labels: Labels) -> bool:
        visible = (t for t in self.types[state.type].members if not self.types[t].inaccessible)
        narrowed = {t: nodes for t in visible if (nodes := self._narrowed(state, t))}
        return bool(narrowed) and all(
            any(True for _ in self.targets(self._condition(state, t, nodes), name, labels))
            for t, nodes in narrowed.items()
        )

    def _condition(self, state: State, name: str, nodes: tuple[Node, ...]) -> State:
        return State(name, nodes, self.reach.leaders(nodes), state, f"... on {name}", state.contexts)

    def fail(self, state: State, name: str, field_name: str | None, labels: Labels) -> None:
        if (name, field_name) not in self.failed:
            self.failed.add((name, field_name))
            self.proof.failures.append(Failure(state, name, field_name, labels))

    def targets(self, state: State, name: str, labels: Labels) -> Iterator[Target]:
        """Give the nodes a field leads to, one set for each way that must do; nothing if it can't be had.

        Leaves lead to the empty set. With each set goes the object type that the field is asked of.
        """
        direct: list[Edge] = []
        by_type: dict[str, list[Edge]] = {}
        for node in state.leaders:
            edges = self._edges(node, name, state, labels)
            direct += edges
            if node.is_abstract or node.is_interface_object:
                for runtime, found in self._by_type(node, name, state, labels, optional=bool(edges)).items():
                    by_type.setdefault(runtime, []).extend(found)
        if len(direct) > 1:
            self._compare_returns(state, name, direct)
        if by_type:
            for runtime, found in by_type.items():
                yield _targets([*direct, *found]), runtime if found else None
        elif direct:
            yield _targets(direct), None

    def _by_type(
        self, node: Node, name: str, state: State, labels: Labels, *, optional: bool
    ) -> dict[str, list[Edge]]:
        """An interface's field may also be asked type by type; then each must do, unless it is optional."""
        found: dict[str, list[Edge]] = {}
        for runtime in self.reach.runtime_types(node):
            edges = [
                edge
                for narrow in self.reach.narrow(node, runtime)
                for edge in self._edges(narrow, name, state, labels)
            ]
            if not edges and not optional:
                return {}
            found[runtime] = edges
        return found

    def _edges(self, node: Node, name: str, state: State, labels: Labels) -> list[Edge]:
        """Give the edges for a field that exist under the labels and have the contexts they read."""
        edges = open_edges(self.reach.edges(node, name), labels)
        if not self.contexts.readers:
            return edges
        return [e for e in edges if self.contexts.can_read(e.field.context_arguments, state.contexts)]

    def _compare_returns(self, state: State, name: str, direct: Iterable[Edge]) -> None:
        """Note a shared field whose subgraphs mean different objects."""
        nodes = [e.target for e in direct if e.target is not None and e.target.is_abstract]
        types = {n.subgraph: frozenset(n.members) for n in nodes}
        if len(types) > 1 and len(set(types.values())) > 1 and (state.type, name) not in self.shared:
            self.shared.add((state.type, name))
            self.proof.shared_returns.append(SharedReturn(state, name, tuple(types.items())))

    def conditions(self, state: State) -> None:
        """Narrow to each object type that may be there."""
        for name in sorted(self.types[state.type].members):
            if self.types[name].inaccessible:
                continue
            nodes = self._narrowed(state, name)
            if nodes:
                self.enter(nodes, name, state, f"... on {name}", state.labels)
            elif all(n.is_interface_object and not self.reach.reals(n) for n in state.nodes):
                self.fail(state, name, None, state.labels)

    def _narrowed(self, state: State, name: str) -> tuple[Node, ...]:
        nodes = {id(n): n for node in state.leaders for n in self.reach.narrow(node, name)}
        return tuple(nodes.values())


def _targets(edges: Iterable[Edge]) -> tuple[Node, ...]:
    return tuple({id(e.target): e.target for e in edges if e.target is not None}.values())
