"""The parts of a response → JSON, in either of the two formats that clients read.

``20220824`` (``deferSpec=20220824``): each increment names its path, and has all that its fragment asks for.
``v0.2`` (``incrementalSpec=v0.2``, the form of graphql-js 17.0.0-alpha.9): what is to come is announced under
an id, and nothing is sent that was sent before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, Protocol, TypeAlias

from ..entity_calls import copy_json
from ..errors import ClientPath, Problem
from ..json_codec import JsonObject, encode
from ..respond import ErrorSettings, formatted_problems
from .run_deferred import Announced, Initial, PartResult, Update

IncrementalSpec: TypeAlias = Literal["20220824", "v0.2"]


class IncrementalFormat(Protocol):
    """One response's format; it may remember what was sent."""

    def initial(self, initial: Initial, extensions: Mapping[str, Any] | None) -> bytes:
        """The first payload; more will come."""

    def update(self, update: Update) -> bytes:
        """A later payload."""


def incremental_format(spec: IncrementalSpec, settings: ErrorSettings) -> IncrementalFormat:
    """Make the format of one response."""
    return PathFormat(settings) if spec == "20220824" else IdFormat(settings)


class PathFormat:
    """``{"incremental": [{"data": …, "path": […], "label": …}], "hasNext": …}``."""

    def __init__(self, settings: ErrorSettings) -> None:
        self._settings = settings

    def initial(self, initial: Initial, extensions: Mapping[str, Any] | None) -> bytes:
        """``{"data": …, "hasNext": true}``."""
        return encode({**_response(initial, self._settings, extensions), "hasNext": True})

    def update(self, update: Update) -> bytes:
        """Each part with its path."""
        incremental = [self._increment(result) for result in update.results]
        return encode({"incremental": incremental, "hasNext": update.has_next})

    def _increment(self, result: PartResult) -> JsonObject:
        part = result.announced.part
        shown: JsonObject = {"data": result.data, "path": list(part.path)}
        if part.deferred.label is not None:
            shown["label"] = part.deferred.label
        return {**shown, **_errors(result.problems, self._settings)}


class IdFormat:
    """``{"incremental": [{"id": …, "data": …}], "completed": [{"id": …}], "hasNext": …}``."""

    def __init__(self, settings: ErrorSettings) -> None:
        self._settings = settings
        self._sent: JsonObject = {}

    def initial(self, initial: Initial, extensions: Mapping[str, Any] | None) -> bytes:
        """``{"data": …, "pending": […], "hasNext": true}``."""
        self._sent = initial.data or {}
        response = _response(initial, self._settings, extensions)
        return encode({**response, "pending": _pending(initial.announced), "hasNext": True})

    def update(self, update: Update) -> bytes:
        """What is new of each part, and which parts are complete."""
        payload: JsonObject = {"hasNext": update.has_next}
        if update.announced:
            payload["pending"] = _pending(update.announced)
        incremental = [each for result in update.results for each in self._increments(result)]
        if incremental:
            payload["incremental"] = incremental
        payload["completed"] = [self._completed(result) for result in update.results]
        return encode(payload)

    def _increments(self, result: PartResult) -> Iterator[JsonObject]:
        if result.data is None:
            return
        errors = _errors(result.problems, self._settings)
        known = _at(self._sent, result.announced.part.path)
        for sub_path, data in list(_fresh(result.data, known, ())):
            _at(known, sub_path).update(copy_json(data))
            increment: JsonObject = {"id": result.announced.id, "data": data}
            if sub_path:
                increment["subPath"] = list(sub_path)
            yield {**increment, **errors}
            errors = {}
        if errors:  # nothing is new, but something failed
            yield {"id": result.announced.id, "data": {}, **errors}

    def _completed(self, result: PartResult) -> JsonObject:
        shown: JsonObject = {"id": result.announced.id}
        return shown if result.data is not None else {**shown, **_errors(result.problems, self._settings)}


def _response(initial: Initial, settings: ErrorSettings, extensions: Mapping[str, Any] | None) -> JsonObject:
    response: JsonObject = {"data": initial.data, **_errors(initial.problems, settings)}
    return response if not extensions else {**response, "extensions": extensions}


def _errors(problems: list[Problem], settings: ErrorSettings) -> JsonObject:
    return {"errors": formatted_problems(problems, settings)} if problems else {}


def _pending(announced: list[Announced]) -> list[JsonObject]:
    return [_announcement(each) for each in announced]


def _announcement(each: Announced) -> JsonObject:
    shown: JsonObject = {"id": each.id, "path": list(each.part.path)}
    return shown if each.part.deferred.label is None else {**shown, "label": each.part.deferred.label}


def _at(value: Any, path: ClientPath) -> Any:
    for step in path:
        value = value[step]
    return value


def _fresh(data: Any, known: Any, sub_path: ClientPath) -> Iterator[tuple[ClientPath, JsonObject]]:
    """Find the fields that were not sent before, by the objects that they belong to."""
    if isinstance(data, dict) and isinstance(known, dict):
        own = {key: value for key, value in data.items() if key not in known}
        if own:
            yield sub_path, own
        for key, value in data.items():
            if key in known:
                yield from _fresh(value, known[key], (*sub_path, key))
    elif isinstance(data, list) and isinstance(known, list):
        for index, (item, other) in enumerate(zip(data, known, strict=False)):
            yield from _fresh(item, other, (*sub_path, index))
