"""Settings of the upkeep: how far ahead partitions are made, and for how long what grows is kept."""

from __future__ import annotations

from pydantic import Field, model_validator

from subgraphs.common.settings import CommonSettings

# What `waybill.partitions_ahead` can count.
FARTHEST_AHEAD = 24


class UpkeepSettings(CommonSettings):
    """Those of all subgraphs, and an age for each thing that would only grow."""

    upkeep_seconds: float = Field(3_600.0, description="How often the worker does its upkeep.", gt=0)
    upkeep_batch: int = Field(
        1_000, description="Rows that one statement of the upkeep deletes at most.", ge=1
    )
    upkeep_pause_seconds: float = Field(
        0.05, description="Rest between two such statements, which leaves the shard to others.", ge=0
    )
    partition_months_ahead: int = Field(
        3, description="Months for which partitions are made ahead.", ge=1, le=FARTHEST_AHEAD
    )
    partition_days_ahead: int = Field(
        7, description="Days for which partitions of pings are made ahead.", ge=1, le=FARTHEST_AHEAD
    )
    archive_months: int = Field(
        12, description="Months after which an order's month moves to the schema `archive`; still read.", ge=1
    )
    pings_days: int = Field(30, description="Days after which riders' locations are dropped.", ge=1)
    event_days: int = Field(
        7, description="Days after which an event that all groups have handled leaves its stream.", gt=0
    )
    processed_event_days: int = Field(
        14,
        description="Days for which a consumer remembers that it has applied an event; more than "
        "WAYBILL_EVENT_DAYS, or an event might be applied twice.",
    )
    dead_letter_days: int = Field(90, description="Days for which dead letters are kept.", ge=1)
    placement_days: int = Field(30, description="How long an order's idempotency key is remembered.", ge=1)
    let_go_days: int = Field(
        90, description="Days for which a rider sees offers that he let go, and orders that he lost.", ge=1
    )
    counted_order_days: int = Field(
        30,
        description="For how long it is noted what of an order is counted in figures; later events make its "
        "day anew.",
        ge=2,
    )
    product_save_days: int = Field(7, description="How long a save's idempotency key is remembered.", ge=1)
    refresh_token_grace_days: int = Field(
        1,
        description="Days for which a refresh token or an invitation that has expired is kept, and a login "
        "without any.",
        ge=0,
    )

    @model_validator(mode="after")
    def _remembers_longer_than_it_repeats(self) -> UpkeepSettings:
        if self.processed_event_days <= self.event_days:
            raise ValueError("processed_event_days must be more than event_days")
        return self
