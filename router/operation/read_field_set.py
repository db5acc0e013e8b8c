"""Field sets of ``@key``, ``@requires``, ``@provides`` and ``@fromContext`` → normalised selections."""

from __future__ import annotations

from collections.abc import Mapping

from graphql import (
    FieldNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    parse,
)

from ..supergraph import SupergraphType
from .normalise import Normaliser
from .selections import Selections

Types = Mapping[str, SupergraphType]


class FieldSetError(Exception):
    """A field set can't be read on its type; the message says why."""


def read_field_set(text: str, parent: str, types: Types) -> Selections:
    """Read a field set on type ``parent``: ``id org { id }`` or ``{ ... on A { b } }``.

    Raises FieldSetError on bad syntax, and where it doesn't fit the types.
    """
    try:
        selection_set = _parse(text.strip())
        _check_all(selection_set, parent, types)
        return Normaliser(types, {}, {}).selections([selection_set], parent)
    except RecursionError:
        raise FieldSetError("it nests too deep") from None


def _parse(text: str) -> SelectionSetNode:
    try:
        document = parse(text if text.startswith("{") else f"{{{text}}}", no_location=True)
    except GraphQLSyntaxError as error:
        raise FieldSetError(error.message) from None
    definition = document.definitions[0]
    if len(document.definitions) != 1 or not isinstance(definition, OperationDefinitionNode):
        raise FieldSetError("it is no selection of fields")
    return definition.selection_set


def _check_all(selection_set: SelectionSetNode, parent: str, types: Types) -> None:
    if parent not in types:
        raise FieldSetError(f"{parent} is no type to select from")
    for node in selection_set.selections:
        _check(node, parent, types)


def _check(node: SelectionNode, parent: str, types: Types) -> None:
    if node.directives:
        raise FieldSetError("it can't use directives")
    if isinstance(node, InlineFragmentNode):
        condition = node.type_condition.name.value if node.type_condition else parent
        _check_all(node.selection_set, condition, types)
    elif not isinstance(node, FieldNode):
        raise FieldSetError("it can't use named fragments")
    elif node.name.value != "__typename":
        _check_field(node, parent, types)


def _check_field(node: FieldNode, parent: str, types: Types) -> None:
    found = types[parent].fields.get(node.name.value)
    if found is None:
        raise FieldSetError(f"there is no field {parent}.{node.name.value}")
    if any(_has_variable(argument.value) for argument in node.arguments):
        raise FieldSetError("it can't use variables")
    below = found.type.name
    if node.selection_set is not None:
        _check_all(node.selection_set, below, types)
    elif below in types:
        raise FieldSetError(f"{parent}.{node.name.value} is a {below}: say which of its fields")


def _has_variable(value: Node) -> bool:
    """Look into lists and objects too."""
    if isinstance(value, VariableNode):
        return True
    inner = [*getattr(value, "values", ()), *(f.value for f in getattr(value, "fields", ()))]
    return any(map(_has_variable, inner))
