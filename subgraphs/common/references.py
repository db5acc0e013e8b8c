"""Representations with an `id` in, entities out: what the types' `resolve_references` are made of.

One call serves all representations of a type; a representation without a proper id is an error of its entity
only, which the executor puts in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from aiodataloader import DataLoader

from .errors import CodedError, ErrorCode
from .ids import parse_id

R = TypeVar("R")
T = TypeVar("T")

Representations = Sequence[Mapping[str, Any]]


def stubs(representations: Representations, make: Callable[[Mapping[str, Any]], T]) -> list[T | CodedError]:
    """Entities of another subgraph, whose existence is its affair: made without asking for them."""
    return [make(each) if isinstance(each.get("id"), str) else _no_key() for each in representations]


async def load_entities(
    representations: Representations, loader: DataLoader[UUID, R], show: Callable[[R], T]
) -> list[T | CodedError]:
    """Entities of this subgraph, by a loader; `show` makes one of a row, or null."""
    ids = [_id_of(each) for each in representations]
    rows = iter(await loader.load_many([id for id in ids if isinstance(id, UUID)]))
    return [show(next(rows)) if isinstance(id, UUID) else id for id in ids]


def _id_of(representation: Mapping[str, Any]) -> UUID | CodedError:
    if "id" not in representation:
        return _no_key()
    try:
        return parse_id(representation["id"])
    except CodedError as error:
        return error


def _no_key() -> CodedError:
    return CodedError(ErrorCode.BAD_USER_INPUT, "The representation does not fit a key of its type.")
