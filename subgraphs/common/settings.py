"""Settings that every subgraph process shares; read from ``WAYBILL_*`` at entry points only."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from .client_address import networks

# Subgraphs are called by routers in the same private network (RFC 1918, RFC 4193), or on the same machine.
PRIVATE_NETWORKS = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")


class CommonSettings(BaseSettings):
    """What each process of the platform needs to know; each subgraph adds its own to it."""

    model_config = SettingsConfigDict(env_prefix="WAYBILL_", extra="ignore", frozen=True)

    shards: Annotated[tuple[str, ...], NoDecode] = Field(
        description="PostgreSQL addresses of the shards, comma-separated, shard 0 first.", min_length=1
    )
    direct_shards: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="The shards' addresses past a transaction-pooling PgBouncer, for LISTEN and migrations; "
        "empty: as WAYBILL_SHARDS.",
    )
    system_shards: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="The shards' addresses with the role that sees all tenants (BYPASSRLS), for relay, "
        "workers and indexer; empty: as WAYBILL_SHARDS.",
    )
    owner_shards: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="The shards' addresses, past a PgBouncer, with the role that owns the tables, for "
        "`waybill migrate`; empty: as WAYBILL_DIRECT_SHARDS.",
    )
    valkey_url: str = Field("redis://127.0.0.1:6379/0", description="Address of Valkey (or Redis).")
    valkey_connections: int = Field(100, description="Connections to Valkey, of one process.", gt=0)
    valkey_wait_seconds: float = Field(
        5.0, description="Longest wait for one of them, then the request is UNAVAILABLE.", gt=0
    )
    jwks_url: str = Field("", description="Where the public keys of access tokens are published.")
    tenant: str = Field(
        "main",
        description="The default tenant: whose catalog anonymous requests read that name none, by a host of "
        "none.",
    )
    tenant_seconds: float = Field(
        5.0, description="How often each subgraph reads the table of tenants and their hosts.", gt=0
    )
    token_issuer: str = Field("waybill", description="`iss` of access tokens.")
    token_audience: str = Field("waybill", description="`aud` of access tokens.")
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        PRIVATE_NETWORKS,
        description="Addresses and ranges of the routers before a subgraph, comma-separated: their "
        "`X-Forwarded-For` says where a client is.",
    )
    clock_leeway_seconds: float = Field(
        10.0, description="Clock difference to the issuer of tokens that is forgiven.", ge=0
    )
    jwks_seconds: int = Field(300, description="How long fetched public keys are used before asking again.")
    token_cache: int = Field(10_000, description="Verified tokens remembered by each process.")
    pool_size: int = Field(
        12,
        description="Most database connections of each process to each shard; half are for fixed statements.",
        ge=1,
    )
    pool_idle_seconds: float = Field(
        300.0, description="Database connections unused for this time are closed.", gt=0
    )
    pool_wait_seconds: float = Field(
        5.0, description="Longest wait for a free database connection, and for opening one.", gt=0
    )
    statement_cache_size: int = Field(
        200,
        description="Prepared statements kept by each connection; 0 behind a transaction-pooling PgBouncer.",
    )
    statement_timeout_ms: int = Field(5_000, description="PostgreSQL ends a statement after this time.")
    idle_transaction_ms: int = Field(15_000, description="PostgreSQL ends a transaction idle for this time.")
    execution: Literal["compiled", "stock"] = Field(
        "compiled", description="`compiled` runs operations as generated Python, `stock` by graphql-core."
    )
    documents_cached: int = Field(1_000, description="Parsed and validated operations kept by each subgraph.")
    documents_cached_length: int = Field(
        300_000, description="Characters of all operations kept together by each subgraph."
    )
    document_max_tokens: int = Field(
        20_000, description="Most lexical tokens of an operation sent to a subgraph; 0: no limit."
    )
    document_max_length: int = Field(
        1_000_000, description="Most characters of an operation sent to a subgraph; 0: no limit."
    )
    document_max_root_fields: int = Field(
        200, description="Most root fields of an operation sent to a subgraph; 0: no limit."
    )
    answer_max_values: int = Field(
        300_000,
        description="Most values (fields of objects, items of lists) in a subgraph's answer; 0: no limit.",
    )
    answer_max_bytes: int = Field(
        16_000_000, description="Greatest length of a subgraph's answer, nearly; 0: no limit."
    )
    representations_max: int = Field(20_000, description="Most entities asked for by one `_entities`.")
    body_max_bytes: int = Field(5_000_000, description="Largest request body that a subgraph reads.")
    page_default: int = Field(20, description="Length of a list for which `first` is not given.")
    page_max: int = Field(100, description="Greatest `first` of a list.")
    events_kept: int = Field(100_000, description="Length to which each event stream in Valkey is trimmed.")
    events_batch: int = Field(
        200, description="Events that the relay publishes, or a consumer reads, at once."
    )
    events_poll_seconds: float = Field(1.0, description="How often the relay looks without being woken.")
    events_idle_ms: int = Field(
        15_000, description="After this time another consumer takes an unfinished event."
    )
    events_attempts: int = Field(10, description="Deliveries of an event before it goes to the dead letters.")
    slow_statement_ms: float = Field(200.0, description="SQL slower than this is logged.")
    slow_request_ms: float = Field(1_000.0, description="Requests slower than this are logged.")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    log_format: str = Field("json", description="`json` for one object a line, `text` for people.")

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        networks(value)
        return value

    @field_validator(
        "shards", "direct_shards", "system_shards", "owner_shards", "trusted_proxies", mode="before"
    )
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )
