"""A selection set on a type → the variables it uses and the fragments it spreads; or a doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import (
    ArgumentNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLIncludeDirective,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionSetNode,
)

from .check_values import VariableUse, check_value
from .doubt import Doubt
from .schema_facts import Composite, SchemaFacts

Fragments = Mapping[str, FragmentDefinitionNode]

CONDITIONS: Mapping[str, Mapping[str, GraphQLArgument]] = {
    "skip": GraphQLSkipDirective.args,
    "include": GraphQLIncludeDirective.args,
}
IF = frozenset({"if"})
NONE: Mapping[str, GraphQLArgument] = {}


@dataclass(slots=True)
class Uses:
    """What a definition uses of others: variables where values stand, fragments by name."""

    variables: list[VariableUse] = field(default_factory=list)
    spreads: set[str] = field(default_factory=set)


def check_selections(
    selection_set: SelectionSetNode, on: Composite, facts: SchemaFacts, fragments: Fragments
) -> Uses:
    """Check all of a selection set but overlaps. Raises Doubt."""
    checker = _Checker(facts, fragments)
    checker.check(selection_set, on)
    return checker.uses


class _Checker:
    def __init__(self, facts: SchemaFacts, fragments: Fragments) -> None:
        self.uses = Uses()
        self._facts = facts
        self._fragments = fragments

    def check(self, selection_set: SelectionSetNode, parent: Composite) -> None:
        for node in selection_set.selections:
            if node.directives:
                self._conditions(node.directives)
            if isinstance(node, FieldNode):
                self._field(node, parent)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments.get(node.name.value)
                if fragment is None:
                    raise Doubt
                self._narrowed(parent, fragment.type_condition.name.value)
                self.uses.spreads.add(node.name.value)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                self.check(
                    node.selection_set, self._narrowed(parent, condition.name.value) if condition else parent
                )

    def _narrowed(self, parent: Composite, name: str) -> Composite:
        on = self._facts.composite(name)
        if not self._facts.overlap(parent, on):
            raise Doubt
        return on

    def _field(self, node: FieldNode, parent: Composite) -> None:
        name = node.name.value
        if name == "__typename":
            if node.arguments or node.selection_set:
                raise Doubt
            return
        found = self._facts.field(parent, name)
        if node.arguments or found.required:
            self._arguments(node.arguments, found.arguments, found.required)
        if found.below is None:
            if node.selection_set:
                raise Doubt
        elif node.selection_set is None:
            raise Doubt
        else:
            self.check(node.selection_set, found.below)

    def _arguments(
        self,
        nodes: tuple[ArgumentNode, ...],
        declared: Mapping[str, GraphQLArgument],
        required: frozenset[str],
    ) -> None:
        given = set[str]()
        for node in nodes:
            name = node.name.value
            argument = declared.get(name)
            if argument is None or name in given:
                raise Doubt
            given.add(name)
            check_value(node.value, argument.type, argument.default_value, self.uses.variables)
        if not required <= given:
            raise Doubt

    def _conditions(self, directives: tuple[DirectiveNode, ...]) -> None:
        given = set[str]()
        for directive in directives:
            name = directive.name.value
            if name in given:
                raise Doubt
            given.add(name)
            self._arguments(directive.arguments, CONDITIONS.get(name, NONE), IF)
