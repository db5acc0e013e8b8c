"""Merged data → the data of one part of the response, and the parts that are still to come within it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from graphql import GraphQLObjectType

from ...planning.plan import DeferredSelection
from ..errors import ClientPath
from ..interpreter.project import NullPropagates, Projection, root_type_name
from ..json_codec import JsonObject
from ..parts import PendingPart
from ..problems import Problems
from ..program import Program
from ..run_state import RunState
from ..typename import typename_of

INITIAL_PART = 0

Projected = tuple[JsonObject | None, list[PendingPart]]


def initial_part(state: RunState) -> PendingPart:
    """What is not deferred is a part too, at the root."""
    program = state.program
    everything = DeferredSelection(INITIAL_PART, None, program.plan.response)
    name = root_type_name(program.plan, program.schema)
    return PendingPart(everything, state.data, name, ())


def project_part(state: RunState, part: PendingPart, problems: Problems) -> Projected:
    """Project one part at one object; nulls propagate up to that object and no further."""
    projection = Projection(state.program.schema, problems)
    try:
        answered = projection.object(part.deferred.selection, part.value, part.type_name, part.path)
    except NullPropagates:
        return None, []
    return answered, _standing(projection.pending, answered, len(part.path))


def settle_type(program: Program, part: PendingPart) -> PendingPart | None:
    """Learn the type of a part's object, now that the part is fetched; None if the part is not for it."""
    if part.type_name is not None:
        return part
    name = typename_of(part.value)
    if not isinstance(program.schema.type_map.get(name or ""), GraphQLObjectType):
        name = None
    if part.deferred.types is not None and name not in part.deferred.types:
        return None
    return replace(part, type_name=name)


def _standing(pending: Iterable[PendingPart], answered: JsonObject, above: int) -> list[PendingPart]:
    """Leave out the parts of objects that a null above has swallowed."""
    return [part for part in pending if isinstance(_at(answered, part.path[above:]), dict)]


def _at(value: Any, path: ClientPath) -> Any:
    for step in path:
        if value is None:
            return None
        value = value[step]
    return value
