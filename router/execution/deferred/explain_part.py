"""Faults of a run → the errors of one part of its response.

A part's errors are found as those of a whole response are (faults.py), on a view of the plan in which the
client sees that part alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace

from ...planning.plan import DeferredSelection, QueryPlan, ResponseField, ResponseSelection
from ..errors import ClientPath, Problem
from ..faults import Explainer, Fault, explain_faults
from ..json_codec import JsonObject
from ..problems import Problems

Fields = tuple[ResponseField, ...]


def explain_initial(plan: QueryPlan, data: JsonObject, faults: Sequence[Fault], problems: Problems) -> None:
    """Explain the failed fetches that the initial part waited for."""
    explain_faults(plan, data, [fault for fault in faults if 0 in fault.fetch.parts], problems)


def explain_part(
    plan: QueryPlan,
    data: JsonObject,
    faults: Sequence[Fault],
    number: int,
    found: Mapping[ClientPath, Problems],
) -> None:
    """Explain what failed for a deferred selection, to each of the objects that it is answered at.

    ``found`` has the problems of each, by where it stands. A fetch of other parts counts where it left a hole
    in this one.
    """
    view = part_view(plan.response, number)
    if view is None:
        return
    limit = next(iter(found.values())).limit
    explainer = Explainer(replace(plan, response=view), data, limit)
    for fault in faults:
        is_own = number == min(fault.fetch.parts)
        for problem in explainer.explain(fault):
            place = _place_of(problem, found, is_own=is_own)
            if place is not None:
                found[place].add(problem)


def _place_of(problem: Problem, places: Mapping[ClientPath, Problems], *, is_own: bool) -> ClientPath | None:
    path = problem.path or ()
    for length in range(len(path) + 1):
        if path[:length] in places and (is_own or len(path) > length):
            return path[:length]
    if is_own and len(path) < min(map(len, places)):  # it is about all of them, or none: say it once
        return next(iter(places))
    return None


def part_view(selection: ResponseSelection, number: int) -> ResponseSelection | None:
    """Keep what leads to a deferred selection, with its fields in their place; None if it is not here."""
    fields = list(_views(selection.fields, number))
    by_type = {name: list(_views(each, number)) for name, each in selection.by_type.items()}
    for deferred in selection.deferred:
        shown = _shown(deferred, number)
        if shown is None:
            continue
        if deferred.types is None:
            fields += shown.fields
        narrowed: Set[str] = deferred.types or frozenset()
        for name in by_type.keys() | shown.by_type.keys() | narrowed:
            if deferred.types is None or name in deferred.types:
                by_type.setdefault(name, []).extend(shown.by_type.get(name, shown.fields))
    if not fields and not any(by_type.values()):
        return None
    kept = {name: tuple(each) for name, each in by_type.items()}
    return ResponseSelection(tuple(fields), kept, selection.type_name)


def _shown(deferred: DeferredSelection, number: int) -> ResponseSelection | None:
    return deferred.selection if deferred.id == number else part_view(deferred.selection, number)


def _views(fields: Fields, number: int) -> Iterator[ResponseField]:
    for field in fields:
        below = None if field.selection is None else part_view(field.selection, number)
        if below is not None:
            yield replace(field, selection=below)
