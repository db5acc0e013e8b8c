"""Entities that several fetches of a compiled run ask for alike: asked for once, given to each.

Two fetches of one document at two paths need entities of two types, if later fetches add to what stands in
them. Then the same answer is read once for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .compiled_plan import CompiledStep, RunData
from .entity_calls import Delivery, EntityCall, EntityMemory
from .json_codec import decode
from .program import Batch, Step
from .transport import HttpResponse
from .typed_answer import convert

Given = tuple[list[list[Any]], Sequence[Any]]
"""Objects that wait, and their entities."""


class SharedCalls:
    """What one run has asked for in the name of several fetches."""

    def __init__(self, steps: Sequence[CompiledStep]) -> None:
        self._steps = steps
        self._memory = EntityMemory()
        self._outstanding: dict[int, int] = {}
        self._responses: dict[EntityCall, tuple[HttpResponse, str]] = {}

    def share_out(self, step: Step, batch: Batch) -> tuple[EntityCall | None, list[Given], int]:
        """Split what a fetch needs: a call to send, what is there, and how many calls it waits for."""
        fresh: EntityCall | None = None
        there: list[Given] = []
        waits = 0
        for call, delivery in self._memory.share_out(step, batch):
            if call.answered:
                there.append((delivery.targets, self._entities(call, delivery)))
                continue
            if not call.sent:
                call.sent, fresh = True, call
            call.deliveries.append(delivery)
            waits += 1
        self._outstanding[step.fetch.id] = waits
        return fresh, there, waits

    def answered(
        self, run: RunData, call: EntityCall, entities: list[Any], source: tuple[HttpResponse, str]
    ) -> list[CompiledStep]:
        """Give an answered call's entities to whom they are for; gives the fetches that have all now.

        ``source``: the response, and the entities' key in it.
        """
        call.answered, call.entities = True, entities
        self._responses[call] = source
        finished = []
        for delivery in call.deliveries:
            step = self._steps[delivery.step.fetch.id]
            assert step.take_entities is not None
            step.take_entities(run, delivery.targets, self._entities(call, delivery))
            self._outstanding[step.id] -= 1
            if not self._outstanding[step.id]:
                finished.append(step)
        return finished

    def _entities(self, call: EntityCall, delivery: Delivery) -> Sequence[Any]:
        asking, step = self._steps[call.step.fetch.id], self._steps[delivery.step.fetch.id]
        entities = call.entities
        if step is not asking and not (step.is_flat and step.layout is asking.layout):
            response, key = self._responses[call]
            again = decode(response.view)["data"][key]
            entities = convert(again, list.__class_getitem__(step.layout | None))
        indexes = delivery.indexes
        return entities if type(indexes) is range else [entities[index] for index in indexes]
