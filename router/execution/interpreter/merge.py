"""A subgraph's answer → the tree of merged data, by source keys.

Where both sides have the same composite value (each subgraph gave other fields of it), they are merged
field by field and item by item; where only one has it, it is taken as it is.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

from ..json_codec import JsonObject


def merge_entities(targets: list[list[JsonObject]], entities: Sequence[Any], abstract: Set[str]) -> None:
    """Merge each entity into all its objects; null and what is no object leave them as they are."""
    for objects, entity in zip(targets, entities, strict=True):
        if isinstance(entity, dict):
            for target in objects:
                merge_object(target, entity, abstract)


def merge_object(target: JsonObject, source: JsonObject, abstract: Set[str]) -> None:
    """Merge the fields of ``source`` into ``target``.

    ``__typename`` from an ``@interfaceObject`` (a name in ``abstract``) never hides a concrete type's.
    """
    for key, value in source.items():
        present = target.get(key)
        if present is None:
            target[key] = value
        elif key == "__typename":
            if type(value) is str and value not in abstract:
                target[key] = value
        elif value is not None:
            target[key] = _merge_value(present, value, abstract)


def _merge_value(present: Any, value: Any, abstract: Set[str]) -> Any:
    if present is value:
        return present
    if isinstance(present, dict) and isinstance(value, dict):
        merge_object(present, value, abstract)
        return present
    if isinstance(present, list) and isinstance(value, list) and len(present) == len(value):
        return [
            other if item is None else item if other is None else _merge_value(item, other, abstract)
            for item, other in zip(present, value, strict=True)
        ]
    # Two subgraphs give what does not go together: one of the answers is wrong. Which of them came first must
    # not decide what the client gets, so the fuller value stands.
    return present if _fullness(present) > _fullness(value) else value


def _fullness(value: Any) -> tuple[int, int]:
    if isinstance(value, list):
        return 2, len(value)
    return (1, 0) if isinstance(value, dict) else (0, 0)
