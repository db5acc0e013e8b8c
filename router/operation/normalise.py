"""An operation and the values of its Boolean variables → selections of fields and inline fragments.

Fragments that narrow nothing are dissolved, those that can match nothing are dropped, fields of one response
key that stand side by side are merged. What is left has the order in which GraphQL collects fields.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
    StringValueNode,
)

from ..supergraph import SupergraphType
from .errors import OperationError
from .print_values import print_arguments, print_directives
from .read_operation import Operation, condition
from .selections import Deferral, Field, Fragment, Selection, Selections

Types = Mapping[str, SupergraphType]

ANY = "*"

# Selections after expansion; a document of 15,000 tokens (the default limit) cannot honestly come near it.
MAX_SELECTIONS = 100_000


def normalise(
    operation: Operation,
    conditions: Mapping[str, bool],
    types: Types,
    root: str,
    *,
    max_selections: int = MAX_SELECTIONS,
    defer: bool = False,
) -> Selections:
    """Normalise an operation on root type ``root``; without ``defer`` deferred fragments are as others.

    Raises OperationError: OPERATION_TOO_LARGE if fragments expand to more than ``max_selections``,
    DEFER_IN_SUBSCRIPTION if a variable turns ``@defer`` on where it can't be.
    """
    syntax = operation.read()
    normaliser = Normaliser(types, syntax.fragments, conditions, max_selections)
    is_subscription = operation.kind == "subscription"
    if operation.has_deferred and (defer or is_subscription):
        # Root fields of a mutation have effects, in order: none of them can come later.
        normaliser.undeferred = root if operation.kind == "mutation" else None
    selections = normaliser.selections([syntax.definition.selection_set], root)
    if is_subscription and normaliser.deferrals:
        raise OperationError("DEFER_IN_SUBSCRIPTION", "@defer can't be used in a subscription.")
    return selections


class Normaliser:
    """Normalises selection sets of one document."""

    def __init__(
        self,
        types: Types,
        fragments: Mapping[str, FragmentDefinitionNode],
        conditions: Mapping[str, bool],
        max_selections: int = MAX_SELECTIONS,
    ) -> None:
        self._types = types
        self._fragments = fragments
        self._conditions = conditions
        self._left = max_selections
        self.deferrals = 0
        self.undeferred: str | None = ANY
        """The type whose fragments are not deferred, or ``ANY``; None if all may be."""

    def selections(self, sets: list[SelectionSetNode], parent: str) -> Selections:
        """Normalise selection sets that apply to the same object of type ``parent``."""
        level = _Level(parent)
        for node in sets:
            self._collect(node, level, set())
        return tuple(self._finished(item) for item in level.items)

    def _collect(self, selection_set: SelectionSetNode, level: _Level, seen: set[str]) -> None:
        for node in selection_set.selections:
            self._left -= 1
            if self._left < 0:
                raise OperationError("OPERATION_TOO_LARGE", "The operation's fragments expand too far.")
            if node.directives and not self._included(node.directives):
                continue
            match node:
                case FieldNode():
                    level.add_field(node)
                case InlineFragmentNode():
                    on = node.type_condition.name.value if node.type_condition else level.parent
                    self._fragment(on, node.selection_set, node.directives, level, seen)
                case FragmentSpreadNode():
                    self._spread(node, level, seen)

    def _spread(self, node: FragmentSpreadNode, level: _Level, seen: set[str]) -> None:
        deferred = self._deferral(node.directives, level.parent)
        if node.name.value in seen and not deferred:
            return
        if not deferred:
            seen.add(node.name.value)
        fragment = self._fragments[node.name.value]
        on = fragment.type_condition.name.value
        self._fragment(on, fragment.selection_set, node.directives, level, seen)

    def _fragment(
        self,
        on: str,
        selection_set: SelectionSetNode,
        directives: tuple[DirectiveNode, ...],
        level: _Level,
        seen: set[str],
    ) -> None:
        deferred = self._deferral(directives, level.parent)
        relation = self._relation(level.parent, on)
        if relation == "none":
            return
        if relation == "all" and not deferred:
            self._collect(selection_set, level, seen)
            return
        deferral = None
        if deferred:
            self.deferrals += 1
            deferral = Deferral(self.deferrals, deferred[0], narrows=relation != "all")
        inner = level.fragment(level.parent if relation == "all" else on, deferral)
        self._collect(selection_set, inner, set(seen))

    def _relation(self, parent: str, on: str) -> str:
        """Whether a condition narrows nothing (``all``), something, or leaves ``none``.

        A union whose members all implement an interface still lacks its fields, hence is narrowed by it.
        """
        if parent == on or parent.startswith("__"):
            return "all"
        above = self._types[parent]
        if on in above.interfaces or (above.kind == "object" and parent in self._types[on].members):
            return "all"
        return "some" if above.members & self._types[on].members else "none"

    def _included(self, directives: tuple[DirectiveNode, ...]) -> bool:
        for directive in directives:
            name = directive.name.value
            if name == "skip" and condition(directive, self._conditions):
                return False
            if name == "include" and not condition(directive, self._conditions):
                return False
        return True

    def _deferral(self, directives: tuple[DirectiveNode, ...], parent: str) -> tuple[str | None] | None:
        if self.undeferred in (ANY, parent):
            return None
        for directive in directives:
            if directive.name.value == "defer" and condition(directive, self._conditions):
                for argument in directive.arguments:
                    if argument.name.value == "label" and isinstance(argument.value, StringValueNode):
                        return (argument.value.value,)
                return (None,)
        return None

    def _finished(self, item: _Level | _PendingField) -> Selection:
        if isinstance(item, _Level):
            return Fragment(item.parent, tuple(self._finished(i) for i in item.items), item.deferral)
        if not item.sets:
            return item.field(None)
        return item.field(self.selections(item.sets, self._type_below(item.parent, item.name)))

    def _type_below(self, parent: str, name: str) -> str:
        if parent.startswith("__") or name in ("__schema", "__type"):
            return "__"
        return self._types[parent].fields[name].type.name


class _PendingField:
    """A field whose sub-selections are still being collected."""

    __slots__ = ("key", "name", "node", "parent", "sets")

    def __init__(self, node: FieldNode, key: str, parent: str) -> None:
        self.node = node
        self.key = key
        self.name = node.name.value
        self.parent = parent
        self.sets: list[SelectionSetNode] = []

    def field(self, selections: Selections | None) -> Field:
        """Make the field."""
        node = self.node
        if not (node.arguments or node.directives):
            return Field(self.key, self.name, self.parent, selections=selections)
        variables = set[str]()
        arguments = print_arguments(node.arguments, variables)
        directives = print_directives(node.directives, variables)
        return Field(
            self.key, self.name, self.parent, arguments, directives, frozenset(variables), selections
        )


class _Level:
    """Selections of one object under one type condition, in order.

    ``crossed`` are the keys of composite fields that fragments have selected since this level last did: a
    later field of such a key stands by itself, for merged into an earlier one it would overtake the fragment.

        { x { a } ... on T { x { b } } x { c } }      for a T: x has a, b, c
    """

    __slots__ = ("above", "crossed", "deferral", "fields", "items", "parent")

    def __init__(self, parent: str, deferral: Deferral | None = None, above: _Level | None = None) -> None:
        self.parent = parent
        self.deferral = deferral
        self.above = above
        self.items: list[_Level | _PendingField] = []
        self.fields: dict[str, _PendingField] = {}
        self.crossed: set[str] = set()

    def add_field(self, node: FieldNode) -> None:
        key = node.alias.value if node.alias else node.name.value
        pending = self.fields.get(key)
        if pending is None or key in self.crossed:
            self.crossed.discard(key)
            pending = self.fields[key] = _PendingField(node, key, self.parent)
            self.items.append(pending)
        if node.selection_set:
            pending.sets.append(node.selection_set)
            self._tell_above(key)

    def _tell_above(self, key: str) -> None:
        above = self.above
        while above is not None:
            above.crossed.add(key)
            above = above.above

    def fragment(self, on: str, deferral: Deferral | None) -> _Level:
        """Open an inline fragment; one of the same type right before is continued."""
        previous = self.items[-1] if self.items else None
        if isinstance(previous, _Level) and previous.parent == on and previous.deferral is deferral is None:
            return previous
        level = _Level(on, deferral, None if deferral else self)  # a deferred one is answered apart
        self.items.append(level)
        return level
