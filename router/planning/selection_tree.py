"""What one fetch selects: a mutable tree that paths are placed into, and its text and shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from ..operation import Field
from .plan import Shape

Names = Mapping[str, str]
"""Types that the subgraph calls otherwise than the supergraph, and how."""


class SelectionTree:
    """A selection set under construction; ``fields`` in order, ``fragments`` by type condition.

    Fields are told apart by their source key, and by their directives where they have some.
    """

    __slots__ = ("fields", "fragments", "has_typename", "has_within")

    def __init__(self) -> None:
        self.fields: dict[object, FieldTree] = {}
        self.fragments: dict[str, SelectionTree] = {}
        self.has_typename = False
        self.has_within = False

    def fragment(self, on: str) -> SelectionTree:
        """Narrow to a type."""
        return self.fragments.setdefault(on, SelectionTree())

    def field(self, source: str, field: Field, arguments: str) -> FieldTree:
        """Add a field under its source key, or find it."""
        key = (source, field.marks) if field.marks else source
        found = self.fields.get(key)
        if found is None:
            found = self.fields[key] = FieldTree(source, field, arguments)
            self.has_within |= bool(field.within)
        return found

    @property
    def is_empty(self) -> bool:
        """Whether nothing is selected."""
        return not (self.fields or self.fragments or self.has_typename)

    def text(self, names: Names) -> str:
        """Print minimal GraphQL. An empty set asks for ``__typename``: is the object there at all?"""
        return "{" + " ".join(self._items(names)) + "}"

    def _items(self, names: Names) -> Iterator[str]:
        if self.has_typename or self.is_empty:
            yield "__typename"
        if self.has_within:
            yield from self._fields_within(names)
        else:
            for field in self.fields.values():
                yield field.text(names)
        for on, tree in self.fragments.items():
            yield f"...on {names.get(on, on)}{tree.text(names)}"

    def _fields_within(self, names: Names) -> Iterator[str]:
        """Print fields in the fragments whose directives are theirs, in order: a mutation's have effects."""
        for within, fields in groupby(self.fields.values(), key=lambda field: field.within):
            text = " ".join(field.text(names) for field in fields)
            for directives in reversed(within):
                text = f"...{directives}{{{text}}}"
            yield text

    def shape(self) -> Shape:
        """List the source keys over all types."""
        shape: dict[str, Shape | None] = {}
        self._add_to(shape)
        return shape

    def _add_to(self, shape: dict[str, Shape | None]) -> None:
        if self.has_typename or self.is_empty:
            shape["__typename"] = None
        for field in self.fields.values():
            if field.below is None:
                shape[field.source] = None
            else:
                inner = shape.setdefault(field.source, {})
                assert isinstance(inner, dict)
                field.below._add_to(inner)
        for tree in self.fragments.values():
            tree._add_to(shape)


class FieldTree:
    """A field under its source key; ``below`` is None for leaves."""

    __slots__ = ("arguments", "below", "directives", "name", "source", "within")

    def __init__(self, source: str, field: Field, arguments: str) -> None:
        self.source = source
        self.name = field.name
        self.arguments = arguments
        self.directives = field.directives
        self.within = field.within
        self.below: SelectionTree | None = None

    def open(self) -> SelectionTree:
        """Select below the field."""
        if self.below is None:
            self.below = SelectionTree()
        return self.below

    def text(self, names: Names) -> str:
        """Print the field."""
        alias = "" if self.source == self.name else f"{self.source}:"
        below = self.below.text(names) if self.below is not None else ""
        return f"{alias}{self.name}{self.arguments}{self.directives}{below}"
