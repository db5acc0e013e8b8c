"""Settings of the riders subgraph and of its consumer."""

from __future__ import annotations

from pydantic import Field

from subgraphs.common.settings import CommonSettings


class RidersSettings(CommonSettings):
    """Those of all subgraphs, and what riders need."""

    reports_per_second: int = Field(10, description="Locations accepted from one rider in a second.")
    report_max_age_seconds: int = Field(3600, description="Older locations are refused.")
    report_max_ahead_seconds: int = Field(60, description="Locations from further in the future are refused.")
    assign_km: float = Field(15.0, description="Riders farther from the vendor are not assigned.")
    assign_candidates: int = Field(10, description="Nearest riders that an order is tried with.")
    assign_retry_seconds: float = Field(
        10.0, description="How often orders without a rider are tried again.", gt=0
    )
    offer_seconds: float = Field(30.0, description="How long a rider may take to answer an offer.", gt=0)
    offer_look_seconds: float = Field(
        1.0, description="How often the worker looks for offers that were not answered in time.", gt=0
    )
    offer_again_seconds: float = Field(
        120.0,
        description="When all riders near have let an order go that only own riders deliver, they are asked "
        "again after this time.",
        gt=0,
    )
    nearby_max_km: float = Field(50.0, description="Greatest distance of `nearbyRiders`.")
    nearby_seconds: float = Field(
        2.0, description="Rest between two looks of a subscription to riders near a place.", gt=0
    )
    pings_batch: int = Field(500, description="Locations written to PostgreSQL at once.")
    pings_kept: int = Field(1_000_000, description="Unwritten locations kept in Valkey at most.")
    track_points: int = Field(500, description="Greatest number of points of an order's track.")
