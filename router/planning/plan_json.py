"""Query plan → Apollo's JSON form, as other tools read it."""

from __future__ import annotations

from typing import Any

from .plan import (
    Fetch,
    FetchNode,
    ParallelNode,
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
    if plan.tree is None:
        return {"kind": "QueryPlan"}
    if plan.kind != "subscription":
        return {"kind": "QueryPlan", "node": node_json(plan.tree)}
    node: Json = {"kind": "Subscription", "primary": _fetch(plan.fetches[0])}
    rest = subscription_rest(plan)
    if rest is not None:
        node["rest"] = node_json(rest)
    return {"kind": "QueryPlan", "node": node}


def node_json(node: PlanNode) -> Json:
    """Convert a node of the tree."""
    match node:
        case FetchNode(fetch=fetch):
            return _flattened(fetch)
        case SequenceNode(nodes=nodes):
            return {"kind": "Sequence", "nodes": [node_json(n) for n in nodes]}
        case ParallelNode(nodes=nodes):
            return {"kind": "Parallel", "nodes": [node_json(n) for n in nodes]}


def _flattened(fetch: Fetch) -> Json:
    if not fetch.path:
        return _fetch(fetch)
    return {"kind": "Flatten", "path": _path(fetch.path), "node": _fetch(fetch)}


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
