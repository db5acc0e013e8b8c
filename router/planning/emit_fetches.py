"""Fetch steps → ``Fetch`` records: documents, variables, representations, dependencies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..operation import Field, Operation, free_name
from ..query_graph import ContextValue, Node, Position, QueryGraph
from .fetch_graph import FetchGraph, FetchStep
from .plan import (
    INITIAL,
    REPRESENTATIONS,
    ContextVariable,
    Fetch,
    OperationKind,
    Path,
    PathElement,
    PathItems,
    PathKey,
    Representation,
    Shape,
)
from .represent import Representer, sends_own_type

ITEMS = PathItems()


class FetchEmitter:
    """Writes the fetches of one plan."""

    def __init__(self, graph: QueryGraph, representer: Representer, operation: Operation) -> None:
        self._graph = graph
        self._representer = representer
        self._operation = operation
        self._representations = free_name(REPRESENTATIONS, {v.name for v in operation.variables})
        self._paths: dict[Position, Path] = {}
        self._shapes: dict[str, Shape] = {}
        """By the text that is selected: entities of a type are often asked for the same."""
        self._kinds: dict[str, OperationKind] = {name: kind for kind, name in graph.supergraph.roots.items()}

    def emit(self, graph: FetchGraph) -> tuple[Fetch, ...]:
        """Number the steps, each after those it waits for; a mutation's run waits for all before it."""
        inputs = {step: self._representer.represent(step) for step in graph.steps}
        self._ask_for_typenames(graph)
        ordered = _ordered(graph.steps)
        parts = _parts(ordered)
        numbers: dict[FetchStep, int] = {}
        fetches: list[Fetch] = []
        for step in ordered:
            after = sorted(numbers[s] for s in step.after)
            if not after and step.group.run:
                after = sorted(n for s, n in numbers.items() if s.group.run < step.group.run)
            numbers[step] = len(fetches)
            fetches.append(self._fetch(numbers[step], step, inputs[step], tuple(after), parts[step]))
        return tuple(fetches)

    def _ask_for_typenames(self, graph: FetchGraph) -> None:
        for step in graph.steps:
            for item in step.inputs:
                if sends_own_type(item.base, self._graph):
                    item.base.position.needs_typename = True
        for path in graph.paths:
            if path.kind == "down" or (path.node is not None and self._may_hide(path.node)):
                path.position.needs_typename = True
        for path, tree in graph.paths.items():
            if path.node is None or path.node.is_interface_object or not path.position.needs_typename:
                continue
            assert path.parent is not None
            if path.kind == "field" or (path.kind == "jump" and path.parent.at.is_interface_object):
                tree.has_typename = path.position.is_typed = True

    def _may_hide(self, node: Node) -> bool:
        """Whether an object here may be of a type that clients must not see: then it is null to them."""
        types = self._graph.supergraph.types
        return node.is_abstract and any(types[name].inaccessible for name in node.members)

    def _fetch(
        self,
        number: int,
        step: FetchStep,
        requires: tuple[Representation, ...],
        after: tuple[int, ...],
        parts: frozenset[int],
    ) -> Fetch:
        kind = self._kinds.get(step.root or "", "query")
        # One that stands at mutations alone can't go to the queries for the entities that a mutation gave.
        directives = [each for each in self._operation.directives if kind in each.kinds]
        names = step.variables.union(*(each.variables for each in directives))
        used = [v for v in self._operation.variables if v.name in names]
        declared = [v.text for v in used]
        declared += [f"${name}:{values[0].argument.type}" for name, values in step.contexts.items()]
        own_names = self._graph.supergraph.subgraphs[step.subgraph].own_names
        body = step.selections.text(own_names)
        shape = self._shapes.get(body)
        if shape is None:
            shape = self._shapes[body] = step.selections.shape()
        if requires:
            declared.insert(0, f"${self._representations}:[_Any!]!")
            body = f"{{_entities(representations:${self._representations}){body}}}"
        head = _head(kind, declared, "".join(each.text for each in directives))
        return Fetch(
            id=number,
            service=step.subgraph,
            kind=kind,
            document=head + body,
            operation_name=None,
            variables=tuple(v.name for v in used),
            path=self._path(step.position),
            requires=requires,
            shape=shape,
            depends_on=after,
            context_variables=tuple(
                self._context(step.position, name, values) for name, values in step.contexts.items()
            ),
            parts=parts,
            representations=self._representations,
            type_names=_names_answered(own_names, shape),
        )

    def _path(self, position: Position) -> Path:
        if position.parent is None:
            return ()
        found = self._paths.get(position)
        if found is None:
            here: Path = (PathKey(position.source), *(ITEMS,) * position.lists)
            found = self._paths[position] = (*self._path(position.parent), *here)
        return found

    def _context(self, position: Position, name: str, values: Sequence[ContextValue]) -> ContextVariable:
        levels, at = 0, position
        while at is not values[0].ancestor.position:
            assert at.parent is not None
            levels, at = levels + 1, at.parent
        return ContextVariable(
            name, levels, tuple(self._choice(value, typed=len(values) > 1) for value in values)
        )

    def _choice(self, value: ContextValue, *, typed: bool) -> Path:
        """The way down from an ancestor to the value; ``typed``: of objects of its type alone."""
        selection: list[PathElement] = []
        at, owner, fields = value.ancestor.position, value.ancestor.at.name, value.selections
        types = self._graph.supergraph.types[owner].members if typed else None
        while fields:
            item = fields[0]
            call = (item.name, item.arguments, self._graph.shape(owner, item.name))
            source = at.source_for(None, call)
            ref = self._graph.supergraph.types[owner].fields[item.name].type
            selection += (PathKey(source, types), *(ITEMS,) * ref.lists)
            fields = tuple(f for f in item.selections or () if isinstance(f, Field))
            if fields:
                at, owner, types = at.child(source, ref.lists, ref.name), ref.name, None
        return tuple(selection)


def _names_answered(own_names: Mapping[str, str], shape: Shape) -> Mapping[str, str]:
    """What a subgraph's names for types, if it is asked for such, mean in the supergraph."""
    return {own: name for name, own in own_names.items()} if own_names and _asks_types(shape) else {}


def _asks_types(shape: Shape) -> bool:
    return "__typename" in shape or any(_asks_types(below) for below in shape.values() if below is not None)


def _head(kind: OperationKind, variables: Sequence[str], directives: str) -> str:
    """Print what stands before an operation's selections; nothing, if that can be left out."""
    if not (variables or directives):
        return "" if kind == "query" else kind
    return f"{kind}({','.join(variables)}){directives}" if variables else kind + directives


def _parts(steps: Sequence[FetchStep]) -> dict[FetchStep, frozenset[int]]:
    """Which parts of the response wait for each step: its own, and those of the steps that wait for it.

    ``steps`` are ordered.
    """
    parts = {step: {step.group.part} for step in steps}
    for step in reversed(steps):
        for other in step.after:
            parts[other] |= parts[step]
    return {step: INITIAL if 0 in found else frozenset(found) for step, found in parts.items()}


def _ordered(steps: Sequence[FetchStep]) -> list[FetchStep]:
    done: dict[FetchStep, None] = {}
    for step in steps:
        _visit(step, done)
    return list(done)


def _visit(step: FetchStep, done: dict[FetchStep, None]) -> None:
    for other in step.after:
        if other not in done:
            _visit(other, done)
    done.setdefault(step)
