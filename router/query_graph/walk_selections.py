"""A selection set beside all paths that lead to its object → demands: for every leaf, the paths to it.

Where objects may be of several types, a field is asked of all of them together if that is possible, else
type by type. Interface objects are left for their real interface where runtime types matter.

Where the possible types differ by subgraph (docs/adr/0013):

- a type condition that cannot be met on one of the ways is met on none: only ``__typename`` is asked;
- a field of an interface is asked of a subgraph's objects only if it can be had for all their types.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..operation import Field, Fragment, Selections
from .exploration import META_FIELDS, Exploration, Unreachable
from .find_fields import FieldFinder
from .graph import Node
from .leave_out import leave_out, plain_fields
from .look_up import Lookups
from .paths import Path, Position


class SelectionWalk:
    """Walks operations, and the field sets of keys and requirements."""

    def __init__(self, state: Exploration, fields: FieldFinder, lookups: Lookups) -> None:
        self._state = state
        self._fields = fields
        self._lookups = lookups
        self._able: dict[tuple[Path, int, frozenset[str] | None, int], bool] = {}

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
        members = self._state.graph.supergraph.types[item.on].members
        inside = members if types is None else members & types
        if any(self._is_never(base.at, inside) for base in bases):
            self._state.demands.append((*bases, *voids))
            return
        rest = leave_out(item.selections, around) if around else item.selections
        self._state.kept.append(rest)
        if rest and any(base.at.is_interface_object for base in bases):
            self._typename(bases, voids, inside)
        self.walk(bases, rest, voids, inside, item.on if inside == members else None)

    def _is_never(self, node: Node, types: frozenset[str]) -> bool:
        """Whether no object at a node can be of the types.

        An interface object may be of any type that its interface has anywhere.
        """
        members: Iterable[str] = node.members
        if node.is_interface_object:
            members = self._state.graph.supergraph.types[node.name].members
        return types.isdisjoint(members)

    def _typename(self, bases: Sequence[Path], voids: Sequence[Path], types: frozenset[str] | None) -> None:
        position = bases[0].position
        position.needs_typename |= self._is_mixed(position)
        options = list(voids)
        for base in bases:
            if base.at.is_interface_object:
                options += self._lookups.reals(base)
            elif base.at.is_abstract or types is None or base.at.name in types:
                options.append(base)
        if not options:
            raise Unreachable(bases[0].at.name, "__typename", bases)
        self._state.demands.append(tuple(options))

    def _is_mixed(self, position: Position) -> bool:
        types = self._state.graph.supergraph.types
        return len(position.types) > 1 or any(types[t].kind != "object" for t in position.types)

    def _field(
        self,
        bases: Sequence[Path],
        field: Field,
        voids: Sequence[Path],
        types: frozenset[str] | None,
        condition: str | None,
    ) -> None:
        self._state.budget.tick()
        if field.name in META_FIELDS:  # below the root, where a field gives the query root again
            raise Unreachable(field.parent, field.name, bases)
        if types is None and field.selections is None and len(bases) == 1 and not self._state.settled:
            leaf = self._fields.leaf(bases[0], field)
            if leaf is not None:
                self._state.demands.append((leaf, *voids))
                leaf.is_asked = not (voids or self._state.internal or self._state.part)
                return
        ready, spread = list[Path](), list[Path]()
        for base in self._typed(bases, types):
            cast = self._cast(base, field, types, condition)
            if cast is base and base.at.is_abstract and not self._together(base.at, field, types):
                spread.append(base)
            elif base.at.is_interface_object and not self._state.graph.is_uniform(field.parent, field.name):
                spread += self._lookups.reals(base)
            else:
                ready.append(cast)
        if ready and self._try(ready, field, voids):
            return
        spread += [r for b in ready if b.at.is_interface_object for r in self._lookups.reals(b)]
        spread += [b for b in ready if b.at.is_abstract]
        self._each(spread, field, voids, types)

    def _try(self, ready: Sequence[Path], field: Field, voids: Sequence[Path]) -> bool:
        """Ask; where objects may yet be asked type by type, what cannot be answered below is no answer."""
        before = len(self._state.demands)
        try:
            return self._ask(ready, field, voids)
        except Unreachable:
            if not any(b.at.is_abstract or b.at.is_interface_object for b in ready):
                raise
            del self._state.demands[before:]
            return False

    def _typed(self, bases: Sequence[Path], types: frozenset[str] | None) -> Iterator[Path]:
        """Leave interface objects for their real interface where runtime types matter."""
        for base in bases:
            if types is not None and base.at.is_interface_object:
                yield from self._lookups.reals(base)
            else:
                yield base

    def _cast(self, base: Path, field: Field, types: frozenset[str] | None, condition: str | None) -> Path:
        """Narrow a path to where the field is; itself if that takes several types."""
        node = base.at
        if not node.is_abstract or types is None:
            return base
        open_types = [m for m in node.members if m in types]
        if condition and condition != node.name and self._state.graph.is_uniform(field.parent, field.name):
            narrow = self._state.graph.down(node, condition)
            if narrow and field.name in narrow.edges and self._covers(narrow, node, open_types):
                return self._down(base, condition) or base
        if len(open_types) == 1:
            return self._down(base, open_types[0]) or base
        return base

    def _covers(self, narrow: Node, node: Node, open_types: list[str]) -> bool:
        return {m for m in narrow.members if m in node.members} == set(open_types)

    def _together(self, node: Node, field: Field, types: frozenset[str] | None) -> bool:
        """Whether a field can be asked of an abstract type as a whole."""
        if types is not None and not types.issuperset(node.members):
            return False
        if not self._state.graph.is_uniform(field.parent, field.name):
            return False
        return field.name in node.edges or any(
            field.name in m.target.edges for m in self._state.graph.moves(node) if m.target.name == node.name
        )

    def _each(
        self, bases: Sequence[Path], field: Field, voids: Sequence[Path], types: frozenset[str] | None
    ) -> None:
        """Ask for a field type by type, of those subgraphs' objects for whose every type it can be had.

        Another subgraph's object may be of another type: what one cannot give, the other does not make good.
        """
        able = [b for b in bases if len(bases) == 1 or self._is_able(b, field, types)]
        names = dict.fromkeys(m for b in able for m in _members(b.at, types))
        if not names:  # also an interface without types: nothing can tell its objects apart
            raise Unreachable(field.parent, field.name, bases)
        known = self._state.graph.supergraph.types
        for name in names:
            if field.name not in known[name].fields:  # a supergraph that contradicts itself
                raise Unreachable(name, field.name, bases)
            down, void = list[Path](), list(voids)
            for base in able:
                narrow = self._down(base, name)
                if narrow is None:
                    void.append(base)
                else:
                    down.append(narrow)
            if not down or not self._ask(down, field, void, name):
                raise Unreachable(field.parent, field.name, bases)

    def _is_able(self, base: Path, field: Field, types: frozenset[str] | None) -> bool:
        """Whether a field can be had for every type of a path's objects, with all that is below it."""
        key = (base, id(field), types, self._state.part)
        found = self._able.get(key)
        if found is None:
            before = len(self._state.demands)
            try:
                self._each([base], field, (), types)
                found = True
            except Unreachable:
                found = False
            del self._state.demands[before:]
            self._able[key] = found
        return found

    def _down(self, base: Path, name: str) -> Path | None:
        if base.at.name == name:
            return base
        found = base.existing(name)
        if found is None:
            node = self._state.graph.down(base.at, name)
            if node is None:
                return None
            found = self._state.grow(base, name, "down", node, base.position)
        return found

    def _ask(
        self, bases: Sequence[Path], field: Field, voids: Sequence[Path], owner: str | None = None
    ) -> bool:
        options = self._fields.options(bases, field, owner)
        if not options:
            return False
        before = len(self._state.demands)
        if field.selections is not None:
            self.walk(options, field.selections, voids)
        if len(self._state.demands) == before:
            self._state.demands.append((*options, *voids))
        return True


def _members(node: Node, types: frozenset[str] | None) -> list[str]:
    return [m for m in node.members if types is None or m in types]
