"""What one fetch selects: a mutable tree that paths are placed into, and its text and shape."""

from __future__ import annotations

from collections.abc import Iterator

from .plan import Shape


class SelectionTree:
    """A selection set under construction; ``fields`` by source key, ``fragments`` by type condition."""

    __slots__ = ("fields", "fragments", "has_typename")

    def __init__(self) -> None:
        self.fields: dict[str, FieldTree] = {}
        self.fragments: dict[str, SelectionTree] = {}
        self.has_typename = False

    def fragment(self, on: str) -> SelectionTree:
        """Narrow to a type."""
        return self.fragments.setdefault(on, SelectionTree())

    def field(self, source: str, name: str, arguments: str, directives: str) -> FieldTree:
        """Add a field, or find it."""
        found = self.fields.get(source)
        if found is None:
            found = self.fields[source] = FieldTree(name, arguments, directives)
        return found

    @property
    def is_empty(self) -> bool:
        """Whether nothing is selected."""
        return not (self.fields or self.fragments or self.has_typename)

    def text(self) -> str:
        """Print minimal GraphQL. An empty set asks for ``__typename``: is the object there at all?"""
        return "{" + " ".join(self._items()) + "}"

    def _items(self) -> Iterator[str]:
        if self.has_typename or self.is_empty:
            yield "__typename"
        for source, field in self.fields.items():
            yield field.text(source)
        for on, tree in self.fragments.items():
            yield f"...on {on}{tree.text()}"

    def shape(self) -> Shape:
        """List the source keys over all types."""
        shape: dict[str, Shape | None] = {}
        self._add_to(shape)
        return shape

    def _add_to(self, shape: dict[str, Shape | None]) -> None:
        if self.has_typename or self.is_empty:
            shape["__typename"] = None
        for source, field in self.fields.items():
            if field.below is None:
                shape[source] = None
            else:
                inner = shape.setdefault(source, {})
                assert isinstance(inner, dict)
                field.below._add_to(inner)
        for tree in self.fragments.values():
            tree._add_to(shape)


class FieldTree:
    """A field; ``below`` is None for leaves."""

    __slots__ = ("arguments", "below", "directives", "name")

    def __init__(self, name: str, arguments: str, directives: str) -> None:
        self.name = name
        self.arguments = arguments
        self.directives = directives
        self.below: SelectionTree | None = None

    def open(self) -> SelectionTree:
        """Select below the field."""
        if self.below is None:
            self.below = SelectionTree()
        return self.below

    def text(self, source: str) -> str:
        """Print the field under its source key."""
        alias = "" if source == self.name else f"{source}:"
        below = self.below.text() if self.below is not None else ""
        return f"{alias}{self.name}{self.arguments}{self.directives}{below}"
