"""The engine: one GraphQL request in, one result out.

text ── OperationCache ──────────────────────────────────────────────┐
         │ unknown                                                   ▼
         └ prepare (parse, limits, validate) ─> coerce variables ─> variant ─> plan ─> Program
                                                                                         │
SingleResult <── render_response <── start_program <── forward_headers ─────────────────────┘
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Any, Protocol, TypeVar

from graphql import GraphQLSchema

from ..execution.compiler import compile_plan
from ..execution.deferred import DeferredRun, IncrementalSpec, Initial, incremental_format
from ..execution.errors import ErrorCode, Problem
from ..execution.interpreter import interpret_plan
from ..execution.json_codec import encode
from ..execution.program import Program
from ..execution.read_answer import BadAnswer
from ..execution.respond import render_rejection, render_response
from ..execution.run import Outcome, start_program
from ..execution.run_state import RunContext
from ..execution.subgraphs import Subgraphs
from ..execution.subscribe import open_source, run_subscription
from ..execution.transport import Eventual
from ..execution.transport.event_source import EventSource
from ..execution.uploads import UploadingSubgraphs
from ..operation import Operation
from ..operation.accept import Acceptor
from ..planning import Variant
from ..planning.plan import OperationKind, QueryPlan
from .closing_events import ClosingEvents
from .forward_headers import forward_headers
from .known_operations import KnownOperation, KnownVariant
from .messages import GraphQLRequest, GraphQLResult, SingleResult, StreamResult
from .operation_cache import OperationCache
from .prepare import PreparedOperation, prepare
from .rejection import Rejection, reject
from .settings import EngineSettings
from .variant import PlannedVariant, VariantKey, variant_key

logger = logging.getLogger(__name__)

T = TypeVar("T")

QUERY_PLAN_HEADER = "x-waybill-query-plan"


class OperationPlanner(Protocol):
    """What the engine needs of a planner."""

    def labels(self, operation: Operation) -> tuple[str, ...]:
        """Name the ``@override`` labels whose outcome matters to the operation's plan."""
        ...

    def plan(self, operation: Operation, variant: Variant) -> QueryPlan:
        """Plan one variant; Rejection if it can't be planned."""
        ...

    def describe(self, plan: QueryPlan) -> Mapping[str, Any]:
        """Give a plan for people and tools (``extensions.queryPlan``)."""
        ...


class Engine:
    """Answers requests against one supergraph. Implements ``GraphQLEngine``."""

    def __init__(
        self, schema: GraphQLSchema, planner: OperationPlanner, subgraphs: Subgraphs, settings: EngineSettings
    ) -> None:
        self.schema = schema
        self._acceptor = Acceptor(schema) if settings.quick_validation else None
        self.settings = settings
        self._planner = planner
        self._subgraphs = subgraphs
        self._cache = OperationCache(settings.operation_cache_size, settings.operation_cache_characters)
        self._flying: dict[tuple[object, ...], Eventual[SingleResult]] = {}

    async def execute(self, request: GraphQLRequest) -> GraphQLResult:
        """Answer one request; every mistake becomes a coded error."""
        answer = self.start(request)
        if answer is not None:
            return await answer
        try:
            return await self._open_stream(request)
        except Exception as error:
            return self._failure(request, error)

    def start(self, request: GraphQLRequest) -> Eventual[SingleResult] | None:
        """Begin to answer, without a task; None where that may take a stream, which ``execute`` opens.

        What it gives never fails: every mistake becomes a coded error.
        """
        try:
            prepared = self._prepared(request)
            if may_stream(prepared.operation, request):
                return None
            return self._answer(request, *self._ready(prepared, request))
        except Exception as error:
            failed: Eventual[SingleResult] = Eventual()
            failed.set_result(self._failure(request, error))
            return failed

    async def _open_stream(self, request: GraphQLRequest) -> GraphQLResult:
        prepared = self._prepared(request)
        variant, context = self._ready(prepared, request)
        if prepared.operation.kind == "subscription":
            return await self._subscribe(variant, context)
        if request.incremental is not None and variant.plan.has_deferred:
            return await self._answer_in_parts(request, request.incremental, variant, context)
        return await self._answer(request, variant, context)

    def _failure(self, request: GraphQLRequest, error: Exception) -> SingleResult:
        if isinstance(error, Rejection):
            body = render_rejection(error.problems, self.settings.errors)
            return SingleResult(body, rejected=True, status=error.status)
        logger.error("request %s failed", request.request_id, exc_info=error)
        problem = Problem("The router failed to answer.", ErrorCode.INTERNAL)
        return SingleResult(render_rejection([problem], self.settings.errors), rejected=True, status=500)

    def _ready(
        self, prepared: PreparedOperation, request: GraphQLRequest
    ) -> tuple[PlannedVariant, RunContext]:
        check_allowed(prepared.operation.kind, request)
        variables = prepared.coerce_variables(request.variables)
        variant = self._variant(prepared, variables, request)
        settings, uploads = self.settings, request.uploads
        context = RunContext(
            UploadingSubgraphs(self._subgraphs, uploads) if uploads else self._subgraphs,
            variables,
            forward_headers(settings.forward_headers, request.headers),
            settings.combine_entities,
            settings.reuse_entities,
        )
        return variant, context

    def _prepared(self, request: GraphQLRequest) -> PreparedOperation:
        if not request.query:
            raise _without_text(request)
        key = (request.query, request.operation_name)
        entry = self._cache.get(key)
        if entry is None:
            entry = self._prepare(request.query, request.operation_name)
            self._cache.put(key, entry)
        if isinstance(entry, Rejection):
            raise entry
        return entry

    def _prepare(self, text: str, operation_name: str | None) -> PreparedOperation | Rejection:
        try:
            prepared = prepare(text, operation_name, self.schema, self.settings, self._acceptor)
        except Rejection as rejection:
            return rejection.with_traceback(None)
        prepared.labels = self._planner.labels(prepared.operation)
        return prepared

    def known_operations(self) -> list[KnownOperation]:
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
        for known in operations[-self.settings.operation_cache_size :]:
            prepared = self._prepare(known.query, known.operation_name)
            if isinstance(prepared, Rejection):
                continue
            self._cache.put((known.query, known.operation_name), prepared)
            ready += self._warm_variants(prepared, known.variants)
        return ready

    def _warm_variants(self, prepared: PreparedOperation, variants: Sequence[KnownVariant]) -> bool:
        try:
            for known in variants:
                variant = self._plan(prepared, key_of(prepared, known))
                variant.seen = 1
                if self.settings.execution != "interpreted":
                    self._compile(variant)
        except Rejection:
            return False
        return True

    def _variant(
        self, prepared: PreparedOperation, variables: Mapping[str, Any], request: GraphQLRequest
    ) -> PlannedVariant:
        defer = request.incremental is not None and prepared.operation.has_deferred
        enabled = self.settings.override_labels
        key = variant_key(prepared.conditions, prepared.labels, variables, enabled, defer=defer)
        variant = prepared.variants.get(key)
        if variant is None:
            variant = self._plan(prepared, key)
        variant.seen += 1
        return variant

    def _plan(self, prepared: PreparedOperation, key: VariantKey) -> PlannedVariant:
        refused = prepared.refused.get(key)
        if refused is not None:
            raise refused
        conditions = dict(zip(prepared.conditions, key[0], strict=True))
        try:
            plan = self._planner.plan(prepared.operation, Variant(conditions, *key[1:]))
        except Rejection as rejection:  # kept: what took all of the budget must not take it again
            self._keep(prepared.refused, key, rejection.with_traceback(None))
            raise
        variant = PlannedVariant(plan, interpret_plan(plan, self.schema))
        self._keep(prepared.variants, key, variant)
        return variant

    def _keep(self, known: dict[VariantKey, T], key: VariantKey, value: T) -> None:
        if len(known) >= self.settings.variants_per_operation:
            known.pop(next(iter(known)))
        known[key] = value

    def _answer(
        self, request: GraphQLRequest, variant: PlannedVariant, context: RunContext
    ) -> Eventual[SingleResult]:
        extensions = self._extensions(request, variant.plan)
        if self.settings.dedupe != "operation" or variant.plan.kind != "query" or extensions:
            run = self._run(request, variant, context, extensions)
            # A client that leaves does not leave a mutation half done.
            return run.then(Eventual.result, shared=True) if variant.plan.kind == "mutation" else run
        return self._shared(request, variant, context)

    def _run(
        self,
        request: GraphQLRequest,
        variant: PlannedVariant,
        context: RunContext,
        extensions: Mapping[str, Any] | None,
    ) -> Eventual[SingleResult]:
        program = self._program(variant)
        if extensions is not None:  # no subgraph's response has them
            program = replace(program, passes=None)
        run = start_program(program, context)
        return run.then(partial(self._single, request, extensions))

    def _single(
        self, request: GraphQLRequest, extensions: Mapping[str, Any] | None, run: Eventual[Outcome]
    ) -> SingleResult:
        try:
            outcome = run.result()
            if outcome.body is not None:
                return SingleResult(outcome.body)
            errors = self.settings.errors
            return SingleResult(render_response(outcome.data, outcome.problems, errors, extensions))
        except Exception as error:
            return self._failure(request, error)

    def _shared(
        self, request: GraphQLRequest, variant: PlannedVariant, context: RunContext
    ) -> Eventual[SingleResult]:
        """Join an equal operation in flight; a client that leaves does not end it for the others."""
        key = (id(variant), *_sharing_key(request, context))
        flying = self._flying.get(key)
        if flying is None:
            flying = self._flying[key] = self._run(request, variant, context, None)
            flying.add_done_callback(lambda _: self._flying.pop(key, None))
        return flying.then(Eventual.result, shared=True)

    async def _answer_in_parts(
        self, request: GraphQLRequest, spec: IncrementalSpec, variant: PlannedVariant, context: RunContext
    ) -> GraphQLResult:
        """Answer the first part, and the deferred ones as a stream; where nothing is left, as usual."""
        extensions = self._extensions(request, variant.plan)
        run = DeferredRun(self._program(variant), context)
        initial = await run.initial()
        if not initial.announced:
            settings = self.settings.errors
            return SingleResult(render_response(initial.data, initial.problems, settings, extensions))
        return StreamResult(self._parts(run, initial, spec, extensions), spec)

    async def _parts(
        self, run: DeferredRun, initial: Initial, spec: IncrementalSpec, extensions: Mapping[str, Any] | None
    ) -> AsyncIterator[bytes]:
        form = incremental_format(spec, self.settings.errors)
        async with aclosing(run.updates()) as updates:
            yield form.initial(initial, extensions)
            async for update in updates:
                yield form.update(update)

    async def _subscribe(self, variant: PlannedVariant, context: RunContext) -> StreamResult:
        program = self._program(variant)
        try:
            source = await open_source(program, context, self.settings.websocket)
        except BadAnswer as bad:
            raise reject(bad.code, str(bad), 502) from bad
        return StreamResult(ClosingEvents(self._events(program, context, source), source.close))

    async def _events(
        self, program: Program, context: RunContext, source: EventSource
    ) -> AsyncGenerator[bytes]:
        async with aclosing(run_subscription(program, context, source)) as outcomes:
            async for outcome in outcomes:
                yield render_response(outcome.data, outcome.problems, self.settings.errors)

    def _program(self, variant: PlannedVariant) -> Program:
        """Interpret an operation's first sight, compile it at its second (or as the setting says)."""
        mode = self.settings.execution
        if not variant.compiled and (mode == "compiled" or (mode == "auto" and variant.seen > 1)):
            self._compile(variant)
        return variant.program

    def _compile(self, variant: PlannedVariant) -> None:
        program = compile_plan(variant.plan, self.schema, variant.program)
        variant.program = program if self.settings.pass_through else replace(program, passes=None)
        variant.compiled = True

    def _extensions(self, request: GraphQLRequest, plan: QueryPlan) -> Mapping[str, Any] | None:
        if not self.settings.show_query_plan or QUERY_PLAN_HEADER not in request.headers:
            return None
        return {"queryPlan": self._planner.describe(plan)}

    async def aclose(self) -> None:
        """Close the connections to the subgraphs."""
        await self._subgraphs.aclose()


def known_variant(prepared: PreparedOperation, key: VariantKey) -> KnownVariant:
    """A variant by its conditions' names: another schema may order them otherwise."""
    values, labels, defer = key
    return KnownVariant(dict(zip(prepared.conditions, values, strict=True)), tuple(sorted(labels)), defer)


def key_of(prepared: PreparedOperation, known: KnownVariant) -> VariantKey:
    """The same as this operation's key; what is not told is false."""
    values = tuple(known.conditions.get(name, False) for name in prepared.conditions)
    return values, frozenset(known.labels) & frozenset(prepared.labels), known.defer


def may_stream(operation: Operation, request: GraphQLRequest) -> bool:
    """Whether an operation's answer may be a stream."""
    return operation.kind == "subscription" or (request.incremental is not None and operation.has_deferred)


def check_allowed(kind: OperationKind, request: GraphQLRequest) -> None:
    """Refuse a kind of operation that the request's transport may not run."""
    if kind not in request.allow:
        allowed = " and ".join(sorted(f"{each} operations" for each in request.allow))
        message = f"This request may run {allowed} only, not a {kind}."
        if kind == "subscription":
            how = "Accept text/event-stream or multipart/mixed;subscriptionSpec=1.0, or use a WebSocket."
            raise reject(ErrorCode.NOT_ACCEPTABLE, f"{message} {how}", 406)
        raise reject(ErrorCode.METHOD_NOT_ALLOWED, message, 405)


def _without_text(request: GraphQLRequest) -> Rejection:
    """Clients that send a hash first look for this very code and message, and send the text then."""
    if "persistedQuery" in (request.extensions or ()):
        return reject(ErrorCode.PERSISTED_QUERY_NOT_SUPPORTED, "PersistedQueryNotSupported")
    return reject(ErrorCode.BAD_REQUEST, "The request has no query.")


def _sharing_key(request: GraphQLRequest, context: RunContext) -> tuple[object, ...]:
    """All that an answer may depend on besides the plan."""
    claims = None if request.identity is None else encode(dict(request.identity.claims))
    return encode(context.variables), context.headers.block, claims
