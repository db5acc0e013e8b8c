"""Settings of the catalog subgraph."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from subgraphs.common.settings import CommonSettings


class CatalogSettings(CommonSettings):
    """Those of all subgraphs, and where search is."""

    search_backend: Literal["postgres", "elasticsearch"] = Field(
        "postgres", description="What searches the catalog: `postgres` or `elasticsearch`."
    )
    search_database_url: str = Field("", description="PostgreSQL address of the search database.")
    elasticsearch_url: str = Field("http://127.0.0.1:9200", description="Address of Elasticsearch 8.19.")
    elasticsearch_index: str = Field("waybill-catalog", description="Alias of the index in Elasticsearch.")
    elasticsearch_shards: int = Field(1, description="Primary shards of a new index.")
    elasticsearch_replicas: int = Field(0, description="Replicas of a new index.")
    search_pool_size: int = Field(4, description="Connections of each process to the search database.")
    search_timeout_seconds: float = Field(10.0, description="Longest wait for the search backend.")
    search_batch: int = Field(500, description="Documents written to the search index at once.")
    rebuild_vendors: int = Field(20, description="Vendors, with their menus, in memory during a rebuild.")
    delivery_kmh: float = Field(
        15.0,
        description="Speed as the crow flies, by which `Vendor.deliveryTo` estimates its minutes.",
        gt=0,
    )
    delivery_max_km: float = Field(
        100.0, description="Greatest reach of a vendor's delivery area.", gt=0, le=200
    )
    delivery_area_points: int = Field(1_000, description="Most points of a vendor's delivery area.", ge=3)
    delivery_fee_steps: int = Field(20, description="Most distances of `Vendor.feesByDistance`.", ge=1)
    opening_spans: int = Field(10, description="Most spans of opening hours on one day.", ge=1)
    holidays_max: int = Field(100, description="Most dates with hours of their own, of each vendor.", ge=1)
    categories_max: int = Field(200, description="Most categories of a vendor's menu.", ge=1)
    product_batch: int = Field(
        500, description="Most products of one `setAvailability` or `changePrices`.", ge=1, le=2_000
    )
    nearby_max_km: float = Field(100.0, description="Greatest distance of `vendors(near:)`.")
    search_deletion_days: int = Field(
        7,
        description="Days for which search remembers what was deleted, against events that come late.",
        ge=1,
    )
