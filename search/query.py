"""A search as it is asked, and its answer: ids in order, never entities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from search.documents import Kind, Point
from search.errors import BadQuery

# Longer texts are cut by the caller's mistake or malice: each word costs a look-up.
LONGEST_TEXT = 200
FARTHEST_KM = 500.0
MOST_CUISINES = 50


class Sort(StrEnum):
    """The order of hits; ties are broken by id."""

    RELEVANCE = "RELEVANCE"
    DISTANCE = "DISTANCE"
    RATING = "RATING"
    PRICE_ASC = "PRICE_ASC"
    PRICE_DESC = "PRICE_DESC"


class Want(StrEnum):
    """The parts of an answer that cost extra, so they are asked for."""

    TOTAL = "TOTAL"
    FACETS = "FACETS"
    HIGHLIGHTS = "HIGHLIGHTS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to find. An empty text finds everything that passes the filters.

    `open_at` keeps what is open at that moment, by each vendor's own clock. `after` is a `Hit.cursor` of the
    same query. `price_from` and `price_to` are inclusive, in minor units, and leave vendors out. `hidden`
    finds hidden documents too.
    """

    tenant: str
    text: str = ""
    kinds: tuple[Kind, ...] = ()
    cuisines: tuple[str, ...] = ()
    price_from: int | None = None
    price_to: int | None = None
    currency: str | None = None
    rating_from: float | None = None
    available: bool = False
    vendor_id: str | None = None
    hidden: bool = False
    open_at: datetime | None = None
    near: Point | None = None
    within_km: float | None = None
    sort: Sort = Sort.RELEVANCE
    first: int = 20
    after: str | None = None
    want: frozenset[Want] = frozenset()

    def check(self) -> None:
        """Raise `BadQuery` for what no backend can answer."""
        if len(self.text) > LONGEST_TEXT:
            raise BadQuery(f"The text is longer than {LONGEST_TEXT} characters.", "query")
        if len(self.cuisines) > MOST_CUISINES or len(self.kinds) > len(Kind):
            raise BadQuery(f"At most {MOST_CUISINES} cuisines, and each kind once.", "filters")
        if self.near is None and self.within_km is not None:
            raise BadQuery("A distance needs a point to measure from.", "filters.near")
        if self.near is None and self.sort is Sort.DISTANCE:
            raise BadQuery("To sort by distance, say from where.", "filters.near")
        if self.within_km is not None and not 0 < self.within_km <= FARTHEST_KM:
            raise BadQuery(f"A distance is more than 0 and at most {FARTHEST_KM:g} km.", "filters.near.km")
        if self.near is not None and not (-90 <= self.near.lat <= 90 and -180 <= self.near.lon <= 180):
            raise BadQuery("There is no such place on earth.", "filters.near")


@dataclass(frozen=True, slots=True)
class Hit:
    """A found document: highlights are (field, text with <mark>…</mark>, everything else HTML-escaped)."""

    id: str
    kind: Kind
    score: float
    cursor: str
    distance_km: float | None = None
    highlights: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FacetValue:
    """How many hits have a value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """The most frequent values of a field; the field's own filter does not narrow them."""

    field: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of hits; `total` and `facets` if wanted. `corrected` says that typos were forgiven."""

    hits: tuple[Hit, ...]
    has_next: bool
    took_ms: int
    total: int | None = None
    facets: tuple[Facet, ...] = ()
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class SuggestQuery:
    """The beginning of what someone types."""

    tenant: str
    prefix: str
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name that goes on from the prefix, and one document that bears it."""

    text: str
    kind: Kind
    id: str
