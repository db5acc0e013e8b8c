"""A plan made ready to run: what the interpreter and the compiler both make, and the scheduler runs.

A ``Program`` is a plan with one ``Step`` for each fetch. A step's functions (collect the representations,
merge the answer) and the program's projection are either generic (interpreter) or generated (compiler);
everything else (scheduling, requests, errors) is the same code for both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphql import GraphQLSchema

from ..planning.plan import Fetch, QueryPlan
from .combinations import Combinations
from .errors import Problem
from .json_codec import JsonObject
from .parts import FastPart
from .request_body import BodyTemplate
from .typed_answer import Decode


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


Project: TypeAlias = Callable[[JsonObject, list[Problem]], JsonObject | None]
"""Merged data → the client's ``data``; adds to the problems what is wrong with the values."""


RunTables: TypeAlias = list[Any]
"""Objects of the merged data, listed or mapped as answers come in: one ``list`` or ``dict`` per table."""

Collect: TypeAlias = Callable[[Iterable[JsonObject | None], RunTables], None]
"""Put what stands in an answer into the tables."""

FastGather: TypeAlias = Callable[[JsonObject, RunTables], list[Batch]]
"""Like ``Gather``, with the tables."""

FastProject: TypeAlias = Callable[[JsonObject, RunTables], JsonObject]
"""Like ``Project``, for regular data only; raises where they turn out not to be."""


@dataclass(frozen=True, slots=True)
class FastStep:
    """A step's generated functions, for as long as a run is regular."""

    decode: Decode
    gather: FastGather | None
    merge_entities: MergeEntities
    collect: Collect | None
    gather_unknown: FastGather | None
    """``gather`` without what the same subgraph has said elsewhere in this run, which it fills in."""
    layout: Any
    """The type of the answer's data, or of an entity: equal layouts are the same object."""


@dataclass(frozen=True, slots=True)
class Step:
    """One fetch, ready to run. ``gather`` is None for a root fetch."""

    fetch: Fetch
    template: BodyTemplate
    dependents: tuple[int, ...]
    gather: Gather | None
    merge_entities: MergeEntities
    merge_root: MergeRoot
    fast: FastStep | None = None
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
    fast_project: FastProject | None = None
    first_part: FastPart | None = None
    """In the place of ``fast_project``, where something is deferred."""
    passes: Decode | None = None
    """Of a plan of one request: raises unless its response can be the client's, byte for byte."""
    required_root: frozenset[str] = frozenset()
    tables: tuple[Callable[[], Any], ...] = ()
    """What makes each table of a run."""
    combinations: Combinations = field(default_factory=Combinations)

    @property
    def is_compiled(self) -> bool:
        """Whether there are generated functions."""
        return self.fast_project is not None or self.first_part is not None


def dependents_of(plan: QueryPlan) -> tuple[tuple[int, ...], ...]:
    """Turn ``depends_on`` around: for each fetch, the fetches that wait for it."""
    waiting: list[list[int]] = [[] for _ in plan.fetches]
    for fetch in plan.fetches:
        for earlier in fetch.depends_on:
            waiting[earlier].append(fetch.id)
    return tuple(map(tuple, waiting))
