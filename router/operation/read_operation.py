"""A parsed document → the operation to run, its fragments, and what decides its variants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableDefinitionNode,
    VariableNode,
    print_ast,
)

from ..supergraph import RootKind
from .errors import OperationError
from .print_values import DECIDED, print_directives


@dataclass(frozen=True, slots=True)
class VariableDefinition:
    """A variable as the client declares it; ``text`` is ``$name:Type=default@directives``."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class OperationDirective:
    """A directive at an operation, printed; ``kinds`` are the operations that it may stand at."""

    text: str
    variables: frozenset[str]
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class OperationSyntax:
    """An operation as it is written, with the fragments of its document."""

    definition: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a document. ``boolean_variables`` decide ``@skip``, ``@include`` and ``@defer``.

    ``has_deferred``: whether ``@defer`` stands anywhere in it. ``directives`` are those at the operation, for
    subgraphs. ``syntax`` is None once it has been given up.
    """

    kind: RootKind
    name: str | None
    syntax: OperationSyntax | None
    variables: tuple[VariableDefinition, ...]
    boolean_variables: frozenset[str]
    has_deferred: bool = False
    directives: tuple[OperationDirective, ...] = ()

    def read(self) -> OperationSyntax:
        """Give what it selects; for as long as it may be planned."""
        assert self.syntax is not None, "an operation that has been planned for good"
        return self.syntax

    def without_syntax(self) -> Operation:
        """Keep what is asked of an operation after it has been planned: its syntax tree is large."""
        return replace(self, syntax=None)


def read_operation(document: DocumentNode, operation_name: str | None, schema: GraphQLSchema) -> Operation:
    """Pick the operation to run from a validated document.

    Raises OperationError: OPERATION_RESOLUTION_FAILURE if none or several match ``operation_name``.
    """
    definition = _pick(document, operation_name)
    kind: RootKind = definition.operation.value
    if schema.get_root_type(definition.operation) is None:
        raise OperationError("OPERATION_RESOLUTION_FAILURE", f"The schema has no {kind} type.")
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    directives = _decided(definition, fragments)
    return Operation(
        kind=kind,
        name=definition.name.value if definition.name else None,
        syntax=OperationSyntax(definition, fragments),
        variables=tuple(map(_variable, definition.variable_definitions)),
        boolean_variables=frozenset(name for d in directives for name in _condition_variable(d)),
        has_deferred=any(d.name.value == "defer" for d in directives),
        directives=tuple(_applied(node, schema) for node in definition.directives),
    )


def _pick(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if name is not None and name != "":
        operations = [d for d in operations if d.name and d.name.value == name]
        if not operations:
            raise OperationError("OPERATION_RESOLUTION_FAILURE", f"Unknown operation named '{name}'.")
    if not operations:
        raise OperationError("OPERATION_RESOLUTION_FAILURE", "The document has no operation.")
    if len(operations) > 1:
        raise OperationError(
            "OPERATION_RESOLUTION_FAILURE",
            "The document has several operations: say which one to run with operationName.",
        )
    return operations[0]


def _variable(node: VariableDefinitionNode) -> VariableDefinition:
    default = f"={print_ast(node.default_value)}" if node.default_value else ""
    name = node.variable.name.value
    directives = print_directives(node.directives, set())
    return VariableDefinition(name, f"${name}:{print_ast(node.type)}{default}{directives}")


def _applied(node: DirectiveNode, schema: GraphQLSchema) -> OperationDirective:
    variables = set[str]()
    text = print_directives([node], variables)
    declared = schema.get_directive(node.name.value)
    kinds = frozenset(location.name.lower() for location in declared.locations) if declared else frozenset()
    return OperationDirective(text, frozenset(variables), kinds)


def _decided(
    definition: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> list[DirectiveNode]:
    """Find the directives that are decided before planning."""
    found, seen = list[DirectiveNode](), set[str]()
    pending: list[SelectionSetNode] = [definition.selection_set]
    while pending:
        for node in pending.pop().selections:
            found += [d for d in node.directives if d.name.value in DECIDED]
            if isinstance(node, FragmentSpreadNode):
                fragment = fragments.get(node.name.value)
                if fragment and node.name.value not in seen:
                    seen.add(node.name.value)
                    pending.append(fragment.selection_set)
            elif isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set:
                pending.append(node.selection_set)
    return found


def _condition_variable(directive: DirectiveNode) -> set[str]:
    return {
        a.value.name.value
        for a in directive.arguments
        if a.name.value == "if" and isinstance(a.value, VariableNode)
    }


def condition(directive: DirectiveNode, conditions: Mapping[str, bool]) -> bool:
    """Evaluate a directive's ``if`` (true where it has none)."""
    for argument in directive.arguments:
        if argument.name.value == "if":
            match argument.value:
                case BooleanValueNode(value=value):
                    return bool(value)
                case VariableNode(name=name):
                    return bool(conditions.get(name.value, False))
    return True
