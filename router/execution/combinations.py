"""What a program's combined requests look like: made at first use, kept with the program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .combine_calls import CombinedTemplate, combine_documents
from .typed_answer import Decode, entities_decoder

if TYPE_CHECKING:
    from .program import Step

MAX_KEPT = 64
"""Which fetches become ready together may vary from run to run; more combinations are not kept."""


@dataclass(frozen=True, slots=True)
class Combination:
    """A combined request's body, and the decoder of its answer (None: the plan is interpreted)."""

    template: CombinedTemplate
    decode: Decode | None


class Combinations:
    """The combinations of one program."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, ...], Combination | None] = {}

    def of(self, steps: Sequence[Step]) -> Combination | None:
        """Find or make the combination of some steps; None if their documents can't be combined."""
        key = tuple(step.fetch.id for step in steps)
        if key not in self._known:
            made = _combine(steps)
            if len(self._known) >= MAX_KEPT:
                return made
            self._known[key] = made
        return self._known[key]


def _combine(steps: Sequence[Step]) -> Combination | None:
    template = combine_documents([step.fetch for step in steps])
    if template is None:
        return None
    types = [step.fast.layout for step in steps if step.fast is not None]
    return Combination(template, entities_decoder(types) if len(types) == len(steps) else None)
