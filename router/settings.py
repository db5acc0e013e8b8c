"""The router's settings: read from the environment (``WAYBILL_ROUTER_…``) by the entry points alone.

Every field has a description: the table of settings in the documentation is made from them.
Lists are written as JSON (``["https://shop.example"]``) or separated by commas.
"""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from .forwarded_headers import FORWARDED_BY_DEFAULT
from .origins import check_origins, check_regex


def _split(value: object) -> object:
    """Read ``a, b`` and ``["a", "b"]`` as two words."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        import json

        return json.loads(value)
    return tuple(word.strip() for word in value.split(",") if word.strip())


def _networks(words: tuple[str, ...]) -> tuple[str, ...]:
    for word in words:
        ip_network(word, strict=False)
    return words


Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Origins = Annotated[Words, AfterValidator(check_origins)]
OriginRegex = Annotated[str, AfterValidator(check_regex)]
Networks = Annotated[Words, AfterValidator(_networks)]
AccessLog = Literal["off", "errors", "all"]
Edition = Literal["2025", "2026"]


class ServerSettings(BaseSettings):
    """What the HTTP, WebSocket and SSE endpoints need to know."""

    model_config = SettingsConfigDict(env_prefix="WAYBILL_ROUTER_", frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: NonNegativeInt = Field(4000, description="Port of GraphQL and GraphiQL; 0 takes a free one.")
    admin_host: str = Field("127.0.0.1", description="Address of the admin port.")
    admin_port: NonNegativeInt | None = Field(
        None, description="Port for /metrics and /health; none: no metrics are served."
    )
    workers: PositiveInt = Field(1, description="Processes that share the port.")
    graphql_path: str = Field("/graphql", description="Path of the GraphQL endpoint.")

    http_edition: Edition = Field(
        "2025",
        description="Whose status codes are answered: those of the drafts of GraphQL over HTTP up to 2025 "
        "(200, 400), or those of its edition of September 2026 (294 for data with errors, 422).",
    )
    head_limit: PositiveInt = Field(
        65_536,
        description="Longest URL (414) of a request in bytes, URL and headers together (431), trailers and "
        "chunk extensions (431).",
    )
    request_timeout: PositiveFloat = Field(
        60.0, description="Seconds in which a request must be whole (408)."
    )
    keep_alive: PositiveFloat = Field(
        75.0, description="Seconds an idle connection is kept; above those of a load balancer before it."
    )
    client_timeout: NonNegativeFloat = Field(
        60.0,
        description="Seconds after which a client that takes nothing of what was sent is cut off; 0: never.",
    )
    half_open_timeout: NonNegativeFloat = Field(
        10.0,
        description="Seconds in which a client that has closed its side gets the answer to what it asked "
        "before; then it is taken for gone.",
    )
    body_limit: PositiveInt = Field(
        2_000_000, description="Largest request body in bytes, before and after decompression (413)."
    )
    upload_files: NonNegativeInt = Field(
        10, description="Most files of a multipart request (passed on to subgraphs); 0: no such requests."
    )
    upload_limit: PositiveInt = Field(
        16_000_000, description="Largest multipart request in bytes, its files included (413)."
    )
    direct_posts: bool = Field(
        True, description="Answer plain POSTs straight from their connection, without ASGI in between."
    )
    batch_limit: NonNegativeInt = Field(
        0, description="Most operations in one batched request (a JSON array); 0 refuses batches."
    )
    compression: Words = Field(
        ("gzip", "zstd", "deflate"),
        description="Encodings for responses, in order of preference among those that a client likes "
        "equally; empty: never compress.",
    )
    compression_minimum: NonNegativeInt = Field(
        4_096, description="Responses shorter than this many bytes are sent as they are."
    )

    cors_origins: Origins = Field(
        (),
        description="Origins whose pages may call the endpoint, as browsers send them "
        "(`https://shop.example`; `*`: all); empty: no CORS headers.",
    )
    cors_origin_regex: OriginRegex | None = Field(
        None, description="Further origins, as a regular expression."
    )
    cors_credentials: bool = Field(False, description="Whether these pages may send cookies.")
    cors_headers: Words = Field(
        ("*",), description="Request headers these pages may send (`*`: those they ask for)."
    )
    cors_max_age: NonNegativeInt = Field(7_200, description="Seconds a browser may remember a preflight.")
    csrf_protection: bool = Field(
        False,
        description="Refuse requests a foreign page can make without a CORS preflight, and WebSockets from "
        "foreign origins. Turn it on where cookies identify the caller.",
    )
    csrf_headers: Words = Field(
        ("x-graphql-require-preflight", "x-apollo-operation-name", "apollo-require-preflight"),
        description="With CSRF protection a GET, and always a request with files, must carry one of these.",
    )

    websocket_init_timeout: PositiveFloat = Field(
        3.0, description="Seconds a WebSocket client has for connection_init (close code 4408)."
    )
    websocket_operations: PositiveInt = Field(
        100, description="Most operations that run at once on one WebSocket or reserved event stream."
    )
    websocket_connections: PositiveInt = Field(10_000, description="Most WebSockets at once in a process.")
    websocket_ping: PositiveFloat = Field(20.0, description="Seconds between pings of an open WebSocket.")
    instance: str = Field(
        "",
        pattern=r"^[A-Za-z0-9_-]*$",
        description="This router's name beside others: tokens of event streams (graphql-sse) begin with it, "
        "so that a load balancer finds the router that has the stream.",
    )
    event_streams: NonNegativeInt = Field(
        10_000, description="Most event streams of graphql-sse's single connection mode at once in a process."
    )
    event_stream_reservation: PositiveFloat = Field(
        30.0, description="Seconds in which a reserved event stream must be opened."
    )
    stream_heartbeat: PositiveFloat = Field(
        10.0, description="Seconds of silence after which SSE and multipart streams send a heartbeat."
    )

    jwks: str | None = Field(
        None, description="URL or file of the JWKS for checking tokens; none: tokens are not checked."
    )
    jwt_issuer: str | None = Field(None, description="Required `iss` of tokens.")
    jwt_audience: Words = Field((), description="Accepted `aud` of tokens; empty: any.")
    jwt_algorithms: Words = Field(("EdDSA", "ES256", "RS256"), description="Accepted signature algorithms.")
    jwt_leeway: NonNegativeFloat = Field(10.0, description="Seconds of clock difference that are forgiven.")
    jwt_cache: PositiveInt = Field(10_000, description="Verified tokens that are remembered.")
    jwks_refresh: PositiveFloat = Field(600.0, description="Seconds after which the JWKS is asked for again.")
    jwks_cooldown: NonNegativeFloat = Field(
        10.0, description="Least seconds between two requests for the JWKS, however many unknown keys come."
    )

    graphiql: bool = Field(True, description="Serve GraphiQL at `/`.")
    graphiql_config: Path | None = Field(
        None, description="JSON file with GraphiQL's tabs and logins: `{tabs: […], logins: […]}`."
    )
    access_log: AccessLog = Field(
        "errors",
        description="Which requests are logged: `off`, `errors` (refused, or answered with errors, with "
        "their codes) or `all`.",
    )
    log_format: Literal["auto", "json", "text"] = Field(
        "auto", description="Form of log lines; `auto`: text on a terminal, else JSON."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level logged.")
    drain_delay: NonNegativeFloat = Field(
        0.0,
        description="Seconds between SIGTERM (readiness turns red) and closing the port, for load balancers.",
    )
    drain_timeout: PositiveFloat = Field(
        20.0, description="Seconds that requests in flight have to end after SIGTERM."
    )


class RouterSettings(ServerSettings):
    """All settings of ``waybill serve``."""

    supergraph_poll: NonNegativeFloat = Field(
        2.0, description="Seconds between looks at the supergraph (or subgraphs) file; 0: read once."
    )
    subgraph_deadline: PositiveFloat = Field(
        60.0, description="Seconds to wait at start for subgraphs that are asked for their SDL."
    )
    subgraph_poll: NonNegativeFloat = Field(
        0.0, description="Seconds between asking running subgraphs for their SDL again; 0: never."
    )
    dedupe: Literal["off", "subgraph", "operation"] = Field(
        "subgraph",
        description="What identical queries in flight share: nothing, subgraph calls, or whole operations.",
    )

    warm: str | None = Field(
        None,
        description="What to plan before the first request: a file of operations (JSON or GraphQL), or "
        "`LAST`: what the last process knew.",
    )
    warm_file: Path = Field(
        Path(".waybill/operations.json"), description="Where `LAST` is kept, at the end and now and then."
    )
    warm_save: PositiveFloat = Field(60.0, description="Seconds between writing `LAST` down.")

    access_directives: Literal["refuse", "subgraphs"] = Field(
        "refuse",
        description="`refuse`: a supergraph with `@authenticated`, `@requiresScopes` or `@policy` is not "
        "served, as the router does not enforce them yet; `subgraphs`: the subgraphs enforce them.",
    )
    introspection: bool = Field(True, description="Whether clients may ask for `__schema` and `__type`.")
    quick_validation: bool = Field(
        True,
        description="Whether documents are read fast, and the full validation is left out, where it is sure.",
    )
    max_tokens: NonNegativeInt = Field(
        15_000, description="Most tokens of a request's document; 0: no limit."
    )
    max_depth: NonNegativeInt = Field(
        50, description="Deepest nesting of an operation's fields; 0: no limit."
    )
    max_nesting: NonNegativeInt = Field(
        100, description="Deepest nesting of an operation's fields and fragments together; 0: no limit."
    )
    max_variable_depth: NonNegativeInt = Field(
        100, description="Deepest nesting of a variable's lists and objects; 0: no limit."
    )
    max_aliases: NonNegativeInt = Field(500, description="Most aliases of an operation; 0: no limit.")
    max_root_fields: NonNegativeInt = Field(100, description="Most root fields of an operation; 0: no limit.")
    max_directives: NonNegativeInt = Field(200, description="Most directives of an operation; 0: no limit.")
    max_plan_paths: PositiveInt = Field(
        100_000, description="Most paths looked at while planning an operation."
    )
    max_plan_seconds: PositiveFloat = Field(
        2.0, description="CPU seconds that planning an operation may take."
    )
    max_plan_selections: PositiveInt = Field(
        100_000, description="Most selections of an operation with its fragments spread."
    )
    max_plan_choices: PositiveInt = Field(
        3_000, description="Combinations of paths that are compared; then the best plan so far is taken."
    )
    operation_cache_size: PositiveInt = Field(1_000, description="Operations that are kept with their plans.")
    operation_cache_bytes: PositiveInt = Field(
        100_000_000, description="About how much memory all operations that are kept may take."
    )
    variants_per_operation: PositiveInt = Field(
        64, description="Plans kept of one operation (values of `@skip` and `@include`, override labels)."
    )
    execution: Literal["auto", "interpreted", "compiled"] = Field(
        "auto", description="How plans run; `auto`: interpreted at first sight, compiled from the second."
    )
    combine_entities: bool = Field(
        True,
        description="Whether entity fetches to one subgraph that are ready together go out as one request.",
    )
    reuse_entities: bool = Field(
        True,
        description="Whether an entity's fields that a subgraph gave in a request are not asked for again.",
    )
    pass_through: bool = Field(
        True, description="Whether a subgraph's response that is the client's is handed on byte for byte."
    )
    show_query_plan: bool = Field(
        False, description="Whether the header `x-waybill-query-plan` gives `extensions.queryPlan`."
    )
    override_labels: Words = Field((), description="Labels of progressive `@override` that are on.")

    forward_headers: Words = Field(
        FORWARDED_BY_DEFAULT,
        description="The client's headers that subgraphs get (`x-forwarded-host`: the host it asked for).",
    )
    forward_client: bool = Field(
        True,
        description="Whether subgraphs get the client's address (`X-Forwarded-For`) with a mutation, to slow "
        "down who guesses passwords; queries, which clients share, never carry it.",
    )
    trusted_proxies: Networks = Field(
        (),
        description="Addresses and ranges (CIDR) of the proxies before the router: of what they write into "
        "`X-Forwarded-For`, the last address that is none of them is the client's.",
    )
    subgraph_timeout: PositiveFloat = Field(30.0, description="Seconds a subgraph has to answer.")
    subgraph_timeouts: dict[str, PositiveFloat] = Field(
        default_factory=dict, description='The same for single subgraphs: `{"name": seconds}`.'
    )
    subgraph_connections: PositiveInt = Field(256, description="Most connections to one subgraph.")
    subgraph_connect_timeout: PositiveFloat = Field(10.0, description="Seconds to connect to a subgraph.")
    subgraph_idle_expiry: PositiveFloat = Field(
        4.0, description="Seconds after which an idle connection is closed (below the subgraph's own)."
    )
    subgraph_response_limit: PositiveInt = Field(
        64 * 1024 * 1024, description="Largest response of a subgraph in bytes."
    )
    subgraph_head_limit: PositiveInt = Field(
        65_536,
        description="Most bytes of a subgraph's response that are no body: status and headers, interim "
        "responses, chunk extensions, trailers.",
    )
    subgraph_tls_verify: bool = Field(True, description="Whether subgraphs' certificates are checked.")
    subgraph_tls_ca_file: str | None = Field(
        None, description="PEM file of the authorities that subgraphs' certificates are checked against."
    )
    subgraph_socket_init_timeout: PositiveFloat = Field(
        10.0, description="Seconds a subgraph has to acknowledge a WebSocket."
    )
    subgraph_socket_ping: PositiveFloat = Field(
        20.0, description="Seconds between pings of a subgraph's WebSocket."
    )
    subgraph_socket_message_limit: PositiveInt = Field(
        16 * 1024 * 1024,
        description="Largest message of a subscription in bytes: of a subgraph's WebSocket, or event or part "
        "of its stream.",
    )
    subgraph_socket_queue: PositiveInt = Field(
        32, description="Events of a subscription that wait for a slow client; then its subgraph waits."
    )
    mask_subgraph_errors: bool = Field(
        False, description="Whether messages and extensions of subgraphs' errors are hidden from clients."
    )
    errors_with_service: bool = Field(False, description="Whether errors name the subgraph.")
    errors_limit: PositiveInt = Field(1_000, description="Most errors of one response.")
