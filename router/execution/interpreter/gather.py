"""Merged data → the representations that an entity fetch sends, each distinct one once.

Objects that are null, of another type, or without a usable key are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ...planning.plan import ContextVariable, Fetch, Path, PathItems, PathKey, Representation
from ..json_codec import JsonObject, encode
from ..program import Batch
from ..typename import typename_of


class Unusable(Exception):
    """A value that the representation needs is missing, or null where it may not be."""


def gather_entities(fetch: Fetch, data: JsonObject) -> list[Batch]:
    """Collect what a fetch has to ask for."""
    if not fetch.requires:
        targets = objects_at(data, fetch.path)
        return [Batch([], [targets])] if targets else []
    if fetch.context_variables:
        return _gather_with_context(fetch, data)
    batch = Batch([], [])
    seen: dict[bytes, list[JsonObject]] = {}
    for target in objects_at(data, fetch.path):
        _add(batch, seen, fetch, target)
    return [batch] if batch.representations else []


def _add(batch: Batch, seen: dict[bytes, list[JsonObject]], fetch: Fetch, target: JsonObject) -> None:
    key = representation_json(fetch.requires, target)
    if key is None:
        return
    targets = seen.get(key)
    if targets is None:
        targets = seen[key] = []
        batch.representations.append(key)
        batch.targets.append(targets)
    targets.append(target)


def objects_at(value: Any, path: Path) -> list[JsonObject]:
    """Go to every object at a path, one step of all of them at a time; holes are left out."""
    level = [value]
    for step in path:
        if isinstance(step, PathKey):
            level = [each.get(step.name) for each in level if type(each) is dict and step_applies(step, each)]
        else:
            level = [item for each in level if type(each) is list for item in each]
    return [each for each in level if type(each) is dict]


def trails_at(value: Any, path: Path, above: tuple[JsonObject, ...] = ()) -> Iterator[tuple[JsonObject, ...]]:
    """Walk to every object at a path; each comes with the objects above it, outermost first."""
    if isinstance(value, dict):
        trail = (*above, value)
        if not path:
            yield trail
        elif isinstance(path[0], PathKey) and step_applies(path[0], value):
            yield from trails_at(value.get(path[0].name), path[1:], trail)
    elif isinstance(value, list) and path and isinstance(path[0], PathItems):
        for item in value:
            yield from trails_at(item, path[1:], above)


def step_applies(step: PathKey, value: JsonObject) -> bool:
    """Whether the step leads through this object's type."""
    return step.types is None or typename_of(value) in step.types


def representation_json(choices: Sequence[Representation], target: JsonObject) -> bytes | None:
    """Write an object's representation; None if none fits its type or its values are not usable."""
    choice = _choose(choices, target)
    if choice is None:
        return None
    try:
        return encode(_represent(choice, target))
    except Unusable:
        return None


def _choose(choices: Sequence[Representation], value: JsonObject) -> Representation | None:
    for choice in choices:
        if choice.on is None or typename_of(value) in choice.on:
            return choice
    return None


def _represent(choice: Representation, value: JsonObject) -> JsonObject:
    sent: JsonObject = {}
    if choice.with_typename:
        sent["__typename"] = choice.typename or value.get("__typename")
    for field in choice.fields:
        if field.source not in value:
            raise Unusable
        sent[field.name] = _send(value[field.source], field.selections, nullable=field.nullable)
    return sent


def _send(value: Any, selections: tuple[Representation, ...] | None, *, nullable: bool) -> Any:
    if value is None:
        if not nullable:
            raise Unusable
        return None
    if selections is None:
        return value
    if isinstance(value, list):  # nullable speaks of the field; items may always be null
        return [_send(item, selections, nullable=True) for item in value]
    if not isinstance(value, dict):
        raise Unusable
    return _represent_nested(selections, value)


def _represent_nested(choices: tuple[Representation, ...], value: JsonObject) -> JsonObject:
    """Represent a composite value; of a type that nothing is required of, only its name is sent."""
    choice = _choose(choices, value)
    if choice is not None:
        return _represent(choice, value)
    return {"__typename": value["__typename"]} if "__typename" in value else {}


def _gather_with_context(fetch: Fetch, data: JsonObject) -> list[Batch]:
    """Group the objects by the values of their context: each group is a request of its own."""
    batches: dict[tuple[bytes, ...], tuple[Batch, dict[bytes, list[JsonObject]]]] = {}
    names = [variable.name for variable in fetch.context_variables]
    for trail in trails_at(data, fetch.path):
        values = tuple(encode(_context_value(variable, trail)) for variable in fetch.context_variables)
        if values not in batches:
            batches[values] = (Batch([], [], dict(zip(names, values, strict=True))), {})
        _add(*batches[values], fetch, trail[-1])
    return [batch for batch, _ in batches.values() if batch.representations]


def _context_value(variable: ContextVariable, trail: tuple[JsonObject, ...]) -> Any:
    if variable.levels >= len(trail):
        return None
    found = (_descend(trail[-1 - variable.levels], choice) for choice in variable.choices)
    return next((value for value in found if value is not None), None)


def _descend(value: Any, path: Path) -> Any:
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(step, PathItems):
        return [_descend(item, rest) for item in value] if isinstance(value, list) else None
    if not isinstance(value, dict) or not step_applies(step, value):
        return None
    return _descend(value.get(step.name), rest)
