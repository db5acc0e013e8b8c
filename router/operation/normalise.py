"""An operation and the values of its Boolean variables → selections of fields and inline fragments.

Fragments that narrow nothing are dissolved, those that can match nothing are dropped, fields of one response
key that stand side by side are merged. What is left has the order in which GraphQL collects fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
)

from ..supergraph import SupergraphType
from .errors import OperationError
from .level import Level, PendingField, Within, within_too
from .read_operation import Operation, condition
from .selections import Deferral, Fragment, Selection, Selections

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


@dataclass(slots=True)
class _Opened:
    """A selection set being read: what is left of it, where it goes, the fragments spread there so far."""

    nodes: Iterator[SelectionNode]
    level: Level
    seen: set[object]
    within: Within


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
        level = Level(parent)
        for node in sets:
            self._collect(_Opened(iter(node.selections), level, set(), ()))
        return tuple(self._finished(item) for item in level.items)

    def _collect(self, outermost: _Opened) -> None:
        """Collect fields in the order in which fragments, once expanded, have them.

        Fragments are opened one inside another without a call for each: they may be a thousand.
        """
        pending = [outermost]
        while pending:
            opened = pending[-1]
            for node in opened.nodes:
                self._left -= 1
                if self._left < 0:
                    raise OperationError("OPERATION_TOO_LARGE", "The operation's fragments expand too far.")
                if node.directives and not self._included(node.directives):
                    continue
                if isinstance(node, FieldNode):
                    opened.level.add_field(node, opened.within)
                elif (inner := self._opened(node, opened)) is not None:
                    pending.append(inner)
                    break
            else:
                pending.pop()

    def _opened(self, node: SelectionNode, around: _Opened) -> _Opened | None:
        """Go into a fragment; None if there is nothing in it, or nothing new."""
        if isinstance(node, InlineFragmentNode):
            on = node.type_condition.name.value if node.type_condition else around.level.parent
            within = within_too(around.within, node.directives)
            return self._fragment(on, node.selection_set, node.directives, around, within)
        assert isinstance(node, FragmentSpreadNode)
        return self._spread(node, around)

    def _spread(self, node: FragmentSpreadNode, around: _Opened) -> _Opened | None:
        deferred = self._deferral(node.directives, around.level.parent)
        within = within_too(around.within, node.directives)
        name = (node.name.value, within) if within else node.name.value
        if name in around.seen and not deferred:
            return None
        if not deferred:
            around.seen.add(name)
        fragment = self._fragments[node.name.value]
        within = within_too(within, fragment.directives)
        on = fragment.type_condition.name.value
        return self._fragment(on, fragment.selection_set, node.directives, around, within)

    def _fragment(
        self,
        on: str,
        selection_set: SelectionSetNode,
        directives: tuple[DirectiveNode, ...],
        around: _Opened,
        within: Within,
    ) -> _Opened | None:
        level = around.level
        deferred = self._deferral(directives, level.parent)
        relation = self._relation(level.parent, on)
        if relation == "none":
            return None
        if relation == "all" and not deferred:
            return _Opened(iter(selection_set.selections), level, around.seen, within)
        deferral = None
        if deferred:
            self.deferrals += 1
            deferral = Deferral(self.deferrals, deferred[0], narrows=relation != "all")
        inner = level.fragment(level.parent if relation == "all" else on, deferral)
        return _Opened(iter(selection_set.selections), inner, set(around.seen), within)

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

    def _finished(self, item: Level | PendingField) -> Selection:
        if isinstance(item, Level):
            return Fragment(item.parent, tuple(self._finished(i) for i in item.items), item.deferral)
        if not item.sets:
            return item.field(None)
        return item.field(self.selections(item.sets, self._type_below(item.parent, item.name)))

    def _type_below(self, parent: str, name: str) -> str:
        if parent.startswith("__") or name in ("__schema", "__type"):
            return "__"
        return self._types[parent].fields[name].type.name
