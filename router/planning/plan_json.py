"""Query plan → Apollo's JSON form, as other tools read it."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from .build_tree import plan_tree
from .plan import (
    Fetch,
    FetchNode,
    Outline,
    ParallelNode,
    PartOutline,
    Path,
    PathItems,
    PlanNode,
    QueryPlan,
    Representation,
    RepresentationField,
    SequenceNode,
)
from .print_plan import subscription_rest

Json = dict[str, Any]


def plan_json(plan: QueryPlan) -> Json:
    """Convert a plan: ``{"kind": "QueryPlan", "node": {"kind": "Fetch", …}}``."""
    if plan.outline is not None:
        return {"kind": "QueryPlan", "node": deferred_json(plan, plan.outline)}
    tree = plan_tree(plan)
    if tree is None:
        return {"kind": "QueryPlan"}
    if plan.kind != "subscription":
        return {"kind": "QueryPlan", "node": node_json(tree)}
    node: Json = {"kind": "Subscription", "primary": _fetch(plan.fetches[0])}
    rest = subscription_rest(plan)
    if rest is not None:
        node["rest"] = node_json(rest)
    return {"kind": "QueryPlan", "node": node}


def node_json(node: PlanNode, named: Set[int] = frozenset()) -> Json:
    """Convert a node of the tree; fetches with an id in ``named`` tell it."""
    match node:
        case FetchNode(fetch=fetch):
            return _flattened(fetch, named)
        case SequenceNode(nodes=nodes):
            return {"kind": "Sequence", "nodes": [node_json(n, named) for n in nodes]}
        case ParallelNode(nodes=nodes):
            return {"kind": "Parallel", "nodes": [node_json(n, named) for n in nodes]}


def deferred_json(plan: QueryPlan, outline: Outline) -> Json:
    """Convert a plan with deferred parts: a ``Defer`` node, nested as the parts are."""
    named = {number for part in outline.parts for number in part.depends_on}

    def defer(number: int, text: str, tree: PlanNode | None) -> Json:
        primary: Json = {"subselection": text}
        if tree is not None:
            primary["node"] = node_json(tree, named)
        inside = [deferred(part) for part in outline.parts if part.parent == number]
        return {"kind": "Defer", "primary": primary, "deferred": inside}

    def deferred(part: PartOutline) -> Json:
        node: Json = {"depends": [{"id": str(number)} for number in part.depends_on]}
        if part.label is not None:
            node["label"] = part.label
        node["queryPath"] = list(part.path)
        if any(other.parent == part.id for other in outline.parts):
            node["node"] = defer(part.id, part.text, part.tree)
            return node
        node["subselection"] = part.text
        if part.tree is not None:
            node["node"] = node_json(part.tree, named)
        return node

    return defer(0, outline.text, plan_tree(plan))


def _flattened(fetch: Fetch, named: Set[int]) -> Json:
    node = _fetch(fetch)
    if fetch.id in named:
        node["id"] = str(fetch.id)
    return {"kind": "Flatten", "path": _path(fetch.path), "node": node} if fetch.path else node


def _path(path: Path) -> list[str]:
    return ["@" if isinstance(e, PathItems) else e.name for e in path]


def _fetch(fetch: Fetch) -> Json:
    node: Json = {
        "kind": "Fetch",
        "serviceName": fetch.service,
        "variableUsages": list(fetch.variables),
        "operation": fetch.document,
        "operationKind": fetch.kind,
    }
    if fetch.operation_name:
        node["operationName"] = fetch.operation_name
    if fetch.requires:
        node["requires"] = [s for r in fetch.requires for s in _representation(r)]
    return node


def _representation(item: Representation) -> list[Json]:
    conditions = [item.typename] if item.typename else sorted(item.on or ())
    typename: Json = {"kind": "Field", "name": "__typename"}
    selections = [*([typename] if item.with_typename else []), *map(_field, item.fields)]
    if not conditions:
        return selections
    return [{"kind": "InlineFragment", "typeCondition": on, "selections": selections} for on in conditions]


def _field(item: RepresentationField) -> Json:
    node: Json = {"kind": "Field", "name": item.name}
    if item.source != item.name:
        node["alias"] = item.source
    if item.selections is not None:
        node["selections"] = [s for share in item.selections for s in _representation(share)]
    return node
