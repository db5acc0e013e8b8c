"""What went wrong in fetches → GraphQL errors at the client's paths.

A ``Fault`` is kept as it occurs, in the subgraph's terms. After the last fetch, ``explain_faults`` finds
where the data would have stood in the client's response: under aliases, at list indexes, and at every
place where an entity was used. Nothing here runs unless something failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from ..planning.plan import Fetch, PathItems, PathKey, QueryPlan, ResponseField, ResponseSelection, Shape
from .errors import ClientPath, Problem
from .json_codec import JsonObject
from .problems import Problems
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


def explain_faults(plan: QueryPlan, data: JsonObject, faults: Sequence[Fault], problems: Problems) -> None:
    """Add each fault as errors in the client's terms."""
    explainer = Explainer(plan, data, problems.limit)
    for fault in faults:
        if problems.is_full:
            problems.has_more = True
            return
        for problem in explainer.explain(fault):
            problems.add(problem)


class Explainer:
    """Explains faults of one run's data, each as ``limit`` errors at most, and one to tell of more.

    A subgraph may report a thousand errors about a hundred thousand objects: what all of them need is walked
    once, and what is about the same objects is found once.
    """

    def __init__(self, plan: QueryPlan, data: JsonObject, limit: int) -> None:
        self._plan = plan
        self._root = Place(data, (), plan.response)
        self._limit = limit
        self._places: dict[int, list[Place]] = {}
        self._by_object: dict[int, dict[int, list[tuple[int, Place]]]] = {}
        self._by_place_above: dict[int, dict[ClientPath, list[Place]]] = {}
        self._paths: dict[tuple[int, int | None, SourcePath | None], list[ClientPath]] = {}

    def explain(self, fault: Fault) -> list[Problem]:
        """Give a fault as errors in the client's terms."""
        return [
            Problem(
                fault.message,
                fault.code,
                path or None,
                fault.fetch.service,
                fault.extensions,
                from_subgraph=fault.from_subgraph,
            )
            for path in self._paths_of(fault) or [()]
        ]

    def _paths_of(self, fault: Fault) -> list[ClientPath]:
        about = (fault.fetch.id, None if fault.targets is None else id(fault.targets), fault.path)
        found = self._paths.get(about)
        if found is None:
            found = self._paths[about] = list(islice(_unique(self._client_paths(fault)), self._limit + 1))
        return found

    def _client_paths(self, fault: Fault) -> Iterator[ClientPath]:
        places = self._fault_places(fault)
        if fault.path is not None:
            for place in places:
                for tail in _translate(place.selection, place.value, fault.path):
                    yield place.path + tail
            return
        is_lost = False
        for path in chain(_missing_at(places, fault.fetch.shape), self._missing_later(fault.fetch, places)):
            is_lost = True
            yield path
        if not is_lost:
            yield from (place.path for place in places[:1])

    def _fault_places(self, fault: Fault) -> list[Place]:
        """Where the objects stand that a fault is about, in the order of the response."""
        if fault.targets is None:
            return self._places_of(fault.fetch)
        objects = self._objects_of(fault.fetch)
        found = [each for target in fault.targets for each in objects.get(id(target), ())]
        return [place for _, place in sorted(found, key=lambda each: each[0])]

    def _places_of(self, fetch: Fetch) -> list[Place]:
        places = self._places.get(fetch.id)
        if places is None:
            places = self._places[fetch.id] = list(_places(self._root, fetch.path))
        return places

    def _objects_of(self, fetch: Fetch) -> dict[int, list[tuple[int, Place]]]:
        """A fetch's places, numbered, by the object that stands there."""
        objects = self._by_object.get(fetch.id)
        if objects is None:
            objects = self._by_object[fetch.id] = {}
            for numbered in enumerate(self._places_of(fetch)):
                objects.setdefault(id(numbered[1].value), []).append(numbered)
        return objects

    def _missing_later(self, failed: Fetch, places: Sequence[Place]) -> Iterator[ClientPath]:
        """A fetch failed at some objects: what could not be asked for there, or below, without it."""
        for fetch in self._after(failed):
            below = self._below(fetch)
            for place in places:
                yield from _missing_at(below.get(place.path, ()), fetch.shape)

    def _after(self, failed: Fetch) -> Iterator[Fetch]:
        """The fetches that wait for one, directly or not."""
        waiting = {failed.id}
        for fetch in self._plan.fetches:  # each stands behind those that it waits for
            if not waiting.isdisjoint(fetch.depends_on):
                waiting.add(fetch.id)
                yield fetch

    def _below(self, fetch: Fetch) -> dict[ClientPath, list[Place]]:
        """A fetch's places by each place above them, and by themselves."""
        below = self._by_place_above.get(fetch.id)
        if below is None:
            below = self._by_place_above[fetch.id] = {}
            for place in self._places_of(fetch):
                for length in range(len(place.path) + 1):
                    below.setdefault(place.path[:length], []).append(place)
        return below


def _unique(paths: Iterable[ClientPath]) -> Iterator[ClientPath]:
    seen = set[ClientPath]()
    for path in paths:
        if path not in seen:
            seen.add(path)
            yield path


def _missing_at(places: Sequence[Place], shape: Shape) -> Iterator[ClientPath]:
    return (path for place in places for path in _missing(place, shape))


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
