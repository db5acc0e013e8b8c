"""What is searched: one flat document for each product and each vendor.

A product's document repeats what it is found and filtered by of its vendor (name, place, hours), so a query
is one look-up; the indexer writes a vendor's products anew when the vendor changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import log10

# With 1000 ratings a document has all the weight that its rating can give.
_RATINGS_FOR_FULL_WEIGHT = 3
_BEST_RATING = 5.0


class Kind(StrEnum):
    """What a document stands for."""

    PRODUCT = "PRODUCT"
    VENDOR = "VENDOR"


@dataclass(frozen=True, slots=True)
class Point:
    """A place on earth, in degrees."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A product or a vendor as search sees it.

    `version` grows with every change of what the document is made of; an older one never replaces a newer.
    `hours` are half-open ranges of minutes of the local week, Monday 00:00 being 0 (they may run over its
    end). `price` is in minor units; vendors have none. What is `hidden` is found by those alone who ask for
    it too (drafts, what a paused vendor sells), and completes no prefix.
    """

    id: str
    tenant: str
    kind: Kind
    version: int
    name: str
    description: str = ""
    cuisines: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    vendor_id: str
    vendor_name: str = ""
    region: str
    location: Point | None = None
    price: int | None = None
    currency: str | None = None
    rating: float | None = None
    ratings: int = 0
    available: bool = True
    hidden: bool = False
    timezone: str = "UTC"
    hours: tuple[tuple[int, int], ...] = ()

    @property
    def popularity(self) -> float:
        """A factor of relevance from 1 (unknown) to 2 (the best rating, given a thousand times)."""
        confidence = min(1.0, log10(1 + self.ratings) / _RATINGS_FOR_FULL_WEIGHT)
        return 1.0 + (self.rating or 0.0) / _BEST_RATING * confidence


@dataclass(frozen=True, slots=True)
class Deletion:
    """What is gone: an index of the same document that arrives late, with a lower version, is ignored."""

    id: str
    tenant: str
    version: int
