"""The merged supergraph → what ``read_supergraph`` reads from its SDL, composite types only.

Proving satisfiability needs a query graph; going through SDL would parse everything once more.
"""

from __future__ import annotations

from collections.abc import Iterator

from graphql import DocumentNode

from ...supergraph import (
    ContextArgument,
    Key,
    Subgraph,
    SubgraphField,
    SubgraphType,
    Supergraph,
    SupergraphField,
    SupergraphType,
    TypeKind,
    TypeRef,
)
from ..subgraph.type_refs import named
from .merged import JoinField, Merged, MergedField, MergedType

_KINDS: dict[str, TypeKind] = {"OBJECT": "object", "INTERFACE": "interface", "UNION": "union"}


def to_supergraph(merged: Merged) -> Supergraph:
    """Convert; ``document`` is empty, so that no API schema can be built from the result."""
    refs: dict[str, TypeRef] = {}
    names = {graph: name for name, graph in merged.graphs.items()}
    composites = [t for t in merged.types.values() if t.kind in _KINDS and t.join_types]
    by_graph: dict[str, dict[str, SubgraphType]] = {name: {} for name in merged.graphs}
    for type_ in composites:
        for graph, fields_there in _fields(type_, refs).items():
            by_graph[names[graph]][type_.name] = _in_graph(merged, type_, graph, fields_there)
    fields = (f for types in by_graph.values() for t in types.values() for f in t.fields.values())
    return Supergraph(
        subgraphs={
            name: Subgraph(name, graph, merged.urls[name], merged.own_names.get(graph, {}))
            for name, graph in merged.graphs.items()
        },
        subgraph_types=by_graph,
        types={t.name: _merged_type(merged, t, refs) for t in composites},
        roots=dict(merged.roots),
        labels=frozenset(f.label for f in fields if f.label is not None),
        document=DocumentNode(definitions=()),
    )


def _ref(text: str, refs: dict[str, TypeRef]) -> TypeRef:
    found = refs.get(text)
    if found is None:
        found = refs[text] = TypeRef(text, named(text), text.count("["))
    return found


def _in_graph(
    merged: Merged, type_: MergedType, graph: str, fields: dict[str, SubgraphField]
) -> SubgraphType:
    joins = [j for j in type_.join_types if j.graph == graph]
    is_interface_object = any(j.interface_object for j in joins)
    kind = "object" if is_interface_object else _KINDS[type_.kind]
    return SubgraphType(
        type_.name,
        kind,
        keys=tuple(Key(j.key, j.resolvable) for j in joins if j.key),
        is_interface_object=is_interface_object,
        interfaces=frozenset(name for name, graphs in type_.interfaces.items() if graph in graphs),
        members=(type_.name,) if kind == "object" else tuple(_members(merged, type_, graph)),
        fields=fields,
    )


def _members(merged: Merged, type_: MergedType, graph: str) -> Iterator[str]:
    if type_.kind == "UNION":
        yield from (name for name, graphs in type_.members.items() if graph in graphs)
        return
    for name in sorted(merged.implementations.get(type_.name, ())):
        if graph in merged.types[name].interfaces.get(type_.name, ()):
            yield name


def _fields(type_: MergedType, refs: dict[str, TypeRef]) -> dict[str, dict[str, SubgraphField]]:
    """Give the fields of each graph that has the type. Without any join a field is in all of them."""
    found: dict[str, dict[str, SubgraphField]] = {join.graph: {} for join in type_.join_types}
    for field in type_.fields.values():
        if not field.join_fields:
            plain = SubgraphField(field.name, _ref(field.type, refs))
            for fields in found.values():
                fields[field.name] = plain
        for join in field.join_fields:
            if join.graph is not None:
                found[join.graph].setdefault(field.name, _joined(field, join, refs))
    return found


def _joined(field: MergedField, join: JoinField, refs: dict[str, TypeRef]) -> SubgraphField:
    label = join.override_label
    return SubgraphField(
        field.name,
        _ref(join.type or field.type, refs),
        external=(join.external or join.used_overridden) and not label,
        requires=join.requires,
        provides=join.provides,
        label=label,
        label_value=label is None or join.override is not None,
        context_arguments=tuple(
            ContextArgument(a.name, a.type, a.context, a.selection) for a in join.context_arguments
        ),
    )


def _merged_type(merged: Merged, type_: MergedType, refs: dict[str, TypeRef]) -> SupergraphType:
    members = merged.implementations.get(type_.name, frozenset())
    return SupergraphType(
        type_.name,
        _KINDS[type_.kind],
        inaccessible=type_.has("inaccessible"),
        interfaces=frozenset(type_.interfaces),
        members=frozenset([type_.name]) if type_.kind == "OBJECT" else members,
        fields={f.name: _merged_field(f, refs) for f in type_.fields.values()},
        contexts=frozenset(type_.contexts),
    )


def _merged_field(field: MergedField, refs: dict[str, TypeRef]) -> SupergraphField:
    shapes = {field.type, *(j.type for j in field.join_fields if j.type)}
    return SupergraphField(field.name, _ref(field.type, refs), field.has("inaccessible"), frozenset(shapes))
