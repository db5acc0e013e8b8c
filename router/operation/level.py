"""One object's selections while they are collected: fields and fragments, in the order of the response."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from graphql import DirectiveNode, FieldNode, SelectionSetNode

from .print_values import print_arguments, print_directives
from .selections import Deferral, Field, Selections


@dataclass(frozen=True, slots=True)
class Applied:
    """The directives at one place that are meant for subgraphs, and the variables in them."""

    text: str
    variables: frozenset[str]


NOTHING = Applied("", frozenset())
Within: TypeAlias = tuple[Applied, ...]
"""What applies to the fragments that a field stands in, outermost first."""


def applied_at(directives: tuple[DirectiveNode, ...]) -> Applied | None:
    """Read the directives of one place; None if none is for subgraphs."""
    variables = set[str]()
    text = print_directives(directives, variables) if directives else ""
    return Applied(text, frozenset(variables)) if text else None


def within_too(around: Within, directives: tuple[DirectiveNode, ...]) -> Within:
    """The directives of fragments inside one another, one more added if it has any."""
    own = applied_at(directives)
    return around if own is None else (*around, own)


class PendingField:
    """A field whose sub-selections are still being collected."""

    __slots__ = ("applied", "key", "name", "node", "parent", "sets", "within")

    def __init__(
        self, node: FieldNode, key: str, parent: str, applied: Applied | None, within: Within
    ) -> None:
        self.node = node
        self.key = key
        self.name = node.name.value
        self.parent = parent
        self.applied = applied
        self.within = within
        self.sets: list[SelectionSetNode] = []

    def has_just(self, applied: Applied | None, within: Within) -> bool:
        """Whether these are its directives."""
        return self.applied == applied and self.within == within

    def field(self, selections: Selections | None) -> Field:
        """Make the field."""
        node = self.node
        if not (node.arguments or self.applied or self.within):
            return Field(self.key, self.name, self.parent, selections=selections)
        variables = set[str]()
        arguments = print_arguments(node.arguments, variables)
        own = self.applied or NOTHING
        variables.update(own.variables, *(each.variables for each in self.within))
        within = tuple(each.text for each in self.within)
        return Field(
            self.key,
            self.name,
            self.parent,
            arguments,
            own.text,
            frozenset(variables),
            selections,
            within,
            "{".join((*within, own.text)),
        )


class Level:
    """Selections of one object under one type condition, in order.

    ``crossed`` are the keys of composite fields that fragments have selected since this level last did: a
    later field of such a key stands by itself, for merged into an earlier one it would overtake the fragment.

        { x { a } ... on T { x { b } } x { c } }      for a T: x has a, b, c
    """

    __slots__ = ("above", "crossed", "deferral", "fields", "items", "parent")

    def __init__(self, parent: str, deferral: Deferral | None = None, above: Level | None = None) -> None:
        self.parent = parent
        self.deferral = deferral
        self.above = above
        self.items: list[Level | PendingField] = []
        self.fields: dict[str, PendingField] = {}
        self.crossed: set[str] = set()

    def add_field(self, node: FieldNode, within: Within) -> None:
        """Add a field; what is the same as before, directives included, is merged into it."""
        key = node.alias.value if node.alias else node.name.value
        applied = applied_at(node.directives) if node.directives else None
        pending = self.fields.get(key)
        if pending is None or key in self.crossed or not pending.has_just(applied, within):
            self.crossed.discard(key)
            pending = self.fields[key] = PendingField(node, key, self.parent, applied, within)
            self.items.append(pending)
        if node.selection_set:
            pending.sets.append(node.selection_set)
            self._tell_above(key)

    def _tell_above(self, key: str) -> None:
        above = self.above
        while above is not None:
            above.crossed.add(key)
            above = above.above

    def fragment(self, on: str, deferral: Deferral | None) -> Level:
        """Open an inline fragment; one of the same type right before is continued."""
        previous = self.items[-1] if self.items else None
        if isinstance(previous, Level) and previous.parent == on and previous.deferral is deferral is None:
            return previous
        level = Level(on, deferral, None if deferral else self)  # a deferred one is answered apart
        self.items.append(level)
        return level
