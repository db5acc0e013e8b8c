"""What subgraphs require and provide → the fields that they have to declare ``@external`` for it."""

from __future__ import annotations

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from tests.router.differential.field_sets import read_set
from tests.router.differential.graph import Graph, ObjectType


def declare_externals(graph: Graph) -> None:
    """Fill in ``ObjectType.externals``."""
    for type_ in graph.types.values():
        for made in type_.fields.values():
            for subgraph in made.owners:
                if made.requires:
                    _declare(graph, type_.name, read_set(made.requires), subgraph)
                if made.provides:
                    _declare(graph, made.named, read_set(made.provides), subgraph)
    for abstract in graph.abstracts.values():
        for made in abstract.as_object.fields.values() if abstract.as_object else ():
            if made.provides:
                _declare(graph, made.named, read_set(made.provides), made.owners[0])


def _declare(graph: Graph, type_name: str, selections: SelectionSetNode, subgraph: str) -> None:
    for node in selections.selections:
        if isinstance(node, InlineFragmentNode):
            assert node.type_condition is not None
            _declare(graph, node.type_condition.name.value, node.selection_set, subgraph)
        elif isinstance(node, FieldNode) and type_name in graph.types:
            _declare_field(graph, graph.types[type_name], node, subgraph)


def _declare_field(graph: Graph, type_: ObjectType, node: FieldNode, subgraph: str) -> None:
    made = type_.fields[node.name.value]
    if subgraph not in made.owners:
        type_.externals.setdefault(subgraph, set()).add(made.name)
    if node.selection_set is not None:
        _declare(graph, made.named, node.selection_set, subgraph)
