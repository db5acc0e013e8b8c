"""The engine's settings out of the router's, and how the server builds an engine."""

from __future__ import annotations

from ..execution.respond import ErrorSettings
from ..execution.transport import PoolSettings, TlsSettings, WebSocketSettings
from ..observation.metrics import Metrics
from ..planning import PlannerSettings
from ..settings import RouterSettings
from ..supergraph import SupergraphError
from ..traffic.build_engine import build_engine
from ..traffic.messages import GraphQLEngine
from ..traffic.settings import EngineSettings, OperationLimits
from .loader import BuildEngine
from .sources import SourceError


def engine_builder(settings: RouterSettings) -> BuildEngine:
    """How SDL becomes an engine of these settings."""
    engine, planner = engine_settings(settings), planner_settings(settings)

    def build(sdl: str, metrics: Metrics) -> GraphQLEngine:
        try:
            return build_engine(sdl, engine, planner_settings=planner, metrics=metrics)
        except SupergraphError as error:
            raise SourceError([f"error {error.code}: {error.message}"]) from error

    return build


def engine_settings(settings: RouterSettings) -> EngineSettings:
    """What traffic and execution need to know."""
    tls = TlsSettings(verify=settings.subgraph_tls_verify, ca_file=settings.subgraph_tls_ca_file)
    return EngineSettings(
        access_directives=settings.access_directives,
        limits=OperationLimits(
            tokens=settings.max_tokens,
            depth=settings.max_depth,
            nesting=settings.max_nesting,
            variable_depth=settings.max_variable_depth,
            aliases=settings.max_aliases,
            root_fields=settings.max_root_fields,
            directives=settings.max_directives,
        ),
        introspection=settings.introspection,
        quick_validation=settings.quick_validation,
        forward_headers=tuple(name.lower() for name in settings.forward_headers),
        forward_client=settings.forward_client,
        trusted_proxies=tuple(settings.trusted_proxies),
        dedupe=settings.dedupe,
        subgraph_timeout=settings.subgraph_timeout,
        subgraph_timeouts=settings.subgraph_timeouts,
        pool=PoolSettings(
            max_connections=settings.subgraph_connections,
            connect_timeout=settings.subgraph_connect_timeout,
            idle_expiry=settings.subgraph_idle_expiry,
            max_response_bytes=settings.subgraph_response_limit,
            max_head_bytes=settings.subgraph_head_limit,
            tls=tls,
        ),
        websocket=WebSocketSettings(
            init_timeout=settings.subgraph_socket_init_timeout,
            ping_interval=settings.subgraph_socket_ping,
            max_message_bytes=settings.subgraph_socket_message_limit,
            max_queued_messages=settings.subgraph_socket_queue,
            tls=tls,
        ),
        errors=ErrorSettings(
            mask_subgraph_errors=settings.mask_subgraph_errors,
            with_service=settings.errors_with_service,
            limit=settings.errors_limit,
        ),
        execution=settings.execution,
        combine_entities=settings.combine_entities,
        reuse_entities=settings.reuse_entities,
        pass_through=settings.pass_through,
        show_query_plan=settings.show_query_plan,
        override_labels=frozenset(settings.override_labels),
        operation_cache_size=settings.operation_cache_size,
        operation_cache_bytes=settings.operation_cache_bytes,
        variants_per_operation=settings.variants_per_operation,
    )


def planner_settings(settings: RouterSettings) -> PlannerSettings:
    """How much work one plan may be."""
    return PlannerSettings(
        max_paths=settings.max_plan_paths,
        max_seconds=settings.max_plan_seconds,
        max_selections=settings.max_plan_selections,
        max_choices=settings.max_plan_choices,
    )
