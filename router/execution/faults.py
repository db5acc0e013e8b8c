"""What went wrong in fetches → GraphQL errors at the client's paths.

A ``Fault`` is kept as it occurs, in the subgraph's terms. After the last fetch, ``explain_faults`` finds
where the data would have stood in the client's response: under aliases, at list indexes, and at every
place where an entity was used. Nothing here runs unless something failed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from ..planning.plan import Fetch, PathItems, PathKey, QueryPlan, ResponseField, ResponseSelection, Shape
from .errors import ClientPath, Problem
from .json_codec import JsonObject
from .typename import typename_of

SourcePath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One failure of a fetch.

    ``path``: where, in source keys, below the root or below each of ``targets``; None: all that the fetch
    was to give. ``targets``: the objects of the entity (or of all entities) that failed; None: the root.
    """

    fetch: Fetch
    message: str
    code: str
    path: SourcePath | None = None
    targets: Sequence[JsonObject] | None = None
    extensions: Mapping[str, Any] = field(default_factory=dict)
    from_subgraph: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where an object stands in the client's response; ``selection`` is None where it does not."""

    value: JsonObject
    path: ClientPath
    selection: ResponseSelection | None


def explain_faults(plan: QueryPlan, data: JsonObject, faults: Sequence[Fault]) -> list[Problem]:
    """Give each fault as errors in the client's terms."""
    return [problem for fault in faults for problem in _explain(plan, data, fault)]


def _explain(plan: QueryPlan, data: JsonObject, fault: Fault) -> list[Problem]:
    paths = list(dict.fromkeys(_client_paths(plan, data, fault)))
    return [
        Problem(
            fault.message,
            fault.code,
            path or None,
            fault.fetch.service,
            fault.extensions,
            from_subgraph=fault.from_subgraph,
        )
        for path in paths or [()]
    ]


def _client_paths(plan: QueryPlan, data: JsonObject, fault: Fault) -> list[ClientPath]:
    places = _fault_places(plan, data, fault)
    if fault.path is not None:
        return [
            place.path + tail
            for place in places
            for tail in _translate(place.selection, place.value, fault.path)
        ]
    failed = {place.path for place in places}
    lost = _missing_at(places, fault.fetch.shape) + _missing_in_dependents(plan, data, fault.fetch, failed)
    return lost or [place.path for place in places[:1]]


def _fault_places(plan: QueryPlan, data: JsonObject, fault: Fault) -> list[Place]:
    places = list(_places(Place(data, (), plan.response), fault.fetch.path))
    if fault.targets is None:
        return places
    wanted = {id(target) for target in fault.targets}
    return [place for place in places if id(place.value) in wanted]


def _missing_in_dependents(
    plan: QueryPlan, data: JsonObject, failed: Fetch, below: Set[ClientPath]
) -> list[ClientPath]:
    """A fetch failed at some objects: what could not be asked for there, or below, without it."""
    later = [fetch for fetch in plan.fetches if failed.id in fetch.depends_on]
    paths: list[ClientPath] = []
    for fetch in later:
        places = [
            place
            for place in _places(Place(data, (), plan.response), fetch.path)
            if any(place.path[:length] in below for length in range(len(place.path) + 1))
        ]
        paths += _missing_at(places, fetch.shape) + _missing_in_dependents(plan, data, fetch, below)
    return paths


def _missing_at(places: Sequence[Place], shape: Shape) -> list[ClientPath]:
    return [path for place in places for path in _missing(place, shape)]


def _missing(place: Place, shape: Shape) -> Iterator[ClientPath]:
    """Find the client's fields of a shape for which there is no data."""
    for source, below in shape.items():
        for shown in _fields(place.selection, place.value, source):
            path = (*place.path, shown.key)
            if place.value.get(source) is None:
                if source not in place.value:
                    yield path
            elif below is not None:
                for inner in _items(place.value[source], path, shown.selection):
                    yield from _missing(inner, below)


def _items(value: Any, path: ClientPath, selection: ResponseSelection | None) -> Iterator[Place]:
    if isinstance(value, dict):
        yield Place(value, path, selection)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _items(item, (*path, index), selection)


def _places(place: Place, path: Sequence[PathKey | PathItems]) -> Iterator[Place]:
    """Walk a fetch's path, with the client's path beside it."""
    if not path:
        yield place
        return
    step = path[0]
    assert isinstance(step, PathKey)
    if step.types is not None and typename_of(place.value) not in step.types:
        return
    rest = 1
    while rest < len(path) and isinstance(path[rest], PathItems):
        rest += 1
    value = place.value.get(step.name)
    shown = _fields(place.selection, place.value, step.name)
    for visible in shown:
        for inner in _items(value, (*place.path, visible.key), visible.selection):
            yield from _places(inner, path[rest:])
    if not shown:  # fetched for a @requires only: the client sees nothing below
        for inner in _items(value, (), None):
            yield from _places(Place(inner.value, place.path, None), path[rest:])


def _translate(selection: ResponseSelection | None, value: Any, path: SourcePath) -> Iterator[ClientPath]:
    """Turn source keys into response keys, as far as the client can see."""
    if not path or selection is None:
        yield ()
        return
    head, rest = path[0], path[1:]
    if isinstance(head, int):
        item = value[head] if isinstance(value, list) and 0 <= head < len(value) else None
        for tail in _translate(selection, item, rest):
            yield (head, *tail)
        return
    shown = _fields(selection, value, head)
    if not shown:
        yield ()
    for visible in shown:
        below = value.get(head) if isinstance(value, dict) else None
        if visible.selection is None:
            yield (visible.key, *(step for step in rest if isinstance(step, int)))
            continue
        for tail in _translate(visible.selection, below, rest):
            yield (visible.key, *tail)


def _fields(selection: ResponseSelection | None, value: Any, source: str) -> list[ResponseField]:
    """The client's fields that show a source key of an object; of any type, if its type is unknown."""
    if selection is None:
        return []
    typename = selection.type_name or (typename_of(value) if isinstance(value, dict) else None)
    if typename is not None:
        candidates = selection.by_type.get(typename, selection.fields)
    else:
        candidates = (*selection.fields, *(each for some in selection.by_type.values() for each in some))
    unique = {each.key: each for each in candidates if each.source == source}
    return list(unique.values())
