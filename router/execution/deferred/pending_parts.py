"""Merged data → the data of one part of the response, and the parts that are still to come within it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from graphql import GraphQLObjectType

from ..errors import ClientPath, Problem
from ..interpreter.project import NullPropagates, PendingPart, Projection, root_type_name
from ..json_codec import JsonObject
from ..program import Program
from ..typename import typename_of

Projected = tuple[JsonObject | None, list[PendingPart]]


def project_initial(program: Program, data: JsonObject, problems: list[Problem]) -> Projected:
    """Project what is not deferred."""
    projection = Projection(program.schema, problems)
    try:
        name = root_type_name(program.plan, program.schema)
        answered = projection.object(program.plan.response, data, name, ())
    except NullPropagates:
        return None, []
    return answered, _standing(projection.pending, answered, 0)


def project_part(program: Program, part: PendingPart, problems: list[Problem]) -> Projected:
    """Project one deferred part at one object; nulls propagate up to that object and no further."""
    projection = Projection(program.schema, problems)
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
