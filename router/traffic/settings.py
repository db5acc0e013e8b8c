"""The engine's settings. Who reads the environment fills them in; nothing here does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ..execution.respond import ErrorSettings
from ..execution.transport import PoolSettings
from ..execution.transport.websocket import WebSocketSettings
from ..forwarded_headers import FORWARDED_BY_DEFAULT

Dedupe: TypeAlias = Literal["off", "subgraph", "operation"]
AccessDirectives: TypeAlias = Literal["refuse", "subgraphs"]
ExecutionMode: TypeAlias = Literal["auto", "interpreted", "compiled"]


@dataclass(frozen=True, slots=True)
class OperationLimits:
    """What an operation may be, fragments counted at every spread; 0 means no limit.

    ``depth`` is of fields alone, ``nesting`` of fields and fragments, ``variable_depth`` of a variable's
    lists and objects. Planning takes five calls a field, two a fragment, of the thousand that Python allows.
    """

    tokens: int = 15_000
    depth: int = 50
    nesting: int = 100
    variable_depth: int = 100
    aliases: int = 500
    root_fields: int = 100
    directives: int = 200


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Settings of one engine; times in seconds."""

    access_directives: AccessDirectives = "refuse"
    """Whether a supergraph with access directives is refused, or the subgraphs enforce them."""
    limits: OperationLimits = field(default_factory=OperationLimits)
    introspection: bool = True
    quick_validation: bool = True
    """Whether operations are read fast, and the full validation is left out, where it is sure."""
    forward_headers: tuple[str, ...] = FORWARDED_BY_DEFAULT
    """Names, in lower case, of the client's headers that every subgraph gets."""
    forward_client: bool = True
    """Whether subgraphs get the client's address with a mutation."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses and ranges whose ``X-Forwarded-For`` is believed."""
    dedupe: Dedupe = "subgraph"
    combine_entities: bool = True
    """Whether entity fetches that become ready together to one subgraph go out as one request."""
    reuse_entities: bool = True
    """Whether an entity's fields that a subgraph has given elsewhere in the request are taken from there."""
    pass_through: bool = True
    """Whether a subgraph's response that is the client's, byte for byte, is handed on as it is."""
    subgraph_timeout: float = 30.0
    subgraph_timeouts: Mapping[str, float] = field(default_factory=dict)
    pool: PoolSettings = field(default_factory=PoolSettings)
    websocket: WebSocketSettings = field(default_factory=WebSocketSettings)
    errors: ErrorSettings = field(default_factory=ErrorSettings)
    execution: ExecutionMode = "auto"
    """``auto``: interpreted at first sight, compiled from the second; the others force one."""
    show_query_plan: bool = False
    """Whether a request with the header ``x-waybill-query-plan`` gets ``extensions.queryPlan``."""
    override_labels: frozenset[str] = frozenset()
    """Labels of ``@override`` that are on; ``percent(n)`` labels are drawn per request."""
    operation_cache_size: int = 1_000
    operation_cache_bytes: int = 100_000_000
    """About how much all known operations may take."""
    variants_per_operation: int = 64
