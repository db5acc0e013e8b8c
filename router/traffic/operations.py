"""The operations that an engine knows: each is read, planned and compiled once.

text ── OperationCache ─────────────────────────────┐
         │ unknown                                   ▼
         └ prepare (parse, limits, validate) ──> variant ──> plan ──> Program: interpreted, then compiled
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from graphql import GraphQLSchema

from ..execution.compiler import compile_plan
from ..execution.interpreter import interpret_plan
from ..execution.program import Program
from ..operation import Operation
from ..operation.accept import Acceptor
from ..planning import Variant
from ..planning.plan import QueryPlan
from .known_operations import KnownOperation, KnownVariant
from .operation_cache import OperationCache
from .prepare import PreparedOperation, prepare
from .rejection import Rejection, too_deep
from .settings import EngineSettings
from .variant import ONLY_VARIANT, PlannedVariant, VariantKey, variant_key

T = TypeVar("T")


class OperationPlanner(Protocol):
    """What an engine needs of a planner."""

    def labels(self, operation: Operation) -> tuple[str, ...]:
        """Name the ``@override`` labels whose outcome matters to the operation's plan."""
        ...

    def plan(self, operation: Operation, variant: Variant) -> QueryPlan:
        """Plan one variant; Rejection if it can't be planned."""
        ...

    def describe(self, plan: QueryPlan) -> Mapping[str, Any]:
        """Give a plan for people and tools (``extensions.queryPlan``)."""
        ...


class Operations:
    """Operations by text, variants by what tells them apart, programs by variant; all bounded."""

    def __init__(self, schema: GraphQLSchema, planner: OperationPlanner, settings: EngineSettings) -> None:
        self._schema = schema
        self._planner = planner
        self._settings = settings
        self._acceptor = Acceptor(schema) if settings.quick_validation else None
        self._cache = OperationCache(settings.operation_cache_size, settings.operation_cache_bytes)

    def prepared(self, text: str, operation_name: str | None) -> PreparedOperation:
        """Find an operation by its text, or read it; Rejection if it can't be executed."""
        key = (text, operation_name)
        entry = self._cache.get(key)
        if entry is None:
            entry = self._prepare(text, operation_name)
            self._cache.put(key, entry)
        if isinstance(entry, Rejection):
            raise entry.again()
        return entry

    def _prepare(self, text: str, operation_name: str | None) -> PreparedOperation | Rejection:
        try:
            prepared = prepare(text, operation_name, self._schema, self._settings, self._acceptor)
        except Rejection as rejection:
            return rejection.again()
        except RecursionError:
            return too_deep()
        prepared.labels = self._planner.labels(prepared.operation)
        return prepared

    def variant(
        self, prepared: PreparedOperation, variables: Mapping[str, Any], *, defer: bool
    ) -> PlannedVariant:
        """Find the variant that a request wants, or plan it; Rejection if it can't be planned."""
        key = ONLY_VARIANT
        if defer or prepared.conditions or prepared.labels:
            enabled = self._settings.override_labels
            key = variant_key(prepared.conditions, prepared.labels, variables, enabled, defer=defer)
        variant = prepared.variants.get(key)
        if variant is None:
            variant = self._plan(prepared, key)
        variant.seen += 1
        return variant

    def _plan(self, prepared: PreparedOperation, key: VariantKey) -> PlannedVariant:
        refused = prepared.refused.get(key)
        if refused is not None:
            raise refused.again()
        conditions = dict(zip(prepared.conditions, key[0], strict=True))
        try:
            plan = self._planner.plan(prepared.operation, Variant(conditions, *key[1:]))
        except Rejection as rejection:  # kept: what took all of the budget must not take it again
            self._keep(prepared.refused, key, rejection.again())
            raise
        except RecursionError:
            self._keep(prepared.refused, key, too_deep())
            raise too_deep() from None
        variant = PlannedVariant(prepared.key, plan)
        lost = self._keep(prepared.variants, key, variant)
        if lost is not None:
            self._cache.lose(lost.compiled_weight)
        if prepared.has_one_variant:
            prepared.operation = prepared.operation.without_syntax()
        self._cache.weigh(prepared.key)
        return variant

    def _keep(self, known: dict[VariantKey, T], key: VariantKey, value: T) -> T | None:
        """Keep what is known of a variant; gives what makes room."""
        lost = known.pop(next(iter(known))) if len(known) >= self._settings.variants_per_operation else None
        known[key] = value
        return lost

    def program(self, variant: PlannedVariant) -> Program:
        """Interpret an operation's first sight, compile it at its second (or as the setting says)."""
        if variant.program is not None:
            return variant.program
        mode = self._settings.execution
        program = interpret_plan(variant.plan, self._schema)
        if mode == "auto" and variant.seen < 2:
            return program
        variant.program = program if mode == "interpreted" else self._compiled(program)
        self._cache.weigh(variant.operation)
        return variant.program

    def _compiled(self, program: Program) -> Program:
        program = compile_plan(program.plan, self._schema, program)
        if program.compiled is not None and not self._settings.pass_through:
            program = replace(program, compiled=replace(program.compiled, passes=None))
        return program

    def known(self) -> list[KnownOperation]:
        """The operations that were planned, most recently used last."""
        return [
            KnownOperation(text, name, tuple(known_variant(prepared, key) for key in prepared.variants))
            for (text, name), prepared in self._cache.valid()
            if prepared.variants
        ]

    def warm_up(self, operations: Sequence[KnownOperation]) -> int:
        """Plan and compile operations that will be asked; gives how many are ready.

        What is invalid here is left out: it is told to who asks for it.
        """
        ready = 0
        for known in operations[-self._settings.operation_cache_size :]:
            prepared = self._prepare(known.query, known.operation_name)
            if isinstance(prepared, Rejection):
                continue
            self._cache.put((known.query, known.operation_name), prepared)
            ready += self._warm_variants(prepared, known.variants)
        return ready

    def _warm_variants(self, prepared: PreparedOperation, variants: Sequence[KnownVariant]) -> bool:
        try:
            for known in variants:
                self._warm_variant(prepared, key_of(prepared, known))
        except Rejection:
            return False
        return True

    def _warm_variant(self, prepared: PreparedOperation, key: VariantKey) -> None:
        if key not in prepared.variants:
            variant = self._plan(prepared, key)
            variant.seen = 2  # as good as asked before
            self.program(variant)


def known_variant(prepared: PreparedOperation, key: VariantKey) -> KnownVariant:
    """A variant by its conditions' names: another schema may order them otherwise."""
    values, labels, defer = key
    return KnownVariant(dict(zip(prepared.conditions, values, strict=True)), tuple(sorted(labels)), defer)


def key_of(prepared: PreparedOperation, known: KnownVariant) -> VariantKey:
    """The same as this operation's key; what is not told is false."""
    values = tuple(known.conditions.get(name, False) for name in prepared.conditions)
    return values, frozenset(known.labels) & frozenset(prepared.labels), known.defer
