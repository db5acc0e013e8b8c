"""A plan made ready to run.

A ``Program`` is a plan with one ``Step`` for each fetch: generic functions that collect representations,
merge answers and project the response (interpreter). Once compiled it holds the plan as generated code, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphql import GraphQLSchema

from ..planning.plan import Fetch, QueryPlan
from .combinations import Combinations
from .compiled_plan import CompiledPlan
from .json_codec import JsonObject
from .problems import Problems
from .request_body import BodyTemplate


@dataclass(slots=True)
class Batch:
    """The distinct entities of one request: each representation's JSON, and the objects that it is for.

    No representations: root fields asked for below the root (a field whose type is ``Query``), for all the
    objects of the one group of targets.
    ``context`` holds the JSON of the ``@fromContext`` variables that all of them share.
    """

    representations: list[bytes]
    targets: list[list[JsonObject]]
    context: dict[str, bytes] = field(default_factory=dict)


Gather: TypeAlias = Callable[[JsonObject], list[Batch]]
"""Merged data → the requests that an entity fetch has to make (none, if no object needs it)."""

MergeEntities: TypeAlias = Callable[[list[list[JsonObject]], Sequence[Any]], None]
"""Merge each entity (or null) into its objects."""

MergeRoot: TypeAlias = Callable[[JsonObject, JsonObject], None]
"""Merge a root fetch's data into the merged data."""


Project: TypeAlias = Callable[[JsonObject, Problems], JsonObject | None]
"""Merged data → the client's ``data``; adds to the problems what is wrong with the values."""


@dataclass(frozen=True, slots=True)
class Step:
    """One fetch, ready to run. ``gather`` is None for a root fetch."""

    fetch: Fetch
    template: BodyTemplate
    dependents: tuple[int, ...]
    gather: Gather | None
    merge_entities: MergeEntities
    merge_root: MergeRoot
    is_shared: bool = False
    """Whether another fetch asks the same of the same subgraph, at another path."""

    @property
    def has_nested_shape(self) -> bool:
        """Whether later fetches could write into what this one gives."""
        return any(below is not None for below in self.fetch.shape.values())


@dataclass(frozen=True, slots=True)
class Program:
    """A runnable plan. ``required_root`` are source keys of non-null root fields (mutations stop there)."""

    plan: QueryPlan
    schema: GraphQLSchema
    steps: tuple[Step, ...]
    project: Project
    waits: tuple[int, ...]
    """For each step, how many others it waits for."""
    required_root: frozenset[str] = frozenset()
    combinations: Combinations = field(default_factory=Combinations)
    compiled: CompiledPlan | None = None
    """The same as generated code, for regular answers."""


def dependents_of(plan: QueryPlan) -> tuple[tuple[int, ...], ...]:
    """Turn ``depends_on`` around: for each fetch, the fetches that wait for it."""
    waiting: list[list[int]] = [[] for _ in plan.fetches]
    for fetch in plan.fetches:
        for earlier in fetch.depends_on:
            waiting[earlier].append(fetch.id)
    return tuple(map(tuple, waiting))
