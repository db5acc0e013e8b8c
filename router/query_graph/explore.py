"""Selections at operation paths → demands: for every leaf the paths that could answer it.

``Explorer`` walks a selection set beside all paths that lead to its object. What a path's subgraph resolves
at once is a field move; else (or where the rest below would need more fetches) the entity is looked up in
other subgraphs. Moves come in waves: first those whose keys are there, then those whose keys need a fetch.

Satisfiability asks the same question with other words: a selection that raises ``Unreachable`` cannot be
answered by any plan. ::

    explorer = Explorer(graph)
    explorer.walk(explorer.start("query"), selections)    # raises Unreachable(type, field)
    explorer.options(paths, field)                        # the ways to one more field, [] if none
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

from ..operation import Field, Fragment, Selections
from ..supergraph import RootKind
from .budget import Budget
from .choose import choose
from .completeness import Completeness
from .find_context import find_context
from .graph import Edge, Move, Node, QueryGraph
from .leave_out import leave_out, plain_fields
from .path_sets import answered, best_of_each_node, leaf_sent, lineage, waits_for, weight
from .paths import FIELD_COST, ContextValue, Path, Position


class Unreachable(Exception):
    """No subgraph can answer a field from where the operation stands."""

    def __init__(self, parent: str, field: str, paths: Sequence[Path]) -> None:
        super().__init__(f"{parent}.{field} cannot be reached")
        self.parent = parent
        self.field = field
        self.paths = paths


class Explorer:
    """Finds paths; one for each plan, as paths remember what was found beyond them.

    ``demands`` are what was walked: one of each demand's options must be taken.
    """

    def __init__(
        self, graph: QueryGraph, labels: frozenset[str] = frozenset(), budget: Budget | None = None
    ) -> None:
        self.graph = graph
        self.demands: list[tuple[Path, ...]] = []
        self.entered: list[Path] = []
        self._part = 0
        self.settled: Set[Path] = frozenset()
        self._kept: list[Selections] = []  # things are remembered by their identity
        self._labels = labels
        self.budget = budget or Budget()
        self._internal = False
        self._completeness = Completeness(graph, labels)
        self._conditions: dict[tuple[Path, int], tuple[Path, ...]] = {}
        self._resolving: set[tuple[int, int]] = set()

    def root(self, kind: RootKind) -> Position:
        """Make the position that the data of an operation begin at."""
        position = Position(None, "", 0)
        position.types.add(self.graph.supergraph.roots[kind])
        return position

    def start(
        self, kind: RootKind, position: Position | None = None, subgraph: str | None = None
    ) -> list[Path]:
        """Enter the root type in every subgraph that has it (or in one)."""
        root = Path("root", None, None, position or self.root(kind))
        return [
            self._enter(root, node)
            for node in self.graph.roots(kind)
            if subgraph is None or node.subgraph == subgraph
        ]

    def begin_part(self, part: int, settled: Set[Path]) -> None:
        """Go on with a deferred part; ``settled`` are the paths that earlier fetches answer.

        A settled path is taken where it answers a field. It is not extended, for that would make the earlier
        fetch larger: the object is looked up again, also in its own subgraph. Only what has no key is.
        """
        self._part, self.settled = part, settled
        self.demands = []

    def _enter(self, root: Path, node: Node) -> Path:
        path = self._grow(root, node.subgraph, "enter", node, root.position)
        path.depth = 1
        path.hop = root.position.hop(node.subgraph, 1, self._part)
        self.entered.append(path)
        return path

    def _grow(self, parent: Path, key: object, kind: str, node: Node | None, position: Position) -> Path:
        self.budget.spend_path()
        return parent.grow(key, kind, node, position)  # type: ignore[arg-type]

    # Selections ------------------------------------------------------------------------------------

    def walk(
        self,
        bases: Sequence[Path],
        selections: Selections,
        voids: Sequence[Path] = (),
        types: frozenset[str] | None = None,
        condition: str | None = None,
    ) -> None:
        """Add the demands of a selection set.

        ``bases`` are the paths to its object; ``voids`` others where the object cannot be of a type that
        matters. ``types`` are the runtime types it is for (None: all), ``condition`` the type that says so.
        """
        around: dict[str, Field] | None = None
        if bases[0].at.is_interface_object:  # what is asked of all types is there for one
            selections = tuple(sorted(selections, key=lambda item: isinstance(item, Fragment)))
        for item in selections:
            if isinstance(item, Fragment):
                around = plain_fields(selections) if around is None else around
                self._fragment(bases, item, around, voids, types)
            elif item.name == "__typename":
                self._typename(bases, voids, types)
            else:
                self._field(bases, item, voids, types, condition)

    def _fragment(
        self,
        bases: Sequence[Path],
        item: Fragment,
        around: Mapping[str, Field],
        voids: Sequence[Path],
        types: frozenset[str] | None,
    ) -> None:
        position = bases[0].position
        position.needs_typename |= self._is_mixed(position)
        members = self.graph.supergraph.types[item.on].members
        inside = members if types is None else members & types
        rest = leave_out(item.selections, around) if around else item.selections
        self._kept.append(rest)
        if rest and any(base.at.is_interface_object for base in bases):
            self._typename(bases, voids, inside)
        self.walk(bases, rest, voids, inside, item.on if inside == members else None)

    def _typename(self, bases: Sequence[Path], voids: Sequence[Path], types: frozenset[str] | None) -> None:
        position = bases[0].position
        position.needs_typename |= self._is_mixed(position)
        options = list(voids)
        for base in bases:
            if base.at.is_interface_object:
                options += self._reals(base)
            elif base.at.is_abstract or types is None or base.at.name in types:
                options.append(base)
        if options:
            self.demands.append(tuple(options))
        elif any(base.at.is_interface_object for base in bases):
            raise Unreachable(bases[0].at.name, "__typename", bases)

    def _is_mixed(self, position: Position) -> bool:
        types = self.graph.supergraph.types
        return len(position.types) > 1 or any(types[t].kind != "object" for t in position.types)

    def _field(
        self,
        bases: Sequence[Path],
        field: Field,
        voids: Sequence[Path],
        types: frozenset[str] | None,
        condition: str | None,
    ) -> None:
        self.budget.tick()
        if types is None and field.selections is None and len(bases) == 1 and not self.settled:
            leaf = self._leaf(bases[0], field)
            if leaf is not None:
                self.demands.append((leaf, *voids))
                leaf.is_asked = not (voids or self._internal or self._part)
                return
        ready, spread, void = list[Path](), list[Path](), list(voids)
        for base in self._typed(bases, types):
            cast = self._cast(base, field, types, condition)
            if cast is None:
                void.append(base)
            elif cast is base and base.at.is_abstract and not self._together(base.at, field, types):
                spread.append(base)
            elif base.at.is_interface_object and not self.graph.is_uniform(field.parent, field.name):
                spread += self._reals(base)
            else:
                ready.append(cast)
        if ready and self._try(ready, field, void):
            return
        spread += [r for b in ready if b.at.is_interface_object for r in self._reals(b)]
        spread += [b for b in ready if b.at.is_abstract]
        if spread:
            self._each(spread, field, void, types)
        elif void and not ready:
            self.demands.append(tuple(void))
        else:
            raise Unreachable(field.parent, field.name, bases)

    def _leaf(self, base: Path, field: Field) -> Path | None:
        """Ask for a leaf that an object's own subgraph gives, as nearly all do."""
        node = base.at
        edge = node.edges.get(field.name)
        if edge is None or not edge.is_plain or node.is_abstract:
            return None
        source = self._source(base, field, None)
        there = leaf_sent([base], source)
        return there[0] if there else self._step(base, edge, field, source, None)

    def _try(self, ready: Sequence[Path], field: Field, voids: Sequence[Path]) -> bool:
        """Ask; where objects may yet be asked type by type, what cannot be answered below is no answer."""
        before = len(self.demands)
        try:
            return self._ask(ready, field, voids)
        except Unreachable:
            if not any(b.at.is_abstract or b.at.is_interface_object for b in ready):
                raise
            del self.demands[before:]
            return False

    def _typed(self, bases: Sequence[Path], types: frozenset[str] | None) -> Iterator[Path]:
        """Leave interface objects for their real interface where runtime types matter."""
        for base in bases:
            if types is not None and base.at.is_interface_object:
                yield from self._reals(base)
            else:
                yield base

    def _cast(
        self, base: Path, field: Field, types: frozenset[str] | None, condition: str | None
    ) -> Path | None:
        """Narrow a path to where the field is; itself if that takes several types; None if to none."""
        node = base.at
        if not node.is_abstract:
            return base if types is None or node.name in types else None
        if types is None:
            return base if node.members or field.name in node.edges else None
        open_types = [m for m in node.members if m in types]
        if not open_types:
            return None
        if condition and condition != node.name and self.graph.is_uniform(field.parent, field.name):
            narrow = self.graph.down(node, condition)
            if narrow and field.name in narrow.edges and self._covers(narrow, node, open_types):
                return self._down(base, condition)
        if len(open_types) == 1:
            return self._down(base, open_types[0])
        return base

    def _covers(self, narrow: Node, node: Node, open_types: list[str]) -> bool:
        return {m for m in narrow.members if m in node.members} == set(open_types)

    def _together(self, node: Node, field: Field, types: frozenset[str] | None) -> bool:
        """Whether a field can be asked of an abstract type as a whole."""
        if types is not None and not types.issuperset(node.members):
            return False
        if not self.graph.is_uniform(field.parent, field.name):
            return False
        return field.name in node.edges or any(
            field.name in m.target.edges for m in self.graph.moves(node) if m.target.name == node.name
        )

    def _each(
        self, bases: Sequence[Path], field: Field, voids: Sequence[Path], types: frozenset[str] | None
    ) -> None:
        names = dict.fromkeys(m for b in bases for m in b.at.members if types is None or m in types)
        for name in names:
            down, void = list[Path](), list(voids)
            for base in bases:
                narrow = self._down(base, name)
                if narrow is None:
                    void.append(base)
                else:
                    down.append(narrow)
            if not self._ask(down, field, void, name):
                raise Unreachable(name, field.name, bases)

    def _down(self, base: Path, name: str) -> Path | None:
        if base.at.name == name:
            return base
        found = base.existing(name)
        if found is None:
            node = self.graph.down(base.at, name)
            if node is None:
                return None
            found = self._grow(base, name, "down", node, base.position)
        return found

    def _ask(
        self, bases: Sequence[Path], field: Field, voids: Sequence[Path], owner: str | None = None
    ) -> bool:
        options = self.options(bases, field, owner)
        if not options:
            if voids:
                self.demands.append(tuple(voids))
            return bool(voids)
        before = len(self.demands)
        if field.selections is not None:
            self.walk(options, field.selections, voids)
        if len(self.demands) == before:
            self.demands.append((*options, *voids))
        return True

    # Fields ----------------------------------------------------------------------------------------

    def options(self, bases: Sequence[Path], field: Field, owner: str | None = None) -> list[Path]:
        """Find the ways from any of the paths to one more field (of type ``owner`` if given)."""
        source = self._source(bases[0], field, owner)
        there = leaf_sent(bases, source) if field.selections is None else None
        if there is not None:
            return there
        if self.settled and not self._internal:
            found = answered(bases, source, self.settled) or self._apart(bases, field, source)
            if found:
                return found
        return self._ways(bases, field, source)

    def _apart(self, bases: Sequence[Path], field: Field, source: str) -> list[Path]:
        """Find the ways that leave earlier fetches as they are."""
        found = self._ways([b for b in bases if not self._is_settled(b)], field, source)
        for base in bases:
            if self._is_settled(base):
                found += self._looked_up(base, field, source)
        return best_of_each_node(found)

    def _is_settled(self, base: Path) -> bool:
        while base.kind == "down" and base.parent is not None:
            base = base.parent
        return base in self.settled

    def _ways(self, bases: Sequence[Path], field: Field, source: str) -> list[Path]:
        found: list[Path] = []
        for base in bases:
            direct = self._direct(base, field, source)
            if direct is not None:
                found.append(direct)
                if self._is_all_there(direct, field):
                    continue
            found += self._looked_up(base, field, source)
        return found if len(found) < 2 else best_of_each_node(found)

    def _source(self, base: Path, field: Field, owner: str | None) -> str:
        parent = owner or field.parent
        if owner is None and not base.at.is_abstract and not self.graph.is_uniform(parent, field.name):
            parent = base.at.name
        call = (field.name, field.arguments, self.graph.shape(parent, field.name))
        return base.position.source_for(None if self._internal else field.key, call)

    def _edge(self, node: Node, name: str) -> Edge | None:
        edge = node.edges.get(name)
        return edge if edge is not None and edge.open_for(self._labels) else None

    def _direct(self, base: Path, field: Field, source: str) -> Path | None:
        edge = self._edge(base.at, field.name)
        if edge is None:
            return None
        if edge.field.context_arguments:
            return self._below_entry(base, edge, field, source)
        if edge.requires is not None:
            conditions = self._resolve(base, edge.requires)
            if conditions is None or any(c.depth > base.depth for c in conditions):
                return None
        return self._step(base, edge, field, source, None)

    def _below_entry(self, base: Path, edge: Edge, field: Field, source: str) -> Path | None:
        """Ask a field with context arguments in the entity fetch it stands in: values come from before it."""
        entry = base
        while entry.kind in ("field", "down") and entry.parent is not None:
            entry = entry.parent
        if entry.kind != "jump" or entry.parent is None or edge.requires is not None:
            return None
        contexts, conditions = list[ContextValue](), list[Path]()
        for argument in edge.field.context_arguments:
            context = find_context(base, argument, self.graph)
            if context is None or not entry.position.is_below(context.ancestor.position):
                return None
            is_entered = context.ancestor.position is entry.position
            above = entry.parent if is_entered else context.ancestor
            values = self._resolve(above, context.selections)
            if values is None or (entry.hop is not None and waits_for(values, entry.hop)):
                return None
            contexts.append(ContextValue(argument, above, context.selections))
            conditions += values
        path = self._step(base, edge, field, source, None)
        path.contexts, path.conditions, path.entry = tuple(contexts), tuple(conditions), entry
        path.depth = max([path.depth, *(c.depth + 1 for c in conditions)])
        return path

    def _is_all_there(self, path: Path, field: Field) -> bool:
        return field.selections is None or self._completeness.complete(path.at, field.selections)

    def _looked_up(self, base: Path, field: Field, source: str) -> list[Path]:
        below = self.graph.supergraph.types[field.parent].fields[field.name].type.name
        thorough = field.selections is not None and not self._is_entity(below)
        found: list[Path] = []
        for wave in self.waves(base):
            for jump in wave:
                path = self._after(base, jump, field, source)
                if path is not None:
                    found.append(path)
            if found and not thorough:
                break
        return found

    def _is_entity(self, name: str) -> bool:
        return any(True for s in self.graph.supergraph.subgraph_types.values() if name in s and s[name].keys)

    def _after(self, base: Path, jump: Path, field: Field, source: str) -> Path | None:
        edge = self._edge(jump.at, field.name)
        if edge is None:
            return None
        if edge.requires is None and not edge.field.context_arguments:
            same = jump.at.subgraph == base.at.subgraph
            return (
                None if same and not self._is_settled(base) else self._step(jump, edge, field, source, None)
            )
        conditions = self._resolve(base, edge.requires or ())
        contexts = [find_context(base, a, self.graph) for a in edge.field.context_arguments]
        for context in contexts:
            above = self._resolve(context.ancestor, context.selections) if context else None
            conditions = None if conditions is None or above is None else (*conditions, *above)
        if conditions is None:
            return None
        path = self._step(jump, edge, field, source, conditions)
        path.contexts = tuple(c for c in contexts if c is not None)
        return path

    def _step(
        self, base: Path, edge: Edge, field: Field, source: str, conditions: tuple[Path, ...] | None
    ) -> Path:
        key = (source, edge.name, conditions)
        found = base.existing(key)
        if found is not None:
            return found
        position = base.position
        if edge.target is not None:
            position = position.child(source, edge.field.type.lists, self._declared(field))
        path = self._grow(base, key, "field", edge.target, position)
        path.source, path.field, path.edge, path.cost = source, field, edge, FIELD_COST
        if conditions is not None:
            assert base.parent is not None
            path.depth = base.parent.depth
            path.wait_for((*base.conditions, *conditions))
            again = base.hop is not None and waits_for(conditions, base.hop)
            path.hop = base.position.hop(base.at.subgraph, path.depth, self._part, again=again)
            path.is_required = True
        return path

    def _declared(self, field: Field) -> str:
        return self.graph.supergraph.types[field.parent].fields[field.name].type.name

    # Moves -----------------------------------------------------------------------------------------

    def waves(self, base: Path) -> Iterator[list[Path]]:
        """Look the object up elsewhere: moves by keys that are there, then by keys that need fetches."""
        number = 0
        if base.part != self._part and not base.computing:
            base.part, base.waves, base.exhausted = self._part, [], False
        while True:
            if number < len(base.waves):
                yield base.waves[number]
                number += 1
            elif base.exhausted or base.computing or base.kind == "enter":  # all roots are entered anyway
                return
            else:
                base.computing = True
                try:
                    self._next_wave(base)
                finally:
                    base.computing = False

    def _next_wave(self, base: Path) -> None:
        reached = {id(jump.at) for wave in base.waves for jump in wave}
        first = not base.waves
        best: dict[int, Path] = {}
        for move in self.graph.moves(base.at):
            if id(move.target) in reached:
                continue
            jump = self._jump(base, move, local=first)
            if jump is not None:
                known = best.get(id(move.target))
                if known is None or weight(jump) < weight(known):
                    best[id(move.target)] = jump
        if not best and not first:
            base.exhausted = True
        else:
            declared = base.position.types  # of several interface objects, prefer the one asked for
            base.waves.append(sorted(best.values(), key=lambda jump: jump.at.name not in declared))

    def _jump(self, base: Path, move: Move, *, local: bool) -> Path | None:
        conditions: tuple[Path, ...] | None = ()
        if move.key is not None:
            if local and not self._completeness.complete(base.at, move.key):
                return None
            conditions = self._resolve(base, move.key)
        if conditions is None:
            return None
        key = (id(move.target), id(move.key), self._part)
        path = base.existing(key)
        if path is None:
            path = self._grow(base, key, "jump", move.target, base.position)
            path.key = move.key
            path.wait_for(conditions)
            path.hop = base.position.hop(move.target.subgraph, path.depth, self._part)
        return path

    def _reals(self, base: Path) -> list[Path]:
        """From an interface object to its real interface, where objects have their own types."""
        for wave in self.waves(base):
            found = [j for j in wave if j.at.is_abstract and j.at.name == base.at.name]
            if found:
                return found
        return []

    def _resolve(self, base: Path, selections: Selections) -> tuple[Path, ...] | None:
        """Find the cheapest paths for a field set at ``base``; None if it cannot be had."""
        key = (base, id(selections))
        known = self._conditions.get(key)
        if known is not None:
            return known
        guard = (id(base.at), id(selections))
        if guard in self._resolving:
            return None
        self._resolving.add(guard)
        outer, self.demands = self.demands, []
        internal, self._internal = self._internal, True
        try:
            found = self._leaves(base, selections) or self._cheapest(base, selections)
        except Unreachable:
            return None
        finally:
            self.demands, self._internal = outer, internal
            self._resolving.discard(guard)
        self._conditions[key] = found
        return found

    def _cheapest(self, base: Path, selections: Selections) -> tuple[Path, ...]:
        self.walk([base], selections)
        return tuple(choose(self.demands, lineage(base), budget=self.budget))

    def _leaves(self, base: Path, selections: Selections) -> tuple[Path, ...] | None:
        """Take a field set of leaves from the object's own subgraph, as nearly all keys are."""
        found: list[Path] = []
        for item in selections:
            if not isinstance(item, Field) or item.selections is not None or item.name == "__typename":
                return None
            leaf = self._leaf(base, item)
            if leaf is None:
                return None
            found.append(leaf)
        return tuple(found)
