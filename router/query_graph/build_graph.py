"""``Supergraph`` → ``QueryGraph``."""

from __future__ import annotations

from ..operation import FieldSetError, Selections, read_field_set
from ..supergraph import SubgraphField, SubgraphType, Supergraph, SupergraphError
from .differing_members import fields_of_differing_members
from .graph import Edge, Move, Node, QueryGraph

Nodes = dict[tuple[str, str], Node]


def build_graph(supergraph: Supergraph) -> QueryGraph:
    """Build the query graph. Raises SupergraphError where a field set names what does not exist."""
    nodes = _nodes(supergraph)
    for node in nodes.values():
        _add_edges(node, nodes, supergraph)
    for node in nodes.values():
        if node.type.kind == "interface":
            _close_uneven_edges(node, nodes, supergraph)
    graph = QueryGraph(
        supergraph, nodes, _keys(nodes, supergraph), fields_of_differing_members(nodes, supergraph)
    )
    for node in nodes.values():
        for edge in node.edges.values():
            if edge.provides and edge.target is not None:
                edge.target = graph.provided(edge.target, edge.provides)
    return graph


def _nodes(supergraph: Supergraph) -> Nodes:
    return {
        (subgraph, name): Node(subgraph, name, found, found.members, {}, {})
        for subgraph, types in supergraph.subgraph_types.items()
        for name, found in types.items()
        if name in supergraph.types
    }


def _add_edges(node: Node, nodes: Nodes, supergraph: Supergraph) -> None:
    composites = supergraph.types
    for name, field in node.type.fields.items():
        target = nodes.get((node.subgraph, field.type.name))
        if target is None and field.type.name in composites:
            continue  # join v0.1 has value types everywhere, also where their fields' types are not
        where = f"{node.name}.{name} of subgraph {node.subgraph}"
        requires = _field_set(field.requires, node.name, supergraph, where)
        provides = _field_set(field.provides, field.type.name, supergraph, where)
        _check_contexts(field, supergraph, where)
        edge = Edge(name, field, target, requires, provides)
        (node.externals if field.external else node.edges)[name] = edge


def _field_set(text: str | None, parent: str, supergraph: Supergraph, where: str) -> Selections | None:
    if not text:
        return None
    try:
        return read_field_set(text, parent, supergraph.types)
    except FieldSetError as error:
        raise SupergraphError(f"{where}: the field set {text!r} does not fit {parent}: {error}.") from None


def _check_contexts(field: SubgraphField, supergraph: Supergraph, where: str) -> None:
    """What a field reads from a context can be read of every type that sets the context."""
    for argument in field.context_arguments:
        setters = [t for t in supergraph.types.values() if argument.context in t.contexts]
        if not setters:
            raise SupergraphError(f"{where}: no type sets the context {argument.context}.")
        for setter in setters:
            _field_set(argument.selection, setter.name, supergraph, where)


def _close_uneven_edges(node: Node, nodes: Nodes, supergraph: Supergraph) -> None:
    """Keep an interface's field only where every object type of the subgraph resolves it by itself."""
    for name in list(node.edges):
        for member in node.type.members:
            below = nodes.get((node.subgraph, member))
            edge = below.edges.get(name) if below else None
            if edge is None or edge.requires or edge.field.label or edge.field.context_arguments:
                node.externals[name] = node.edges.pop(name)
                break


def _keys(nodes: Nodes, supergraph: Supergraph) -> dict[str, tuple[Move, ...]]:
    moves: dict[str, tuple[Move, ...]] = {}
    for (subgraph, name), node in nodes.items():
        found = _resolvable(node.type, f"{name} of subgraph {subgraph}", supergraph)
        moves[name] = (*moves.get(name, ()), *(Move(node, key) for key in found))
    return moves


def _resolvable(found: SubgraphType, where: str, supergraph: Supergraph) -> list[Selections]:
    keys = (_field_set(k.fields, found.name, supergraph, where) for k in found.keys if k.resolvable)
    return [key for key in keys if key]
