"""Settings of the orders subgraph, its worker and its consumer."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator, model_validator
from pydantic_settings import NoDecode

from subgraphs.common.settings import CommonSettings


class OrdersSettings(CommonSettings):
    """Those of all subgraphs, and what placing and dispatching orders need."""

    catalog_url: str = Field(
        "", description="The catalog subgraph's /graphql, asked for prices and terms by placeOrder."
    )
    catalog_seconds: float = Field(5.0, description="Longest wait for the catalog.")
    provider_url: str = Field(
        "", description="The delivery provider (simulator) to which orders are dispatched."
    )
    provider_name: str = Field("simulator", description="Name of the delivery provider.")
    provider_seconds: float = Field(8.0, description="Longest wait for the provider's answer to one call.")
    provider_retries: int = Field(2, description="Repeated calls within one attempt, when a call fails.")
    provider_connections: int = Field(20, description="Connections kept open to the provider.")
    dispatch_attempts: int = Field(
        3, description="Refusals (4xx) of the provider after which an order is FAILED.", ge=1
    )
    dispatch_give_up_seconds: float = Field(
        600.0,
        description="How long an order is tried while the provider is away or in trouble (5xx), before it is "
        "FAILED.",
        ge=0,
    )
    dispatch_backoff_seconds: float = Field(
        1.0, description="Wait after the first attempt; doubles each time.", ge=0
    )
    dispatch_pause_max_seconds: float = Field(30.0, description="Longest wait between two attempts.", gt=0)
    dispatch_concurrency: int = Field(32, description="Orders that one worker dispatches at a time.")
    dispatch_idle_seconds: float = Field(
        4.0, description="After this time a dead worker's job is taken over."
    )
    dispatch_sweep_seconds: int = Field(
        60, description="Orders that wait longer for their job get a new one."
    )
    accept_minutes: float = Field(
        15.0, description="Minutes after which an order that its vendor has not accepted is CANCELLED.", gt=0
    )
    rider_minutes: float = Field(
        30.0,
        description="Minutes after which an order that no rider takes goes to the provider, or is FAILED "
        "where only own riders deliver.",
        gt=0,
    )
    overdue_sweep_seconds: float = Field(
        15.0, description="Pause between two looks for orders that nobody goes on with.", gt=0
    )
    queue: str = Field("orders", description="Name of the job queue in Valkey.")
    service_fee_percent: float = Field(5.0, description="Service fee, of the items' total.")
    order_items_max: int = Field(50, description="Most products in an order.")
    place_orders_max: int = Field(50, description="Most orders in one placeOrders.", ge=1)
    quantity_max: int = Field(99, description="Most pieces of a product in an order.")
    report_shards: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="The shards' addresses that sales reports and figures are read at, such as replicas; as "
        "many as WAYBILL_SHARDS, with the same role; empty: as WAYBILL_SHARDS.",
    )
    report_days_max: int = Field(400, description="Most days of a sales report.", ge=1)
    figures_days: int = Field(
        7, description="Days that figures are verified, or made anew, by at a time.", ge=1, le=31
    )
    figures_statement_ms: int = Field(
        60_000, description="PostgreSQL ends a statement that verifies figures after this time.", ge=1
    )

    @field_validator("report_shards", mode="before")
    @classmethod
    def _split_report_shards(cls, value: object) -> object:
        return cls._split(value)

    @model_validator(mode="after")
    def _reports_know_all_shards(self) -> OrdersSettings:
        if self.report_shards and len(self.report_shards) != len(self.shards):
            raise ValueError("report_shards must be as many as shards")
        return self
