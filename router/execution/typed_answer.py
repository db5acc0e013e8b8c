"""Types of a subgraph's answer → a decoder that checks them while it reads (msgspec, at C speed)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypedDict

import msgspec

Decode: TypeAlias = Callable[[bytes | memoryview], Any]
"""Body → an object with ``data`` and ``errors``; raises where the data do not fit the types."""


def typed_dict(name: str, fields: dict[str, Any]) -> Any:
    """Make a TypedDict at run time."""
    return TypedDict(name, fields)  # type: ignore[operator]


def struct(name: str, fields: Mapping[str, tuple[Any, ...]], *, exact: bool = False) -> Any:
    """Make a struct: keys with their types and, where they may be absent, defaults.

    Its attributes are ``f0``, ``f1``, … in order, as a GraphQL name may be one that Python keeps for itself.
    ``exact`` ones refuse unknown keys.
    """
    names = {f"f{number}": key for number, key in enumerate(fields)}
    typed = [(name, *field) for name, field in zip(names, fields.values(), strict=True)]
    return msgspec.defstruct(
        name, typed, rename=names, kw_only=True, forbid_unknown_fields=exact, gc=False, eq=False
    )


def convert(data: Any, type_: Any) -> Any:
    """Bring decoded JSON into a type; raises ValidationError where it does not fit."""
    return msgspec.convert(data, type_)


def answer_decoder(data: Any) -> Decode:
    """Decode ``{data, errors}`` with data of a type."""
    answer = msgspec.defstruct("Answer", [("data", data | None, None), ("errors", Any, None)], gc=False)
    return msgspec.json.Decoder(answer).decode


def entities_decoder(entities: Sequence[Any]) -> Decode:
    """Decode lists of entities: under ``_entities`` if there is one, under ``e0``, ``e1``, … if several.

    The lists are the attributes ``f0``, ``f1``, … of the answer's data.
    """
    keys = ["_entities"] if len(entities) == 1 else [f"e{index}" for index in range(len(entities))]
    lists = {
        key: (list.__class_getitem__(entity | None),) for key, entity in zip(keys, entities, strict=True)
    }
    return answer_decoder(struct("Entities", lists))
