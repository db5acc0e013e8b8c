"""A failed proof in words: the query that can't be answered, and why, subgraph by subgraph."""

from __future__ import annotations

from collections.abc import Iterator

from ...operation import Field, Selections, print_selections
from ...query_graph import Node, QueryGraph
from ..report import Report
from .reach import Reach
from .state import Failure, Labels, Proof, SharedReturn, State

_TYPES_OF = "INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN"


def report_proof(proof: Proof, graph: QueryGraph, report: Report, max_states: int) -> None:
    """Report all that a proof found."""
    for shared in proof.shared_returns:
        _report_shared(shared, report)
    for failure in proof.apart:
        _hint_apart(failure, graph, report)
    explainer = _Explainer(graph)
    for failure in proof.failures:
        explainer.failure(failure, report)
    for failure in proof.mutations:
        explainer.mutation(failure, report)
    if proof.exhausted:
        report.error(
            "MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED",
            f"Satisfiability could not be proven within {max_states} states",
            fix="Raise max_satisfiability_states, or share fewer fields between subgraphs",
        )


def _report_shared(shared: SharedReturn, report: Report) -> None:
    coordinate = f"{shared.state.type}.{shared.field}"
    said = "; ".join(f"{', '.join(sorted(names))} in {subgraph}" for subgraph, names in shared.types)
    if not shared.disjoint:
        report.hint(
            _TYPES_OF,
            f'"{coordinate}" is shared, but may return different objects: {said}',
            coordinate=coordinate,
        )
        return
    report.error(
        "SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES",
        f'"{coordinate}" is shared, but its subgraphs return objects that have no type in common: {said}\n'
        f"{witness(shared.state, shared.field)}",
        coordinate=coordinate,
        fix="Let all of them return the same types, or resolve the field in one",
    )


def _hint_apart(failure: Failure, graph: QueryGraph, report: Report) -> None:
    """The reference composes these; operations that ask for the field of the interface are refused."""
    assert failure.field
    coordinate = f"{failure.type}.{failure.field}"
    query = witness(failure.state, failure.field)
    if graph.supergraph.types[failure.type].members:
        why = f'No subgraph answers "{coordinate}" for every type'
        rest = f"but each type by itself: ... on Type {{ {failure.field} }}"
    else:
        why = f'No subgraph that can be asked there has "{coordinate}"'
        rest = f'and there is never an object, as no type implements "{failure.type}"'
    report.hint(
        "UNANSWERABLE_INTERFACE_FIELD",
        f"{why}, so no plan can answer\n{query}\n{_under(failure.labels)}{rest}",
        coordinate=coordinate,
    )


def witness(state: State, field: str | None, narrowed: str | None = None) -> str:
    """Write the query that leads to a field."""
    steps: list[str] = []
    at: State | None = state
    while at is not None and at.parent is not None:
        steps.insert(0, at.step)
        at = at.parent
    kind = at.step if at is not None else "query"
    steps += [f"... on {narrowed}"] if narrowed else []
    steps += [field] if field else []
    lines = ["{" if kind == "query" else f"{kind} {{"]
    for depth, step in enumerate(steps, 1):
        last = depth == len(steps)
        lines.append("  " * depth + step + ("" if last and field else " {"))
    closing = len(steps) - 1 if field else len(steps)
    if not field:
        lines.append("  " * (len(steps) + 1) + "...")
    lines += ["  " * depth + "}" for depth in range(closing, -1, -1)]
    return "\n".join(lines)


class _Explainer:
    def __init__(self, graph: QueryGraph) -> None:
        self.graph = graph
        self.reach = Reach(graph)
        self.roots = graph.supergraph.roots.values()

    def failure(self, failure: Failure, report: Report) -> None:
        narrowed = failure.type if failure.field is None else None
        coordinate = f"{failure.type}.{failure.field}" if failure.field else failure.type
        reasons = "\n".join(f"  - {reason}" for reason in self._reasons(failure))
        report.error(
            "SATISFIABILITY_ERROR",
            f"No plan can answer the query\n{witness(failure.state, failure.field, narrowed)}\n"
            f"{_under(failure.labels)}because:\n{reasons}",
            coordinate=coordinate,
            fix=self._fix(failure),
        )

    def mutation(self, failure: Failure, report: Report) -> None:
        coordinate = f"{failure.type}.{failure.field}"
        report.error(
            "SATISFIABILITY_ERROR",
            f'"{coordinate}" is shared, but no subgraph alone can answer everything below it, and a mutation '
            "must not run twice",
            coordinate=coordinate,
            fix="Resolve it in one subgraph, or let one of them reach all that it returns",
        )

    def _fix(self, failure: Failure) -> str:
        if failure.field is None:
            return f'Give the interface "{failure.state.type}" a resolvable @key where it is defined'
        owners = self._owners(failure.type, failure.field)
        if failure.type in self.roots and any(o.edges[failure.field].requires for o in owners):
            return f'Require nothing for "{failure.field}", or move it to a type with a @key'
        if len(owners) == 1:
            return f'Give "{failure.type}" a @key in "{owners[0].subgraph}" that the others can provide'
        return f'Give "{failure.type}" a @key by which the subgraphs that have the field can be asked'

    def _reasons(self, failure: Failure) -> Iterator[str]:
        origins = failure.state.nodes
        if failure.field is None:
            for node in origins:
                yield f'{node.subgraph} takes interface "{node.name}" for an object and can\'t tell its types'
            return
        for node in origins:
            yield from self._reasons_at(node, failure.type, failure.field, failure.labels)

    def _owners(self, name: str, field: str) -> list[Node]:
        names = [name, *sorted(self.graph.supergraph.types[name].members - {name})]
        nodes = (self.graph.node(s, n) for s in self.graph.supergraph.subgraphs for n in names)
        return [n for n in nodes if n is not None and field in n.edges]

    def _reasons_at(self, node: Node, name: str, field: str, labels: Labels) -> Iterator[str]:
        edge = node.edges.get(field)
        here = f"from {node.subgraph}"
        if edge is None:
            external = " (it is @external there)" if field in node.externals else ""
            yield f'{here}: it has no field "{name}.{field}"{external}'
        elif edge.requires is not None and name in self.roots:
            yield f'{here}: "{name}" is a root type, to which what "{field}" requires can\'t be sent'
        elif edge.requires is not None and not self.reach.has(node, edge.requires):
            yield f'{here}: what "{name}.{field}" requires can\'t be had: {print_selections(edge.requires)}'
        elif edge.requires is not None:
            yield f'{here}: "{name}" has no @key there by which to send what "{field}" requires'
        elif edge.field.label is not None and (edge.field.label, edge.field.label_value) not in labels:
            yield f'{here}: "{name}.{field}" is not here then: it moves by the label "{edge.field.label}"'
        elif edge.field.context_arguments:
            yield f'{here}: no type on the way sets the context that "{name}.{field}" reads'
        for owner in self._owners(name, field):
            if owner.subgraph != node.subgraph and name not in self.roots:
                yield from self._why_not_there(node, owner, name, field)

    def _why_not_there(self, node: Node, owner: Node, name: str, field: str) -> Iterator[str]:
        where = f"{node.subgraph} → {owner.subgraph}"
        moves = [m for m in self.graph.moves(node) if m.target.subgraph == owner.subgraph and m.key]
        if not moves:
            declared = self.graph.supergraph.subgraph_types[owner.subgraph][owner.name].keys
            what = "no resolvable @key" if declared else "no @key"
            yield f'{where}, which has the field: "{owner.name}" has {what} there'
        elif id(owner) in self.reach.reach(node):
            edge = owner.edges[field]
            needed = print_selections(edge.requires) if edge.requires else "a context"
            yield f"{where}, which has the field: it needs {needed}, which can't be had"
        else:
            keys = " or ".join(print_selections(m.key) for m in moves if m.key)
            moving = [label for m in moves if m.key for label in self._labels_of(node, m.key)]
            why = f' (it moves by the label "{moving[0]}")' if moving else ""
            yield f"{where}, which has the field: its key {keys} can't be had from {node.subgraph}{why}"

    def _labels_of(self, node: Node, selections: Selections) -> Iterator[str]:
        """A key that is in the course of moving can't be relied on."""
        for item in selections:
            edge = node.edges.get(item.name) if isinstance(item, Field) else None
            if edge is not None and edge.field.label is not None:
                yield edge.field.label


def _under(labels: Labels) -> str:
    """Say under which labels a query fails."""
    if not labels:
        return ""
    said = " and ".join(f'"{label}" is {"on" if on else "off"}' for label, on in sorted(labels))
    return f"where the @override label {said}, "
