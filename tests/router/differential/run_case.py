"""One random case: a graph, and operations on it that are checked in several ways.

Enters: a seed. Raises ``Mismatch``, with the kind of check and the operation that showed it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from starlette.responses import Response

from router.execution.start_overs import Reason
from tests.router.differential.case import Case, Mismatch, Servers, serve_case
from tests.router.differential.chaos import broken_transport, broken_values
from tests.router.differential.checks import (
    Check,
    check_broken_transport,
    check_broken_values,
    check_deferred,
    check_deferred_broken,
    check_events,
    check_events_broken,
    check_plain,
)
from tests.router.differential.operation import PLAIN, Options, RandomOperation, random_operation
from tests.router.differential.random_graph import graph_of_seed
from tests.router.differential.serve_graph import BreakAnswer


def _unbroken(_request: bytes, _answer: bytes) -> Response | None:
    return None


@dataclass(frozen=True)
class Kind:
    """``count`` operations are made for each graph, run and compared as ``check`` says."""

    check: Check
    count: int
    options: Options = PLAIN
    breaks: str = ""

    def break_answer(self, seed: int) -> BreakAnswer:
        """What the subgraphs' answers pass through."""
        if self.breaks == "transport":
            return broken_transport(seed, 0.3)
        return broken_values(seed, 0.08) if self.breaks == "values" else _unbroken


_TYPED, _DEFERRED, _EVENTS = Options(typenames=True), Options(deferred=True), Options(subscription=True)
KINDS = {
    "plain": Kind(check_plain, 8),
    "in parts": Kind(check_deferred, 4, _DEFERRED),
    "events": Kind(check_events, 1, _EVENTS),
    "broken transport": Kind(check_broken_transport, 3, _TYPED, "transport"),
    "broken values": Kind(check_broken_values, 3, _TYPED, "values"),
    "in parts, broken transport": Kind(check_deferred_broken, 1, _DEFERRED, "transport"),
    "in parts, broken values": Kind(check_deferred_broken, 1, _DEFERRED, "values"),
    "events, broken transport": Kind(check_events_broken, 1, _EVENTS, "transport"),
}


async def run_case(seed: int, servers: Servers) -> int:
    """Compare a graph's operations; gives how many there were."""
    random = Random(seed)
    graph = graph_of_seed(seed, random)
    compared = 0
    async with serve_case(seed, graph, servers) as case:
        for name, operation in _operations(random, case):
            await check(seed, case, name, operation)
            compared += 1
    return compared


def _operations(random: Random, case: Case) -> Iterator[tuple[str, RandomOperation]]:
    for name, kind in KINDS.items():
        if kind.options.subscription and case.whole.subscription_type is None:
            continue
        for _ in range(kind.count):
            yield name, random_operation(random, case.whole, kind.options)


async def check(seed: int, case: Case, name: str, operation: RandomOperation) -> None:
    """Compare one operation. Raises Mismatch."""
    kind = KINDS[name]
    case.break_with(kind.break_answer(seed))
    case.forget_requests()
    try:
        await kind.check(case, operation)
    except Mismatch as mismatch:
        raise Mismatch(f"{name}: {mismatch}", name, operation) from None
    except Exception as error:
        raise Mismatch(f"{name}: {error!r}\n{operation.text}", name, operation) from error
    if Reason.FAULT in case.start_overs.reasons:  # its answer is right, which is all that the check sees
        case.start_overs.reasons.clear()
        raise Mismatch(f"{name}: a compiled run started over\n{operation.text}", name, operation)
