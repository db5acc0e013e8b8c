"""The query plan: all that execution gets to know about an operation.

A plan belongs to one *variant* of an operation: the values of the Boolean variables that its
``@skip``/``@include``/``@defer`` directives use, and the outcome of ``@override`` labels, are decided
before planning (docs/adr/0001). So nothing in a plan is conditional.

Fetches write into one tree of *merged data*, whose keys are the planner's choice (*source keys*): two
different fields never share a source key on one object, so merging never has to rename anything. The
*projection* then reads the client's response from that tree.

    merged data  {"me": {"__typename": "User", "id": "1", "id_2": "x"}}
    projection   me ← me { userId ← id, id ← id_2 }
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from graphql import GraphQLOutputType

OperationKind: TypeAlias = Literal["query", "mutation", "subscription"]


@dataclass(frozen=True, slots=True)
class PathKey:
    """Step into the value under source key ``name``, in objects whose type is one of ``types``.

    ``types`` is None where every object qualifies; else the object's ``__typename`` is in the data.
    """

    name: str
    types: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class PathItems:
    """Step into every item of a list (printed ``@``)."""


PathElement: TypeAlias = PathKey | PathItems
Path: TypeAlias = tuple[PathElement, ...]


@dataclass(frozen=True, slots=True)
class RepresentationField:
    """One field of a representation: sent as ``name``, read from the merged data's ``source``.

    ``selections`` is None for a leaf. For a composite value each item is one type's share of it: the
    first whose ``on`` matches is sent; lists are mapped. A value that is absent (not null) makes the whole
    representation unusable.
    """

    name: str
    source: str
    selections: tuple[Representation, ...] | None = None
    nullable: bool = True
    """Whether null may be sent; where False a null makes the representation unusable."""


@dataclass(frozen=True, slots=True)
class Representation:
    """What to send for objects whose ``__typename`` in the merged data is in ``on``.

    ``on`` is None where every object qualifies (then ``typename`` is given). ``typename`` is sent as
    ``__typename``; None sends the object's own. Nested representations (inside a field) send
    ``__typename`` only when ``with_typename``.
    """

    on: frozenset[str] | None
    typename: str | None
    fields: tuple[RepresentationField, ...]
    with_typename: bool = True


INITIAL: frozenset[int] = frozenset({0})

REPRESENTATIONS = "representations"

Shape: TypeAlias = "Mapping[str, Shape | None]"
"""The source keys of a fetched selection set, over all types; None for leaves."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """One request to a subgraph.

    A root fetch has no ``path`` and no ``requires``. An entity fetch sends one representation for
    every distinct object at ``path`` in the variable ``representations`` (which is named so, unless the
    client has one of that name) and merges ``_entities[i]`` back into it.
    A fetch with a ``path`` but no ``requires`` continues a field that returns the query root type: it is
    run once, and its data are merged into every object at ``path``.
    """

    id: int
    service: str
    kind: OperationKind
    document: str
    """The operation text, minimised; entity fetches declare their ``representations: [_Any!]!``."""
    operation_name: str | None
    variables: tuple[str, ...]
    """Names of the client's variables that the document uses, in order of declaration."""
    path: Path
    requires: tuple[Representation, ...]
    shape: Shape
    depends_on: tuple[int, ...]
    """Ids of the fetches whose data this one needs, or that must have ended before (mutations)."""
    context_variables: tuple[ContextVariable, ...] = ()
    parts: frozenset[int] = INITIAL
    """The parts of the response that wait for this fetch: 0 is the initial one, others are the ids of
    ``DeferredSelection``. What an initial fetch gives is there for every part, so it names 0 alone. A fetch
    has at least the parts of those that depend on it."""
    representations: str = REPRESENTATIONS
    type_names: Mapping[str, str] = field(default_factory=dict)
    """Types' names as the subgraph answers them → the supergraph's, where they differ and are asked for."""


@dataclass(frozen=True, slots=True)
class ContextVariable:
    """A ``@fromContext`` argument: variable ``name`` is read at an ancestor of the entity.

    It stands ``levels`` keys up from the entity's object, then down one of ``choices``: where objects of
    several types can stand there, each choice names those that it is for.
    """

    name: str
    levels: int
    choices: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class ResponseField:
    """One field of the client's response.

    ``key`` is the client's response key; ``source`` the merged data's key (``__typename`` for the
    meta field). ``type`` is the API schema's type: null propagation and leaf completion follow it.
    """

    key: str
    source: str
    name: str
    type: GraphQLOutputType
    selection: ResponseSelection | None = None


@dataclass(frozen=True, slots=True)
class ResponseSelection:
    """The fields to answer at a composite value, in the client's order.

    ``by_type`` overrides ``fields`` for some runtime types (by ``__typename`` in the merged data).
    ``type_name`` is the one possible runtime type, where there is just one: ``__typename`` is then
    answered without being fetched.

    Objects that differ only in the types above them share one selection: who walks it for each type must
    remember what was done, or a chain of type conditions takes exponential time.
    """

    fields: tuple[ResponseField, ...]
    by_type: Mapping[str, tuple[ResponseField, ...]] = field(default_factory=dict)
    type_name: str | None = None
    deferred: tuple[DeferredSelection, ...] = ()
    """What ``@defer`` moved out of ``fields``: answered later, at each object that has this selection."""


@dataclass(frozen=True, slots=True)
class DeferredSelection:
    """One ``@defer``red fragment: a part of the response, told apart by ``id`` (1, 2, … in the plan).

    It is answered once for every object that was answered with the selection holding it, as soon as all
    fetches that have ``id`` among their ``parts`` have ended, and never before the part around it.
    ``selection`` is all that the fragment asks for, also what the initial response shows already;
    ``types`` are the runtime types that it applies to (None: every one). A fragment deferred inside another
    stands in the ``deferred`` of the selection it is in.
    """

    id: int
    label: str | None
    selection: ResponseSelection
    types: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class FetchNode:
    """A fetch in the printed tree; execution schedules by ``depends_on`` instead."""

    fetch: Fetch


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """Nodes that follow one another."""

    nodes: tuple[PlanNode, ...]


@dataclass(frozen=True, slots=True)
class ParallelNode:
    """Nodes that run side by side."""

    nodes: tuple[PlanNode, ...]


PlanNode: TypeAlias = FetchNode | SequenceNode | ParallelNode


@dataclass(frozen=True, slots=True)
class PartOutline:
    """A deferred part for people and other tools; execution goes by ``Fetch.parts``.

    ``parent`` is the part it stands in (0: the first answer), ``path`` the response keys that lead there,
    ``text`` its selections; ``depends_on`` are ids of earlier groups' fetches, ``tree`` holds its own.
    """

    id: int
    label: str | None
    parent: int
    path: tuple[str, ...]
    text: str
    depends_on: tuple[int, ...]
    tree: PlanNode | None


@dataclass(frozen=True, slots=True)
class Outline:
    """How a plan with deferred parts is printed: ``text`` is what the first answer selects."""

    text: str
    parts: tuple[PartOutline, ...]


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """How to answer one variant of an operation.

    ``fetches`` are in topological order; ``fetches[i].id == i``. Of a subscription ``fetches[0]`` is
    the stream, the others run for each event. ``plan_tree`` shows people and other tools the same.
    ``introspection`` is an operation of only ``__schema``/``__type`` root fields (and the variables
    they use) to be executed on the API schema and merged at the root under the response keys. Those
    fields stand in ``response`` too, in the client's order: as leaves whose source is the response key.
    ``outline`` tells them of what is deferred.
    """

    kind: OperationKind
    fetches: tuple[Fetch, ...]
    response: ResponseSelection
    introspection: str | None = None
    outline: Outline | None = None

    @property
    def has_deferred(self) -> bool:
        """Whether something is answered later."""
        return self.outline is not None
