"""Queries: vendors, products, search; all of them open to everybody, within the tenant."""

from __future__ import annotations

from dataclasses import replace

import strawberry

from search import Point, Sort, SuggestQuery
from subgraphs.common.auth import Role
from subgraphs.common.connections import Connection
from subgraphs.common.errors import CodedError, ErrorCode
from subgraphs.common.ids import parse_id
from subgraphs.common.point import checked_point
from subgraphs.common.point_input import PointInput

from ..list_vendors import VendorFilter, list_vendors
from ..resources import Info
from ..search_catalog import search_catalog, suggest
from ..vendor_state import VendorState
from .search_types import (
    NearInput,
    SearchConnection,
    SearchFilters,
    Suggestion,
    connection_of,
    query_of,
    wants,
)
from .types import Product, Vendor, load_product, load_vendor


@strawberry.type
class Query:
    """What can be asked of the catalog."""

    @strawberry.field(description="A vendor.")
    async def vendor(self, info: Info, id: strawberry.ID) -> Vendor | None:
        """Null if there is none."""
        return await load_vendor(info, parse_id(id))

    @strawberry.field(description="A product.")
    async def product(self, info: Info, id: strawberry.ID) -> Product | None:
        """Null if there is none."""
        return await load_product(info, parse_id(id))

    @strawberry.field(
        description="Vendors that are active: the nearest first if a point is given, else the newest."
    )
    async def vendors(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        near: NearInput | None = None,
        cuisine: str | None = None,
        delivers_to: PointInput | None = None,
    ) -> Connection[Vendor]:
        """Reads every shard and merges."""
        wanted = info.context.page(first, after)
        most = info.context.resources.settings.nearby_max_km
        choice = VendorFilter(info.context.caller.tenant, cuisine)
        if near:
            choice = replace(choice, near=near.point, km=near.within(most) or most)
        if delivers_to:
            place = checked_point(delivers_to.lat, delivers_to.lon, "deliversTo")
            choice = replace(choice, delivers_to=Point(place.lat, place.lon))
        return await list_vendors(info.context.shards, choice, wanted, Vendor.of)

    @strawberry.field(description="Vendors in any state, the newest first; for admins.")
    async def managed_vendors(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        states: list[VendorState] | None = None,
    ) -> Connection[Vendor] | None:
        """Paused and closed ones too, unless some states are asked for."""
        info.context.caller.require(Role.ADMIN)
        wanted = info.context.page(first, after)
        choice = VendorFilter(info.context.caller.tenant, states=tuple(states or VendorState))
        return await list_vendors(info.context.shards, choice, wanted, Vendor.of)

    @strawberry.field(
        description="Find products and vendors; typos, accents and Arabic spelling are forgiven."
    )
    async def search_catalog(
        self,
        info: Info,
        query: str = "",
        filters: SearchFilters | None = None,
        sort: Sort = Sort.RELEVANCE,
        first: int | None = None,
        after: str | None = None,
    ) -> SearchConnection:
        """An empty text finds all that passes the filters."""
        settings = info.context.resources.settings
        count = settings.page_default if first is None else first
        if not 1 <= count <= settings.page_max:
            message = f"`first` must be between 1 and {settings.page_max}."
            raise CodedError(ErrorCode.BAD_USER_INPUT, message, "first")
        asked = query_of(info.context.caller, query, filters or SearchFilters(), sort, wants(info))
        page, found = await search_catalog(info.context, replace(asked, first=count, after=after))
        return connection_of(page, found, is_first=after is None)

    @strawberry.field(description="Names that go on from what somebody types.")
    async def suggest(self, info: Info, prefix: str, first: int = 10) -> list[Suggestion]:
        """Each name once."""
        if not 1 <= first <= info.context.resources.settings.page_max or len(prefix) > 200:
            raise CodedError(ErrorCode.BAD_USER_INPUT, "The prefix or `first` is out of bounds.")
        found = await suggest(info.context, SuggestQuery(info.context.caller.tenant, prefix, first))
        return [Suggestion(text=each.text, kind=each.kind, id=strawberry.ID(each.id)) for each in found]
