"""The shape of a plan's merged data: for each object position, who gives what, and what the client sees.

Enters: a plan. Leaves: a tree of ``Position``; ``position_at`` finds the one a fetch's path leads to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from graphql import GraphQLNamedType, GraphQLObjectType, GraphQLOutputType, get_named_type

from ...planning.plan import Path, PathKey, QueryPlan, ResponseField, ResponseSelection, Shape

STRINGS = frozenset({"ID", "String"})


class CannotCompile(Exception):
    """The plan has something that the compiler leaves to the interpreter."""


@dataclass(slots=True)
class Position:
    """Where objects stand in the merged data.

    ``creators`` are the fetches whose answers hold the objects themselves; ``given`` says which fetches
    give each source key; ``views`` are the client's selections on the objects (none: hidden).
    """

    declared: GraphQLNamedType | None
    views: list[ResponseSelection]
    creators: set[int] = field(default_factory=set)
    given: dict[str, list[int]] = field(default_factory=dict)
    children: dict[str, Position] = field(default_factory=dict)
    attributes: dict[str, str] | None = None
    """Of a struct: the attribute of each key (forms.py). None: the objects are dicts."""

    @property
    def is_abstract(self) -> bool:
        """Whether the fields that an object has depend on its runtime type."""
        return any(view.by_type for view in self.views)

    def fields(self, source: str) -> Iterator[ResponseField]:
        """Give the client's fields that show a source key, of any runtime type."""
        for view in self.views:
            for fields in (view.fields, *view.by_type.values()):
                yield from (shown for shown in fields if shown.source == source)

    def type_of(self, source: str) -> GraphQLOutputType | None:
        """Give the API type of a source key; None if the client does not see it."""
        types = {str(shown.type): shown.type for shown in self.fields(source)}
        if len(types) > 1:
            raise CannotCompile(f"{source} has several types")
        return next(iter(types.values()), None)

    def is_sure(self, source: str) -> bool:
        """Whether every object here has the key, once the fetch that made it is answered."""
        if self.is_abstract or (len(self.creators) > 1 and self.declared is not None):
            return False
        return self.is_own(source)

    def item(self, variable: str, key: str) -> str:
        """The expression for the value of a key that is there."""
        return f"{variable}[{key!r}]" if self.attributes is None else f"{variable}.{self.attributes[key]}"

    def value(self, variable: str, key: str) -> str:
        """The expression for the value of a key; None or UNSET where it is absent."""
        return self.item(variable, key) if self.attributes is not None else f"{variable}.get({key!r})"

    def may_be(self, types: frozenset[str] | None) -> bool:
        """Whether objects of one of these types can stand here; a struct's type is known."""
        if types is None or self.attributes is None or self.declared is None:
            return True
        return self.declared.name in types

    def leaf_name(self, source: str) -> str | None:
        """Name the leaf type of a source key's values; None for lists and where it is not known.

        A key that the client does not see is the field of its name, as a key with another field is renamed.
        """
        declared = self.type_of(source)
        if declared is None and isinstance(self.declared, GraphQLObjectType):
            hidden = self.declared.fields.get(source)
            declared = None if hidden is None else hidden.type
        return None if declared is None else str(declared).rstrip("!")

    def is_string(self, source: str) -> bool:
        """Whether a value, if it is there and not null, is a string."""
        return self.leaf_name(source) in STRINGS

    def is_own(self, source: str) -> bool:
        """Whether the objects come with the key."""
        return not self.creators.isdisjoint(self.given.get(source, ()))


def lay_out(plan: QueryPlan) -> Position:
    """Build the tree of positions of a plan's merged data."""
    root = _position(None, [plan.response])
    for fetch in plan.fetches:
        position = position_at(root, fetch.path)
        if not fetch.path:
            root.creators.add(fetch.id)
        _add_shape(position, fetch.shape, fetch.id)
    return root


def position_at(root: Position, path: Path) -> Position:
    """Find the position of a fetch's objects."""
    position = root
    for step in path:
        if isinstance(step, PathKey):
            if step.name not in position.children:
                raise CannotCompile(f"nothing gives {step.name}")
            position = position.children[step.name]
    return position


def _add_shape(position: Position, shape: Shape, fetch_id: int) -> None:
    for key, below in shape.items():
        position.given.setdefault(key, []).append(fetch_id)
        if below is not None:
            child = _child(position, key)
            child.creators.add(fetch_id)
            _add_shape(child, below, fetch_id)


def _child(position: Position, key: str) -> Position:
    if key not in position.children:
        declared = position.type_of(key)
        shown = [s.selection for s in position.fields(key) if s.selection is not None]
        named = None if declared is None else get_named_type(declared)
        position.children[key] = _position(named, shown)
    return position.children[key]


def _position(declared: GraphQLNamedType | None, shown: Iterable[ResponseSelection]) -> Position:
    """A position that the client sees with these selections, each once."""
    return Position(declared, list({id(view): view for view in shown}.values()))
