"""Entity fetches → as few requests as can be: what a run has asked for already is not asked for again.

An ``EntityCall`` is one list of ``_entities``: distinct representations, and ``Delivery``s of its entities
to the objects of one or more fetches. ``share_out`` splits what a fetch needs over calls that are there
(answered or under way) and a new one; calls to one subgraph that start together go out as one request
(combine_calls.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from .json_codec import JsonObject
from .program import Batch, Step
from .read_answer import BadAnswer

Key: TypeAlias = tuple[str, str]
"""Subgraph and document: two fetches of the same key differ in their paths alone."""


@dataclass(slots=True)
class Delivery:
    """Objects that wait for a call's entities; ``indexes[i]`` is the entity of ``targets[i]``.

    A ``range``: all of the call's entities, in order.
    """

    step: Step
    targets: list[list[JsonObject]]
    indexes: list[int] | range


@dataclass(slots=True, eq=False)
class EntityCall:
    """One list of entities. ``entities`` and ``errors`` are there once it is ``answered``.

    ``errors``: each with the index of its entity (None: all) and its path below it. ``sent``: it was asked.
    """

    step: Step
    representations: list[bytes] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    context: dict[str, bytes] = field(default_factory=dict)
    sent: bool = False
    answered: bool = False
    entities: list[Any] = field(default_factory=list)
    errors: list[tuple[int | None, JsonObject]] = field(default_factory=list)
    failure: BadAnswer | None = None


class EntityMemory:
    """What one run has asked for, by key and representation."""

    def __init__(self) -> None:
        self._places: dict[Key, dict[bytes, tuple[EntityCall, int]]] = {}

    def share_out(self, step: Step, batch: Batch) -> Iterable[tuple[EntityCall, Delivery]]:
        """Find or make the calls that will give a fetch its entities."""
        known, representations = self._known(step), batch.representations
        if not known:  # nothing of the kind was asked for
            self.adopt(EntityCall(step, representations))
        first, _ = known.get(representations[0], (None, 0))
        if first is not None and first.representations == representations:
            return ((first, Delivery(step, batch.targets, range(len(representations)))),)
        fresh = EntityCall(step)
        shares: dict[EntityCall, tuple[list[list[Any]], list[int]]] = {}
        for representation, targets in zip(representations, batch.targets, strict=True):
            place = known.get(representation)
            if place is None:
                place = known[representation] = (fresh, len(fresh.representations))
                fresh.representations.append(representation)
            call, index = place
            share = shares.get(call)
            if share is None:
                share = shares[call] = ([], [])
            share[0].append(targets)
            share[1].append(index)
        return ((call, Delivery(step, *share)) for call, share in shares.items())

    def adopt(self, call: EntityCall) -> None:
        """Remember a call that was made elsewhere."""
        known = self._known(call.step)
        for index, representation in enumerate(call.representations):
            known[representation] = (call, index)

    def _known(self, step: Step) -> dict[bytes, tuple[EntityCall, int]]:
        return self._places.setdefault((step.fetch.service, step.fetch.document), {})


def whole_call(step: Step, batch: Batch) -> EntityCall:
    """Make a call for one fetch alone."""
    call = EntityCall(step, batch.representations, context=batch.context)
    call.deliveries.append(Delivery(step, batch.targets, range(len(batch.targets))))
    return call


def delivered_entities(call: EntityCall, delivery: Delivery, *, first: bool) -> list[Any]:
    """Pick a delivery's entities; all but the first get copies where later fetches could write into them."""
    if len(delivery.indexes) == len(call.entities) and first:  # all, in order: the first asked for them
        return call.entities
    entities = [call.entities[index] for index in delivery.indexes]
    if first or not delivery.step.has_nested_shape:
        return entities
    return [copy_json(entity) for entity in entities]


def copy_json(value: Any) -> Any:
    """Copy dicts and lists, all the way down."""
    if type(value) is dict:
        return {key: copy_json(item) for key, item in value.items()}
    if type(value) is list:
        return [copy_json(item) for item in value]
    return value
