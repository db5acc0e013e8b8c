"""The router's settings: read from the environment (``WAYBILL_ROUTER_…``) by the entry points alone.

Every field has a description: the table of settings in the documentation is made from them.
Lists are written as JSON (``["https://shop.example"]``) or separated by commas.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _split(value: object) -> object:
    """Read ``a, b`` and ``["a", "b"]`` as two words."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        import json

        return json.loads(value)
    return tuple(word.strip() for word in value.split(",") if word.strip())


Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
AccessLog = Literal["off", "errors", "all"]


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

    body_limit: PositiveInt = Field(
        2_000_000, description="Largest request body in bytes, before and after decompression (413)."
    )
    batch_limit: NonNegativeInt = Field(
        0, description="Most operations in one batched request (a JSON array); 0 refuses batches."
    )
    compression: Words = Field(
        ("zstd", "gzip", "deflate"),
        description="Encodings for responses, in order of preference; empty: never compress.",
    )
    compression_minimum: NonNegativeInt = Field(
        4_096, description="Responses shorter than this many bytes are sent as they are."
    )

    cors_origins: Words = Field(
        (), description="Origins whose pages may call the endpoint (`*`: all); empty: no CORS headers."
    )
    cors_origin_regex: str | None = Field(None, description="Further origins, as a regular expression.")
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
        description="With CSRF protection, a GET must carry one of these headers.",
    )

    websocket_init_timeout: PositiveFloat = Field(
        3.0, description="Seconds a WebSocket client has for connection_init (close code 4408)."
    )
    websocket_operations: PositiveInt = Field(
        100, description="Most operations that run at once on one WebSocket."
    )
    websocket_connections: PositiveInt = Field(10_000, description="Most WebSockets at once in a process.")
    websocket_ping: PositiveFloat = Field(20.0, description="Seconds between pings of an open WebSocket.")
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
        "errors", description="Which requests are logged: `off`, `errors` (refused or failed) or `all`."
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
    dedupe: Literal["off", "subgraph", "operation"] = Field(
        "subgraph",
        description="What identical queries in flight share: nothing, subgraph calls, or whole operations.",
    )
