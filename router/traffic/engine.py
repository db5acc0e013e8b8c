"""The engine: one GraphQL request in, one result out.

text ──> operations ──> prepared operation ──> coerce variables ──> variant ──> Program
                                                                                   │
SingleResult <── render_response <── start_program <── forward_headers ────────────┘
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Any

from graphql import GraphQLSchema

from ..execution.deferred import DeferredRun, IncrementalSpec, Initial, incremental_format
from ..execution.errors import ErrorCode, Problem
from ..execution.json_codec import encode
from ..execution.program import Program
from ..execution.read_answer import BadAnswer
from ..execution.respond import nested_answer, render_rejection, render_response
from ..execution.run import Outcome
from ..execution.run_state import RunContext
from ..execution.start import start_program
from ..execution.subgraphs import Subgraphs
from ..execution.subscribe import open_source, run_subscription
from ..execution.transport import Eventual, Headers
from ..execution.transport.event_source import EventSource
from ..execution.uploads import UploadingSubgraphs
from ..observation.metrics import Metrics
from ..planning.plan import OperationKind, QueryPlan
from .client_address import ClientAddress
from .closing_events import ClosingEvents
from .forward_headers import ForwardHeaders
from .messages import GraphQLRequest, GraphQLResult, SingleResult, StreamResult
from .operations import OperationPlanner, Operations
from .prepare import PreparedOperation
from .rejection import Rejection, codes_of, reject, too_deep
from .settings import EngineSettings
from .variant import PlannedVariant

logger = logging.getLogger(__name__)

QUERY_PLAN_HEADER = "x-waybill-query-plan"


class Engine:
    """Answers requests against one supergraph. Implements ``GraphQLEngine``."""

    def __init__(
        self,
        schema: GraphQLSchema,
        planner: OperationPlanner,
        subgraphs: Subgraphs,
        settings: EngineSettings,
        metrics: Metrics,
    ) -> None:
        self.schema = schema
        self.settings = settings
        self.operations = Operations(schema, planner, settings)
        self._planner = planner
        self._subgraphs = subgraphs
        self._metrics = metrics
        self._forward_headers = ForwardHeaders(settings.forward_headers)
        self._client_address = ClientAddress(settings.trusted_proxies) if settings.forward_client else None
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
            operation = prepared.operation
            if operation.kind == "subscription" or (request.incremental and operation.has_deferred):
                return None
            variant, context = self._ready(prepared, request)
            return self._answer(request, variant, context)
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
        if isinstance(error, RecursionError):
            logger.warning("request %s is nested too deeply", request.request_id)
            error = too_deep()
        if isinstance(error, Rejection):
            body = render_rejection(error.problems, self.settings.errors)
            return SingleResult(body, rejected=True, status=error.status, codes=codes_of(error.problems))
        logger.error("request %s failed", request.request_id, exc_info=error)
        problem = Problem("The router failed to answer.", ErrorCode.INTERNAL)
        body = render_rejection([problem], self.settings.errors)
        return SingleResult(body, rejected=True, status=500, codes=codes_of([problem]))

    def _ready(
        self, prepared: PreparedOperation, request: GraphQLRequest
    ) -> tuple[PlannedVariant, RunContext]:
        if prepared.operation.kind not in request.allow:
            raise not_allowed(prepared.operation.kind, request)
        variables = prepared.coerce_variables(request.variables)
        defer = request.incremental is not None and prepared.operation.has_deferred
        variant = self.operations.variant(prepared, variables, defer=defer)
        settings, uploads, address_of = self.settings, request.uploads, self._client_address
        if address_of is None or prepared.operation.kind != "mutation":
            headers = self._forward_headers(request.headers)
        else:
            headers = self._headers_with_client(request, address_of)
        context = RunContext(
            UploadingSubgraphs(self._subgraphs, uploads) if uploads else self._subgraphs,
            variables,
            headers,
            settings.combine_entities,
            settings.reuse_entities,
            prepared.key[0],
            self._metrics,
            settings.errors.limit,
        )
        return variant, context

    def _headers_with_client(self, request: GraphQLRequest, address_of: ClientAddress) -> Headers:
        address = address_of(request.peer, request.headers.get("x-forwarded-for"))
        return self._forward_headers.and_client(request.headers, address)

    def _prepared(self, request: GraphQLRequest) -> PreparedOperation:
        if not request.query:
            raise _without_text(request)
        return self.operations.prepared(request.query, request.operation_name)

    def _answer(
        self, request: GraphQLRequest, variant: PlannedVariant, context: RunContext
    ) -> Eventual[SingleResult]:
        extensions = self._extensions(request, variant.plan) if self.settings.show_query_plan else None
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
        program = variant.program or self.operations.program(variant)
        if extensions is not None:  # a compiled run gives the whole response, which has none
            program = replace(program, compiled=None)
        return start_program(program, context).turned(partial(self._single, request, extensions))

    def _single(
        self, request: GraphQLRequest, extensions: Mapping[str, Any] | None, run: Eventual[Outcome]
    ) -> SingleResult:
        try:
            outcome = run.result()
            if outcome.body is not None:
                return SingleResult(outcome.body)
            errors = self.settings.errors
            body = render_response(outcome.data, outcome.problems, errors, extensions)
            return SingleResult(body, codes=codes_of(outcome.problems))
        except RecursionError:  # it was executed: what is too deep is an answer's
            problems = [nested_answer()]
            body = render_response(None, problems, self.settings.errors, extensions)
            return SingleResult(body, codes=codes_of(problems))
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
        extensions = self._extensions(request, variant.plan) if self.settings.show_query_plan else None
        run = DeferredRun(self.operations.program(variant), context)
        initial = await run.initial()
        if not initial.announced:
            settings = self.settings.errors
            body = render_response(initial.data, initial.problems, settings, extensions)
            return SingleResult(body, codes=codes_of(initial.problems))
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
        program = self.operations.program(variant)
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
                yield outcome.body or render_response(outcome.data, outcome.problems, self.settings.errors)

    def _extensions(self, request: GraphQLRequest, plan: QueryPlan) -> Mapping[str, Any] | None:
        """The plan, for who asks for it where that is allowed."""
        return {"queryPlan": self._planner.describe(plan)} if QUERY_PLAN_HEADER in request.headers else None

    async def aclose(self) -> None:
        """Close the connections to the subgraphs."""
        await self._subgraphs.aclose()


def not_allowed(kind: OperationKind, request: GraphQLRequest) -> Rejection:
    """Make the refusal of a kind of operation that the request's transport may not run."""
    allowed = " and ".join(sorted(f"{each} operations" for each in request.allow))
    message = f"This request may run {allowed} only, not a {kind}."
    if kind == "subscription":
        how = "Accept text/event-stream or multipart/mixed;subscriptionSpec=1.0, or use a WebSocket."
        return reject(ErrorCode.NOT_ACCEPTABLE, f"{message} {how}", 406)
    return reject(ErrorCode.METHOD_NOT_ALLOWED, message, 405)


def _without_text(request: GraphQLRequest) -> Rejection:
    """Clients that send a hash first look for this very code and message, and send the text then."""
    if "persistedQuery" in (request.extensions or ()):
        return reject(ErrorCode.PERSISTED_QUERY_NOT_SUPPORTED, "PersistedQueryNotSupported")
    return reject(ErrorCode.BAD_REQUEST, "The request has no query.")


def _sharing_key(request: GraphQLRequest, context: RunContext) -> tuple[object, ...]:
    """All that an answer may depend on besides the plan."""
    claims = None if request.identity is None else encode(dict(request.identity.claims))
    return encode(context.variables), context.headers.block, claims
