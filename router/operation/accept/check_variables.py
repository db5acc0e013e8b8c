"""An operation's variable definitions against all uses of variables; or a doubt."""

from __future__ import annotations

from collections.abc import Iterable

from graphql import (
    GraphQLInputType,
    GraphQLNonNull,
    NullValueNode,
    OperationDefinitionNode,
    Undefined,
    ValueNode,
    VariableDefinitionNode,
)

from .check_selections import Uses
from .check_values import VariableUse, check_value
from .doubt import Doubt
from .schema_facts import SchemaFacts

Declared = dict[str, tuple[GraphQLInputType, ValueNode | None]]


def check_variables(operation: OperationDefinitionNode, uses: Iterable[Uses], facts: SchemaFacts) -> None:
    """Check that each variable is declared once, used, and fits where it stands. Raises Doubt."""
    declared: Declared = {}
    for node in operation.variable_definitions:
        _declare(node, declared, facts)
    used = set[str]()
    for each in uses:
        for use in each.variables:
            used.add(use.name)
            _check_use(use, declared, facts)
    if len(used) != len(declared):
        raise Doubt


def _declare(node: VariableDefinitionNode, declared: Declared, facts: SchemaFacts) -> None:
    name = node.variable.name.value
    if name in declared or node.directives:
        raise Doubt
    type_ = facts.input_type(node.type)
    if node.default_value is not None:
        check_value(node.default_value, type_, Undefined, [])
    declared[name] = (type_, node.default_value)


def _check_use(use: VariableUse, declared: Declared, facts: SchemaFacts) -> None:
    """Spec section 5.8.5, All Variable Usages Are Allowed."""
    if use.name not in declared:
        raise Doubt
    type_, default = declared[use.name]
    wanted = use.type
    if isinstance(wanted, GraphQLNonNull) and not isinstance(type_, GraphQLNonNull):
        has_default = default is not None and not isinstance(default, NullValueNode)
        if not has_default and use.default is Undefined:
            raise Doubt
        wanted = wanted.of_type
    if not facts.fits(type_, wanted):
        raise Doubt
