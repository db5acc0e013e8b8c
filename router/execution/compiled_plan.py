"""What the compiler makes of a plan: types that answers are decoded into, and generated functions.

All of it is for *regular* answers: HTTP 200, no errors, every value of the schema's kind. Whatever else comes
makes a function raise, and the run starts over in the interpreter (compiled_run.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from .combinations import MAX_KEPT
from .json_codec import JsonObject
from .request_body import BodyTemplate
from .typed_answer import Decode, entities_decoder


class RunData(Protocol):
    """What generated functions share in a run.

    ``tables``: objects of the data, listed or mapped as answers come in. ``holes``: some object lacks what an
    entity fetch should have given: its key is null, or the subgraph does not know it.
    """

    data: JsonObject
    tables: list[Any]
    holes: bool


Found: TypeAlias = tuple[list[bytes], list[list[Any]]]
"""Distinct representations, and for each the objects that wait for the entity."""

Gather: TypeAlias = Callable[[RunData], Found]
"""Collect what an entity fetch has to ask for."""

TakeRoot: TypeAlias = Callable[[RunData, JsonObject], None]
"""Put what stands in a root fetch's data into the tables."""

TakeEntities: TypeAlias = Callable[[RunData, list[list[Any]], Sequence[Any]], None]
"""Put what stands in entities into the tables, and their fields into the objects that wait for them."""

Project: TypeAlias = Callable[[RunData], JsonObject]
"""The client's ``data``: dicts and structs in the order of the response."""


@dataclass(frozen=True, slots=True)
class CompiledStep:
    """One fetch. A root fetch has no ``gather``, and ``take_root`` where others wait for it."""

    id: int
    service: str
    template: BodyTemplate
    body: bytes | None
    """The whole body, where no variable is in it."""
    dependents: tuple[int, ...]
    is_query: bool
    is_shared: bool
    decode: Decode
    layout: Any
    """The type of the answer's data, or of an entity; equal types are the same object."""
    is_flat: bool
    """Whether an entity holds nothing but leaves, so that it may be shared."""
    gather: Gather | None
    gather_unknown: Gather | None
    """``gather`` without what the same subgraph has said elsewhere in this run, which it fills in."""
    take_root: TakeRoot | None
    take_entities: TakeEntities | None


@dataclass(frozen=True, slots=True)
class CompiledPlan:
    """The steps, the projection and what makes the tables of a run.

    ``passes``: of a plan of one request, raises unless its response can be the client's, byte for byte.
    """

    steps: tuple[CompiledStep, ...]
    roots: tuple[CompiledStep, ...]
    project: Project
    tables: tuple[Callable[[], Any], ...]
    encode: Callable[[Any], bytes]
    busy: frozenset[str] = frozenset()
    """The subgraphs that several entity fetches ask."""
    passes: Decode | None = None
    _decoders: dict[tuple[int, ...], Decode] = field(default_factory=dict)

    def decoder(self, ids: tuple[int, ...]) -> Decode:
        """The decoder of a combined request's answer."""
        decode = self._decoders.get(ids)
        if decode is None:
            decode = entities_decoder([self.steps[each].layout for each in ids])
            if len(self._decoders) < MAX_KEPT:
                self._decoders[ids] = decode
        return decode
