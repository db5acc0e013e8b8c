"""Types of a subgraph's answer → a decoder that checks them while it reads (msgspec, at C speed)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypedDict

import msgspec

Decode: TypeAlias = Callable[[bytes | memoryview], Any]
"""Body → an object with ``data`` and ``errors``; raises where the data do not fit the types."""


def typed_dict(name: str, fields: dict[str, Any]) -> Any:
    """Make a TypedDict at run time."""
    return TypedDict(name, fields)  # type: ignore[operator]


def answer_decoder(data: Any) -> Decode:
    """Decode ``{data, errors}`` with data of a type."""
    answer = msgspec.defstruct("Answer", [("data", data | None, None), ("errors", Any, None)], gc=False)
    return msgspec.json.Decoder(answer).decode


def entities_decoder(entities: Sequence[Any]) -> Decode:
    """Decode lists of entities: under ``_entities`` if there is one, under ``e0``, ``e1``, … if several."""
    keys = ["_entities"] if len(entities) == 1 else [f"e{index}" for index in range(len(entities))]
    lists = {key: list.__class_getitem__(entity | None) for key, entity in zip(keys, entities, strict=True)}
    return answer_decoder(typed_dict("Entities", lists))
