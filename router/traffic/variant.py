"""Which variant of an operation a request wants (docs/adr/0001), and what is kept of each."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..execution.program import Program
from ..planning.plan import QueryPlan
from .weigh import weigh_plan, weigh_program

CacheKey: TypeAlias = tuple[str, str | None]
"""An operation's raw text, and the operation name that the client sent."""

VariantKey: TypeAlias = tuple[tuple[bool, ...], frozenset[str], bool]

ONLY_VARIANT: VariantKey = ((), frozenset(), False)

_PERCENT = re.compile(r"percent\((\d+(?:\.\d+)?)\)")


@dataclass(slots=True)
class PlannedVariant:
    """One variant's plan, and how it is run: interpreted at first sight, compiled from the second."""

    operation: CacheKey
    plan: QueryPlan
    program: Program | None = None
    """Kept from the second sight on: many operations are never seen again."""
    seen: int = 0

    @property
    def compiled_weight(self) -> int:
        """About how many bytes its compiled program takes."""
        return (
            weigh_program(self.program)
            if self.program is not None and self.program.compiled is not None
            else 0
        )

    @property
    def weight(self) -> int:
        """About how many bytes are kept of it."""
        return weigh_plan(self.plan) + (weigh_program(self.program) if self.program is not None else 0)


def variant_key(
    conditions: tuple[str, ...],
    labels: tuple[str, ...],
    variables: Mapping[str, Any],
    enabled: Set[str],
    *,
    defer: bool,
) -> VariantKey:
    """Decide a request's variant from its coerced variables, the labels' outcomes, and ``@defer``."""
    if not conditions and not labels and not defer:
        return ONLY_VARIANT
    values = tuple(bool(variables.get(name)) for name in conditions)
    return values, frozenset(label for label in labels if is_label_on(label, enabled)), defer


def is_label_on(label: str, enabled: Set[str]) -> bool:
    """Decide a label of a progressive ``@override``; ``percent(n)`` is on for n % of the requests."""
    percent = _PERCENT.fullmatch(label)
    if percent is None:
        return label in enabled
    return random.random() * 100 < float(percent.group(1))
