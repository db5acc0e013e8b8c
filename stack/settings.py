"""Settings of ``waybill up`` and its commands; read from ``WAYBILL_*`` by the commands only."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt
from pydantic_settings import BaseSettings, SettingsConfigDict


class StackSettings(BaseSettings):
    """The platform on one machine."""

    model_config = SettingsConfigDict(env_prefix="WAYBILL_", extra="ignore", frozen=True)

    home: Path = Field(Path(".waybill"), description="Directory of the platform's data, keys and logs.")
    disk_min_mb: NonNegativeInt = Field(
        500, description="MB that must be free where the data is; `waybill up` needs 400 for the demo's."
    )
    host: str = Field("127.0.0.1", description="Address that the router listens on.")
    port: NonNegativeInt = Field(4000, description="Port of the router; 0 takes a free one.")
    admin_port: NonNegativeInt = Field(
        0, description="Port of the router's metrics and health; 0 takes a free one."
    )
    subgraphs: str = Field(
        "", description="Subgraphs beside the platform's own, as `name=url` with commas between them."
    )
    shard_count: PositiveInt = Field(
        4, description="Shard databases of the embedded PostgreSQL; fixed at the first start."
    )
    shards: str = Field(
        "", description="PostgreSQL addresses of the shards, shard 0 first; empty: the embedded server's."
    )
    system_shards: str = Field(
        "", description="The same with the role that sees all tenants; empty: as WAYBILL_SHARDS."
    )
    owner_shards: str = Field("", description="The same with the tables' owner; empty: as WAYBILL_SHARDS.")
    search_database_url: str = Field(
        "", description="PostgreSQL address of the search index; empty: the embedded server's."
    )
    valkey_url: str = Field("", description="Address of Valkey or Redis; empty: the embedded server's.")
    postgres_port: NonNegativeInt = Field(
        0, description="Port of the embedded PostgreSQL; 0 takes a free one."
    )
    postgres_buffers: PositiveInt = Field(128, description="Embedded PostgreSQL's shared buffers in MB.")
    postgres_connections: PositiveInt = Field(400, description="Embedded PostgreSQL's `max_connections`.")
    valkey_port: NonNegativeInt = Field(0, description="Port of the embedded Valkey; 0 takes a free one.")
    search_backend: Literal["postgres", "elasticsearch"] = Field(
        "postgres", description="What searches the catalog."
    )
    elasticsearch_url: str = Field(
        "http://127.0.0.1:9200",
        description="Address of Elasticsearch 8.19; used when WAYBILL_SEARCH_BACKEND says so.",
    )
    servers_seconds: PositiveFloat = Field(
        60.0, description="Longest wait of a process for the servers that it needs."
    )
    drain_seconds: NonNegativeFloat = Field(
        0.0,
        description="Seconds between SIGTERM (a subgraph's readiness turns red) and closing its port, for "
        "load balancers.",
    )
    drain_timeout: PositiveFloat = Field(
        20.0, description="Seconds that a subgraph's requests in flight have to end after that."
    )
    ready_seconds: PositiveFloat = Field(
        60.0,
        description="Longest time in which a process that starts gets no nearer to being ready: neither it "
        "nor what it waits for does anything.",
    )
    stop_seconds: PositiveFloat = Field(
        15.0, description="How long a process may take to end before it is killed."
    )
    log_max_bytes: PositiveInt = Field(10_000_000, description="Length at which a process's log is cut off.")
    logs_kept: NonNegativeInt = Field(3, description="Older logs kept of each process.")


class DemoSettings(BaseSettings):
    """The demo data that the first start makes."""

    model_config = SettingsConfigDict(env_prefix="WAYBILL_DEMO_", extra="ignore", frozen=True)

    enabled: bool = Field(True, description="Whether the first start makes demo data.")
    seed: int = Field(7, description="The same seed makes the same data.")
    vendors: PositiveInt = Field(200, description="Vendors of the demo data.")
    products: PositiveInt = Field(8_000, description="Products of the demo data.")
    users: PositiveInt = Field(5_000, description="Users of the demo data, staff and riders included.")
    riders: PositiveInt = Field(300, description="Riders of the demo data.")
    orders: NonNegativeInt = Field(20_000, description="Orders of the demo data, over two years.")
