"""How the arguments of several applications of one directive become those of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graphql import IntValueNode, ListValueNode, ValueNode

from ..subgraph.applied import Applied
from ..subgraph.values import integer, python_value, string


class TooManyClauses(Exception):
    """Access rules that are combined would have more clauses than the limit."""


Clauses = Sequence[frozenset[str]]
Combine = Callable[[Sequence[Applied]], dict[str, ValueNode]]


def most(argument: str) -> Combine:
    """Keep the greatest integer."""

    def combine(found: Sequence[Applied]) -> dict[str, ValueNode]:
        values = [a.args[argument] for a in found if argument in a.args]
        return {argument: max(values, key=lambda v: integer(v.value) if isinstance(v, IntValueNode) else 0)}

    return combine


def all_of(argument: str, max_clauses: int) -> Combine:
    """Ask for both: of ``a or b`` and ``c or d`` make ``ac or ad or bc or bd`` (outer lists are "or").

    It raises TooManyClauses.
    """

    def combine(found: Sequence[Applied]) -> dict[str, ValueNode]:
        clauses: list[frozenset[str]] = [frozenset()]
        for applied in found:
            clauses = conjunction(clauses, clauses_of(applied, argument), max_clauses)
        return {argument: clauses_value(clauses)}

    return combine


def clauses_of(applied: Applied, argument: str) -> list[frozenset[str]]:
    """Read scopes or policies: the outer list is "or", the inner ones "and".

    An empty list asks for nothing (routers take it so), as ``[[]]`` does: what others ask for stands.
    """
    value = applied.value(argument)
    rows = value if isinstance(value, list) else []
    return (
        [frozenset()]
        if not rows
        else [
            frozenset(str(v) for v in row) if isinstance(row, list) else frozenset([str(row)]) for row in rows
        ]
    )


def clauses_value(clauses: Clauses) -> ValueNode:
    """Write scopes or policies."""
    rows = [ListValueNode(values=tuple(string(s) for s in sorted(c))) for c in sorted(clauses, key=sorted)]
    return ListValueNode(values=tuple(rows))


def conjunction(left: Clauses, right: Clauses, max_clauses: int) -> list[frozenset[str]]:
    """Multiply two disjunctions out, leaving out clauses that a weaker one makes redundant."""
    if len(left) * len(right) > max_clauses:
        raise TooManyClauses
    product = {a | b for a in left for b in right}
    return [c for c in product if not any(other < c for other in product)]


def list_size(found: Sequence[Applied]) -> dict[str, ValueNode]:
    """The greatest assumed size, the union of the lists; one slicing argument if everybody insists on it."""
    merged: dict[str, ValueNode] = {}
    sizes = [a.args["assumedSize"] for a in found if isinstance(a.args.get("assumedSize"), IntValueNode)]
    if sizes:
        merged["assumedSize"] = max(sizes, key=lambda v: int(python_value(v)))
    for name in ("slicingArguments", "sizedFields"):
        values = [value for a in found if isinstance(value := a.value(name), list)]
        if values:
            texts = dict.fromkeys(str(t) for value in values for t in value)
            merged[name] = ListValueNode(values=tuple(string(t) for t in texts))
    required = [a.args["requireOneSlicingArgument"] for a in found if "requireOneSlicingArgument" in a.args]
    if required:
        merged["requireOneSlicingArgument"] = min(required, key=lambda v: bool(python_value(v)))
    return merged


def combinations(max_clauses: int) -> dict[str, Combine]:
    """Give the directives of which several applications on one element become one."""
    return {
        "requiresScopes": all_of("scopes", max_clauses),
        "policy": all_of("policies", max_clauses),
        "cost": most("weight"),
        "listSize": list_size,
    }
