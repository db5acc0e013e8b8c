"""Limits of planning."""

from __future__ import annotations

from dataclasses import dataclass

from ..operation.normalise import MAX_SELECTIONS
from ..query_graph.budget import MAX_PATHS, MAX_SECONDS
from ..query_graph.choose import MAX_CHOICES


@dataclass(frozen=True, slots=True)
class PlannerSettings:
    """How much work one plan may be.

    ``max_paths``, ``max_seconds`` (of CPU) and ``max_selections`` end in a PlanningError; after
    ``max_choices`` the best plan found so far is taken.
    """

    max_paths: int = MAX_PATHS
    max_seconds: float = MAX_SECONDS
    max_selections: int = MAX_SELECTIONS
    max_choices: int = MAX_CHOICES
