"""An operation without its variables → one plan with ``Condition`` nodes over the variants' plans.

Inside the router a plan is never conditional (docs/adr/0001); this is for people and other tools.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from ..operation import Operation
from .plan import QueryPlan
from .plan_json import Json, plan_json
from .planner import Planner, Variant
from .print_plan import plan_lines


@dataclass(frozen=True, slots=True)
class Choice:
    """Plans by the value of a Boolean variable."""

    variable: str
    yes: Variants
    no: Variants


Variants: TypeAlias = Choice | QueryPlan

# 2^8 variants are all that anybody would read; beyond it the remaining variables count as true.
MAX_VARIABLES = 8


def plan_variants(
    planner: Planner, operation: Operation, variables: Mapping[str, Any] | None, *, defer: bool = False
) -> Variants:
    """Plan all variants that given variables (None: no variables are known) leave open."""
    names = sorted(operation.boolean_variables)
    if variables is not None:
        return planner.plan(operation, Variant({n: bool(variables.get(n)) for n in names}, defer=defer))
    known = dict.fromkeys(names[MAX_VARIABLES:], True)
    return _plan(planner, operation, names[:MAX_VARIABLES], Variant(known, defer=defer))


def _plan(planner: Planner, operation: Operation, names: list[str], variant: Variant) -> Variants:
    if not names:
        return planner.plan(operation, variant)
    name, *rest = names
    yes, no = (replace(variant, conditions={**variant.conditions, name: value}) for value in (True, False))
    return Choice(name, _plan(planner, operation, rest, yes), _plan(planner, operation, rest, no))


def variants_json(
    planner: Planner, operation: Operation, variables: Mapping[str, Any] | None, *, defer: bool = False
) -> Json:
    """Plan the variants, in Apollo's JSON form."""
    found = plan_variants(planner, operation, variables, defer=defer)
    if isinstance(found, QueryPlan):
        return plan_json(found)
    node = _json(found)
    return {"kind": "QueryPlan"} if node is None else {"kind": "QueryPlan", "node": node}


def _json(found: Variants) -> Json | None:
    if isinstance(found, QueryPlan):
        node: Json | None = plan_json(found).get("node")
        return node
    yes, no = _json(found.yes), _json(found.no)
    if yes == no:
        return yes
    node = {"kind": "Condition", "condition": found.variable}
    if yes is not None:
        node["ifClause"] = yes
    if no is not None:
        node["elseClause"] = no
    return node


def print_variants(
    planner: Planner, operation: Operation, variables: Mapping[str, Any] | None, *, defer: bool = False
) -> str:
    """Plan the variants and print them as text."""
    lines = list(_lines(plan_variants(planner, operation, variables, defer=defer)))
    if not lines:
        return "QueryPlan {}\n"
    return "\n".join(["QueryPlan {", *("  " + line for line in lines), "}"]) + "\n"


def _lines(found: Variants) -> Iterator[str]:
    if isinstance(found, QueryPlan):
        yield from plan_lines(found)
        return
    yes, no = list(_lines(found.yes)), list(_lines(found.no))
    if yes == no:
        yield from yes
    elif yes and not no:
        yield from (f"Include(if: ${found.variable}) {{", *_inside(yes), "},")
    elif no and not yes:
        yield from (f"Skip(if: ${found.variable}) {{", *_inside(no), "},")
    else:
        yield f"Condition(if: ${found.variable}) {{"
        yield from _inside(["Then {", *_inside(yes), "} Else {", *_inside(no), "},"])
        yield "},"


def _inside(lines: list[str]) -> list[str]:
    return ["  " + line for line in lines]
