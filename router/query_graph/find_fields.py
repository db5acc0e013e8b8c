"""Paths to an object, and one more field → the ways to it.

What a path's subgraph resolves at once is a field move; else, or where the rest below would need more
fetches, the entity is looked up in other subgraphs that have the field.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..operation import Field
from .exploration import Exploration
from .find_context import find_context
from .graph import Edge, Node
from .look_up import Lookups
from .path_sets import answered, best_of_each_node, is_there, leaf_sent, waits_for
from .paths import FIELD_COST, ContextValue, Path
from .resolve_values import Resolver


class FieldFinder:
    """Finds single fields."""

    def __init__(self, state: Exploration, lookups: Lookups, resolver: Resolver) -> None:
        self._state = state
        self._lookups = lookups
        self._resolver = resolver

    def options(self, bases: Sequence[Path], field: Field, owner: str | None = None) -> list[Path]:
        """Find the ways from any of the paths to one more field (of type ``owner`` if given)."""
        source = self._source(bases[0], field, owner)
        there = leaf_sent(bases, source) if field.selections is None else None
        if there is not None:
            return there
        if self._state.settled and not self._state.internal:
            found = answered(bases, source, field.marks, self._state.settled)
            if not found or self._state.completeness.differs(field):
                found += self._apart(bases, field, source)
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
        return base in self._state.settled

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

    def leaf(self, base: Path, field: Field) -> Path | None:
        """Ask for a leaf that an object's own subgraph gives, as nearly all do."""
        node = base.at
        edge = node.edges.get(field.name)
        if edge is None or not edge.is_plain or node.is_abstract:
            return None
        source = self._source(base, field, None)
        there = leaf_sent([base], source)
        return there[0] if there else self._step(base, edge, field, source, None)

    def _source(self, base: Path, field: Field, owner: str | None) -> str:
        parent = owner or field.parent
        if owner is None and not base.at.is_abstract and not self._state.graph.is_uniform(parent, field.name):
            parent = base.at.name
        call = (
            field.name,
            field.call if field.marks else field.arguments,
            self._state.graph.shape(parent, field.name),
        )
        return base.position.source_for(None if self._state.internal else field.key, call)

    def _edge(self, node: Node, name: str) -> Edge | None:
        edge = node.edges.get(name)
        return edge if edge is not None and edge.open_for(self._state.labels) else None

    def _direct(self, base: Path, field: Field, source: str) -> Path | None:
        edge = self._edge(base.at, field.name)
        if edge is None:
            return None
        if edge.field.context_arguments:
            return self._below_entry(base, edge, field, source)
        if edge.requires is not None:
            conditions = self._resolver.resolve(base, edge.requires)
            if conditions is None or not all(is_there(base, each) for each in conditions):
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
            context = find_context(base, argument, self._state.graph)
            if context is None or not entry.position.is_below(context.ancestor.position):
                return None
            is_entered = context.ancestor.position is entry.position
            above = entry.parent if is_entered else context.ancestor
            values = self._resolver.resolve(above, context.selections)
            if values is None or (entry.hop is not None and waits_for(values, entry.hop)):
                return None
            contexts.append(ContextValue(argument, above, context.selections))
            conditions += values
        path = self._step(base, edge, field, source, None)
        path.contexts, path.conditions, path.entry = tuple(contexts), tuple(conditions), entry
        path.depth = max([path.depth, *(c.depth + 1 for c in conditions)])
        return path

    def _is_all_there(self, path: Path, field: Field) -> bool:
        if field.selections is None:
            return True
        known = self._state.completeness
        return known.complete(path.at, field.selections) and not known.differs(field)

    def _looked_up(self, base: Path, field: Field, source: str) -> list[Path]:
        below = self._state.graph.supergraph.types[field.parent].fields[field.name].type.name
        thorough = field.selections is not None and not self._is_entity(below)
        thorough = thorough or self._state.completeness.differs(field)
        found: list[Path] = []
        for wave in self._lookups.waves(base):
            for jump in wave:
                path = self._after(base, jump, field, source)
                if path is not None:
                    found.append(path)
            if found and not thorough:
                break
        return found

    def _is_entity(self, name: str) -> bool:
        types = self._state.graph.supergraph.subgraph_types.values()
        return any(name in each and each[name].keys for each in types)

    def _after(self, base: Path, jump: Path, field: Field, source: str) -> Path | None:
        edge = self._edge(jump.at, field.name)
        if edge is None:
            return None
        if edge.requires is None and not edge.field.context_arguments:
            same = jump.at.subgraph == base.at.subgraph
            return (
                None if same and not self._is_settled(base) else self._step(jump, edge, field, source, None)
            )
        conditions = self._resolver.resolve(base, edge.requires or ())
        contexts = [find_context(base, a, self._state.graph) for a in edge.field.context_arguments]
        for context in contexts:
            above = self._resolver.resolve(context.ancestor, context.selections) if context else None
            conditions = None if conditions is None or above is None else (*conditions, *above)
        if conditions is None:
            return None
        path = self._step(jump, edge, field, source, conditions)
        path.contexts = tuple(c for c in contexts if c is not None)
        return path

    def _step(
        self, base: Path, edge: Edge, field: Field, source: str, conditions: tuple[Path, ...] | None
    ) -> Path:
        key = (source, edge.name, conditions, field.marks)
        found = base.existing(key)
        if found is not None:
            return found
        position = base.position
        if edge.target is not None:
            position = position.child(source, edge.field.type.lists, self._declared(field))
        path = self._state.grow(base, key, "field", edge.target, position)
        path.source, path.field, path.edge, path.cost = source, field, edge, FIELD_COST
        if conditions is not None:
            assert base.parent is not None
            path.depth = base.parent.depth
            path.wait_for((*base.conditions, *conditions))
            again = base.hop is not None and waits_for(conditions, base.hop)
            path.hop = base.position.hop(base.at.subgraph, path.depth, self._state.part, again=again)
            path.is_required = True
        return path

    def _declared(self, field: Field) -> str:
        return self._state.graph.supergraph.types[field.parent].fields[field.name].type.name
