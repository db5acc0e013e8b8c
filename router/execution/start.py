"""A program → a run of it: straight on where it is compiled, else by the interpreter."""

from __future__ import annotations

from .compiled_run import CompiledRun
from .faults import Fault
from .json_codec import JsonObject
from .program import Program
from .run import Outcome, PlanRun
from .run_state import RunContext
from .transport import Eventual


def start_program(program: Program, context: RunContext) -> Eventual[Outcome]:
    """Run all fetches and project the response."""
    if program.compiled is not None:
        return CompiledRun(program, program.compiled, context).start()
    return PlanRun(program, context).start()


def resume_program(
    program: Program, context: RunContext, data: JsonObject | None, faults: list[Fault], *, has_more: bool
) -> Eventual[Outcome]:
    """Run what follows the first fetch, whose answer is there: an event of a subscription.

    ``has_more``: there were more faults than are given.
    """
    if program.compiled is not None and data is not None and not faults:
        return CompiledRun(program, program.compiled, context).resume(data)
    return PlanRun(program, context).resume(data, faults, has_more=has_more)
