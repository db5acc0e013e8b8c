"""What `searchCatalog` and `suggest` take and give."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated

import strawberry
from strawberry.types.nodes import SelectedField, Selection

import search
from search import FARTHEST_KM, Kind, Page, Point, Query, Sort, Want
from subgraphs.common.auth import Caller
from subgraphs.common.connections import PageInfo
from subgraphs.common.ids import parse_id
from subgraphs.common.point import checked_km, checked_point

from ..resources import Info
from ..search_catalog import Found
from .types import Product, Vendor

strawberry.enum(Kind, name="SearchKind", description="What a hit can be.")
strawberry.enum(Sort, name="SearchSort", description="The order of hits.")
SearchNode = Annotated[Product | Vendor, strawberry.union("SearchNode", description="What can be found.")]


@strawberry.input(description="A circle on earth.")
class NearInput:
    """Degrees and kilometres; without `km` it only tells from where distances are measured."""

    lat: float
    lon: float
    km: float | None = None

    @property
    def point(self) -> Point:
        """Its centre; BAD_USER_INPUT if there is no such place."""
        place = checked_point(self.lat, self.lon, "near")
        return Point(place.lat, place.lon)

    def within(self, most: float) -> float | None:
        """Its radius, if it has one; BAD_USER_INPUT if that is out of bounds."""
        return None if self.km is None else checked_km(self.km, most, "near.km")


@strawberry.input(description="A range of prices in minor units, ends included.")
class PriceRange:
    """Only products have prices."""

    min: int | None = None
    max: int | None = None
    currency: str | None = None


@strawberry.input(description="What hits must be like; all that are given must hold.")
class SearchFilters:
    """An empty one filters nothing."""

    kinds: list[Kind] | None = None
    cuisines: list[str] | None = None
    price: PriceRange | None = None
    rating: float | None = strawberry.field(default=None, description="At least.")
    open_now: bool = False
    available: bool = False
    vendor_id: strawberry.ID | None = strawberry.field(
        default=None, description="Of one vendor; its staff find drafts and what a pause hides, too."
    )
    near: NearInput | None = None


@strawberry.type(description="Where the words were found: <mark>…</mark>, all else HTML-escaped.")
class Highlight:
    """A fragment of a field."""

    field: str
    text: str


@strawberry.type(description="A hit.")
class SearchEdge:
    """Its node and why it is there."""

    node: SearchNode
    cursor: str
    score: float
    distance_km: float | None
    highlights: list[Highlight]


@strawberry.type(description="How many hits have a value.")
class FacetValue:
    """A value of a facet."""

    value: str
    count: int


@strawberry.type(description="Hits by their properties; a facet's own filter does not narrow it.")
class SearchFacets:
    """The most frequent values."""

    cuisine: list[FacetValue]
    kind: list[FacetValue]


@strawberry.type(description="One page of hits.")
class SearchConnection:
    """What is not selected is not computed."""

    edges: list[SearchEdge]
    page_info: PageInfo
    facets: SearchFacets
    total_count: int
    took_ms: int = strawberry.field(description="Milliseconds in the search backend.")
    corrected: bool = strawberry.field(description="Nothing has the very words: typos were forgiven.")


@strawberry.type(description="A name that goes on from what was typed.")
class Suggestion:
    """`id` is that of one product or vendor of this name."""

    text: str
    kind: Kind
    id: strawberry.ID


_WANTS = {"totalCount": Want.TOTAL, "facets": Want.FACETS, "highlights": Want.HIGHLIGHTS}


def wants(info: Info) -> frozenset[Want]:
    """Which costly parts of the answer are selected."""
    return frozenset(_WANTS[name] for name in _selected(info.selected_fields) if name in _WANTS)


def _selected(selections: Iterable[Selection]) -> Iterable[str]:
    for selection in selections:
        if isinstance(selection, SelectedField):
            yield selection.name
        # Of a node's own fields none is of interest here.
        if not (isinstance(selection, SelectedField) and selection.name == "node"):
            yield from _selected(selection.selections)


def query_of(caller: Caller, text: str, filters: SearchFilters, sort: Sort, want: frozenset[Want]) -> Query:
    """The search that the arguments describe, without its page."""
    vendor_id = None if filters.vendor_id is None else parse_id(filters.vendor_id)
    price, near = filters.price or PriceRange(), filters.near
    return Query(
        tenant=caller.tenant,
        text=text,
        kinds=tuple(filters.kinds or ()),
        cuisines=tuple(filters.cuisines or ()),
        price_from=price.min,
        price_to=price.max,
        currency=price.currency,
        rating_from=filters.rating,
        available=filters.available,
        vendor_id=None if vendor_id is None else str(vendor_id),
        hidden=vendor_id is not None and caller.works_for(vendor_id),
        open_at=datetime.now(UTC) if filters.open_now else None,
        near=near.point if near else None,
        within_km=near.within(FARTHEST_KM) if near else None,
        sort=sort,
        want=want,
    )


def connection_of(page: Page, found: list[Found], *, is_first: bool) -> SearchConnection:
    """Show a page."""
    edges = [_edge(each.hit, node) for each in found if (node := _node(each))]
    info = PageInfo(
        has_next_page=page.has_next,
        has_previous_page=not is_first,
        # By the hits, not the edges: of those some may be gone from the shards.
        start_cursor=page.hits[0].cursor if page.hits else None,
        end_cursor=page.hits[-1].cursor if page.hits else None,
    )
    facets = {facet.field: _values(facet) for facet in page.facets}
    return SearchConnection(
        edges=edges,
        page_info=info,
        facets=SearchFacets(cuisine=facets.get("cuisine", []), kind=facets.get("kind", [])),
        total_count=page.total or 0,
        took_ms=page.took_ms,
        corrected=page.corrected,
    )


def _node(found: Found) -> Product | Vendor | None:
    if found.vendor:
        return Vendor.of(found.vendor)
    return Product.of(found.product) if found.product else None


def _edge(hit: search.Hit, node: Product | Vendor) -> SearchEdge:
    return SearchEdge(
        node=node,
        cursor=hit.cursor,
        score=hit.score,
        distance_km=hit.distance_km,
        highlights=[Highlight(field=field, text=text) for field, text in hit.highlights],
    )


def _values(facet: search.Facet) -> list[FacetValue]:
    return [FacetValue(value=each.value, count=each.count) for each in facet.values]
