"""Join spec v0.1 names a field only at the subgraph that owns it; add what else each subgraph must have.

A key's fields exist wherever the key does (the entity comes in by them); fields of ``@requires`` and
``@provides`` exist there as external ones.
"""

from __future__ import annotations

from dataclasses import replace

from graphql import (
    FieldNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)

from .errors import SupergraphError
from .model import SubgraphField, SubgraphType


def complete_keys(by_graph: dict[str, dict[str, SubgraphType]]) -> None:
    """Add the fields that keys, ``@requires`` and ``@provides`` name, to the subgraphs that lack them."""
    merged = _all_fields(by_graph)
    for types in by_graph.values():
        for name in list(types):
            for key in types[name].keys:
                _add(types, name, key.fields, merged, external=False)
        for name in list(types):
            for f in list(types[name].fields.values()):
                _add(types, name, f.requires or "", merged, external=True)
                _add(types, f.type.name, f.provides or "", merged, external=True)


def _all_fields(by_graph: dict[str, dict[str, SubgraphType]]) -> dict[tuple[str, str], SubgraphField]:
    return {
        (t.name, f.name): f for types in by_graph.values() for t in types.values() for f in t.fields.values()
    }


def _add(
    types: dict[str, SubgraphType],
    name: str,
    field_set: str,
    merged: dict[tuple[str, str], SubgraphField],
    *,
    external: bool,
) -> None:
    if field_set:
        _add_selections(types, name, _parse(field_set), merged, external)


def _parse(field_set: str) -> SelectionSetNode:
    try:
        definition = parse(f"{{ {field_set} }}", no_location=True).definitions[0]
    except (GraphQLSyntaxError, RecursionError):
        raise SupergraphError(f"The field set {field_set!r} can't be parsed.") from None
    assert isinstance(definition, OperationDefinitionNode)
    return definition.selection_set


def _add_selections(
    types: dict[str, SubgraphType],
    name: str,
    selections: SelectionSetNode,
    merged: dict[tuple[str, str], SubgraphField],
    external: bool,
) -> None:
    for node in selections.selections:
        if isinstance(node, InlineFragmentNode):
            target = node.type_condition.name.value if node.type_condition else name
            _add_selections(types, target, node.selection_set, merged, external)
        elif isinstance(node, FieldNode) and (name, node.name.value) in merged:
            found = merged[name, node.name.value]
            # ``organization { id }``: the subgraph knows the inner type, though it may be no entity there.
            types.setdefault(name, SubgraphType(name, "object", members=(name,)))
            if node.name.value not in types[name].fields:
                added = SubgraphField(found.name, found.type, external=external)
                types[name] = replace(types[name], fields={**types[name].fields, found.name: added})
            if node.selection_set:
                _add_selections(types, found.type.name, node.selection_set, merged, external)
