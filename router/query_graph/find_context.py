"""Where a ``@fromContext`` argument gets its value: the nearest object above that sets the context."""

from __future__ import annotations

from ..operation import Field, Fragment, read_field_set
from ..supergraph import ContextArgument, SupergraphType
from .graph import QueryGraph
from .paths import ContextValue, Path


def find_context(base: Path, argument: ContextArgument, graph: QueryGraph) -> ContextValue | None:
    """Look upwards from the object whose field has the argument; None if nothing sets the context.

    The object itself is not looked at: a ``Node`` that sets a context reads that of the node above it.
    """
    at: Path | None = base
    while at is not None:
        is_above = at.position is not base.position
        if is_above and at.node is not None and _sets(graph, at.node.name, argument.context):
            return ContextValue(argument, at, context_value(at.node.name, argument, graph))
        at = at.parent
    return None


def _sets(graph: QueryGraph, name: str, context: str) -> bool:
    return any(context in t.contexts and _is_among(name, t, graph) for t in graph.supergraph.types.values())


def _is_among(name: str, setter: SupergraphType, graph: QueryGraph) -> bool:
    """Whether all objects of a type are of the setter.

    An interface whose only object type sets a context doesn't set it: the object type is asked by itself.
    """
    return name == setter.name or (
        setter.kind != "object" and graph.supergraph.types[name].members <= setter.members
    )


def context_value(name: str, argument: ContextArgument, graph: QueryGraph) -> tuple[Field, ...]:
    """Give what an argument reads of an object of type ``name`` that sets its context."""
    key = (name, argument)
    if key not in graph.contexts:  # kept, as paths are remembered by the selections' identity
        graph.contexts[key] = _selected(name, argument, graph)
    return graph.contexts[key]


def _selected(name: str, argument: ContextArgument, graph: QueryGraph) -> tuple[Field, ...]:
    """Keep what is for the object's type of ``{ a }`` or ``... on A { a } ... on B { b }``."""
    types = graph.supergraph.types
    text = argument.selection.strip()
    setter = next(t for t in types.values() if argument.context in t.contexts and _is_among(name, t, graph))
    read = read_field_set(text, setter.name, types)
    fields: list[Field] = []
    for item in read:
        if isinstance(item, Fragment):
            if types[name].members <= types[item.on].members:
                fields += [f for f in item.selections if isinstance(f, Field)]
        else:
            fields.append(item)
    return tuple(fields)
