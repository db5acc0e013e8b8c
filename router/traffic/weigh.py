"""What is kept of an operation → about how many bytes it takes.

The constants are fitted to what tracemalloc counts (CPython 3.11) for operations of 5 to 55 fields, 1 to 13
fetches: right within a third. It need not be better: it bounds the memory of all operations together.
"""

from __future__ import annotations

from ..execution.program import Program
from ..planning.plan import QueryPlan, ResponseSelection

ENTRY = 3_000
SYNTAX_PER_CHARACTER = 12
FIELD = 250
FETCH = 500
COMPILED_FIELD = 2_500
COMPILED_FETCH = 3_000


def weigh_text(text: str, *, with_syntax: bool) -> int:
    """Weigh an operation before it is planned."""
    return ENTRY + len(text) * (SYNTAX_PER_CHARACTER if with_syntax else 1)


def weigh_plan(plan: QueryPlan) -> int:
    """Weigh a plan."""
    return FIELD * count_fields(plan) + FETCH * len(plan.fetches)


def weigh_program(program: Program) -> int:
    """Weigh a program besides its plan."""
    if program.compiled is None:
        return weigh_plan(program.plan)
    return COMPILED_FIELD * count_fields(program.plan) + COMPILED_FETCH * len(program.plan.fetches)


def count_fields(plan: QueryPlan) -> int:
    """Count the fields of the response; objects that share a selection share its fields."""
    count = 0
    seen: set[int] = set()
    pending: list[ResponseSelection] = [plan.response]
    while pending:
        selection = pending.pop()
        if id(selection) in seen:
            continue
        seen.add(id(selection))
        for fields in (selection.fields, *selection.by_type.values()):
            count += len(fields)
            pending += [field.selection for field in fields if field.selection is not None]
        pending += [deferred.selection for deferred in selection.deferred]
    return count
