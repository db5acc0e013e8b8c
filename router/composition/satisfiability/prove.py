"""Every field of the API schema, along every path to it, can be answered by some subgraph.

A state is a type and the nodes at which a query may stand there (one for each subgraph that may have got it
there). From a state each field leads to another. A state with fewer nodes is harder: one that has all the
nodes of a state seen before needs no second look, so the search ends, and soon.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ...query_graph import Edge, Node, QueryGraph
from ...supergraph import RootKind
from .reach import Reach


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """A place in the API schema: the query so far is the chain of ``parent``s.

    ``step`` is the field or type condition that led here; ``contexts`` are those set on the way.
    """

    type: str
    nodes: tuple[Node, ...]
    parent: State | None
    step: str
    contexts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Failure:
    """A field (None: a type condition, ``type``) that can't be answered at ``state``."""

    state: State
    type: str
    field: str | None


@dataclass(frozen=True, slots=True)
class SharedReturn:
    """A shared field whose subgraphs return objects of different types; ``disjoint``: of no common one."""

    state: State
    field: str
    types: tuple[tuple[str, frozenset[str]], ...]

    @property
    def disjoint(self) -> bool:
        """Whether no type is possible everywhere."""
        return not frozenset.intersection(*(names for _, names in self.types))


@dataclass(slots=True)
class Proof:
    """The outcome. ``exhausted``: the budget ended before the proof did."""

    failures: list[Failure] = field(default_factory=list)
    shared_returns: list[SharedReturn] = field(default_factory=list)
    mutations: list[Failure] = field(default_factory=list)
    """Shared mutation fields that would have to be called in more than one subgraph."""
    exhausted: bool = False


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
        self.queue: deque[State] = deque()
        self.seen: dict[str, list[tuple[frozenset[int], frozenset[str]]]] = {}
        self.failed: set[tuple[str, str | None]] = set()
        self.shared: set[tuple[str, str]] = set()
        self.has_contexts = any(t.contexts for t in self.types.values())

    def root(self, kind: RootKind) -> State:
        return State(self.graph.supergraph.roots[kind], self.graph.roots(kind), None, kind)

    def would_do(self, root: State, edge: Edge) -> bool:
        """Whether everything below a root field can be answered, if only this subgraph is asked for it."""
        trial = _Search(self.graph, self.reach, Proof(), self.left)
        if edge.target is not None:
            trial.enter((edge.target,), edge.field.type.name, root, edge.name)
        trial.drain()
        return not trial.proof.failures

    def run(self, root: State) -> None:
        self.enter(root.nodes, root.type, None, root.step)
        self.drain()

    def drain(self) -> None:
        while self.queue:
            if self.left <= 0:
                self.proof.exhausted = True
                return
            self.left -= 1
            self.visit(self.queue.popleft())

    def enter(self, nodes: Sequence[Node], name: str, parent: State | None, step: str) -> None:
        """Queue a state, unless one at least as hard has been."""
        ids = frozenset(map(id, nodes))
        contexts = self._contexts(parent, name)
        seen = self.seen.setdefault(name, [])
        if any(other <= ids and have <= contexts for other, have in seen):
            return
        seen.append((ids, contexts))
        self.queue.append(State(name, tuple(nodes), parent, step, contexts))

    def _contexts(self, parent: State | None, name: str) -> frozenset[str]:
        if not self.has_contexts:
            return frozenset()
        before = parent.contexts if parent else frozenset[str]()
        return before | self.types[name].contexts

    # One state ------------------------------------------------------------------------------------

    def visit(self, state: State) -> None:
        type_ = self.types[state.type]
        for name, found in type_.fields.items():
            if found.inaccessible:
                continue
            below = self.types.get(found.type.name)
            if below is None and self.is_plain(state, name):
                continue
            outcomes = self.targets(state.nodes, name, state)
            if not outcomes:
                self.fail(state, state.type, name)
            elif below is not None and not below.inaccessible:
                for nodes in outcomes:
                    self.enter(nodes, below.name, state, name)
        if type_.kind != "object":
            self.conditions(state)

    def is_plain(self, state: State, name: str) -> bool:
        """Whether some node resolves a leaf by itself: the usual case, told quickly."""
        for node in state.nodes:
            edge = node.edges.get(name)
            if edge is not None and edge.requires is None and edge.field.label is None:
                return not edge.field.context_arguments
        return False

    def fail(self, state: State, name: str, field_name: str | None) -> None:
        if (name, field_name) not in self.failed:
            self.failed.add((name, field_name))
            self.proof.failures.append(Failure(state, name, field_name))

    def targets(self, nodes: Sequence[Node], name: str, state: State) -> list[tuple[Node, ...]]:
        """Give the nodes a field leads to, one set for each outcome that must do; empty if it can't be had.

        Leaves lead to the empty set.
        """
        direct: list[list[Edge]] = []
        by_type: dict[str, list[list[Edge]]] = {}
        for node in nodes:
            outcomes = self._in_context(self.reach.alternatives(node, name), state)
            direct += outcomes
            if node.is_abstract or node.is_interface_object:
                self._by_type(node, name, state, by_type, optional=bool(outcomes))
        if sum(map(len, direct)) > 1:
            self._compare_returns(state, name, direct)
        if not direct and not by_type:
            return []
        return [_targets(edges) for edges in _outcomes(direct, by_type)]

    def _by_type(
        self,
        node: Node,
        name: str,
        state: State,
        by_type: dict[str, list[list[Edge]]],
        *,
        optional: bool,
    ) -> None:
        """An interface's field may also be asked type by type; then each must do, unless it is optional."""
        found: dict[str, list[list[Edge]]] = {}
        for runtime in self.reach.runtime_types(node):
            outcomes = [
                edges
                for narrow in self.reach.narrow(node, runtime)
                for edges in self._in_context(self.reach.alternatives(narrow, name), state)
            ]
            if not outcomes and not optional:
                return
            found[runtime] = outcomes
        for runtime, outcomes in found.items():
            by_type.setdefault(runtime, []).extend(outcomes)

    def _in_context(self, outcomes: list[list[Edge]], state: State) -> list[list[Edge]]:
        """Leave out what needs a context that is not set on the way."""
        if not self.has_contexts:
            return outcomes
        kept = [[e for e in edges if _context_is_set(e, state)] for edges in outcomes]
        return kept if all(kept) else []

    def _compare_returns(self, state: State, name: str, direct: list[list[Edge]]) -> None:
        """Note a shared field whose subgraphs mean different objects."""
        targets = {id(e.target): e.target for edges in direct for e in edges if e.target is not None}
        nodes = [n for n in targets.values() if n.is_abstract]
        types = {n.subgraph: frozenset(n.members) for n in nodes}
        if len(types) > 1 and len(set(types.values())) > 1 and (state.type, name) not in self.shared:
            self.shared.add((state.type, name))
            self.proof.shared_returns.append(SharedReturn(state, name, tuple(types.items())))

    def conditions(self, state: State) -> None:
        """Narrow to each object type that may be there."""
        for name in sorted(self.types[state.type].members):
            if self.types[name].inaccessible:
                continue
            nodes = {id(n): n for node in state.nodes for n in self.reach.narrow(node, name)}
            if nodes:
                self.enter(tuple(nodes.values()), name, state, f"... on {name}")
            elif all(n.is_interface_object and not self.reach.reals(n) for n in state.nodes):
                self.fail(state, name, None)


def _outcomes(direct: list[list[Edge]], by_type: dict[str, list[list[Edge]]]) -> Iterator[Iterable[Edge]]:
    """Combine what holds for all objects with what holds for those of one type.

    Several nodes are a choice. Outcomes of labels are not; the worst of each is taken together.
    """
    shared = [e for edges in direct for e in edges]
    if not by_type:
        if any(e.field.label for e in shared):
            yield from direct
        else:
            yield shared
    for outcomes in by_type.values():
        yield [*shared, *(e for edges in outcomes for e in edges)]


def _targets(edges: Iterable[Edge]) -> tuple[Node, ...]:
    return tuple({id(e.target): e.target for e in edges if e.target is not None}.values())


def _context_is_set(edge: Edge, state: State) -> bool:
    return all(a.context in state.contexts for a in edge.field.context_arguments)
