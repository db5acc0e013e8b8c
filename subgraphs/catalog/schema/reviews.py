"""`Review`: what a customer thinks of a vendor or a product; open to everybody, without his name."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import strawberry

from subgraphs.common.connections import Connection, connection

from ..models import ReviewRow
from ..resources import Info
from ..review_lists import ReviewsByPage, review_cursor, review_page


@strawberry.type(description="What a customer thinks of what he had.")
class Review:
    """From a `ReviewRow`."""

    id: strawberry.ID
    stars: int = strawberry.field(description="1 to 5.")
    text: str | None
    at: datetime

    @classmethod
    def of(cls, row: ReviewRow) -> Review:
        """Show a row."""
        return cls(id=strawberry.ID(str(row.id)), stars=row.stars, text=row.text, at=row.at)


async def reviews_of(
    info: Info, vendor_id: UUID, subject_id: UUID, first: int | None, after: str | None
) -> Connection[Review]:
    """A page of a vendor's or a product's reviews."""
    wanted = info.context.page(first, after)
    rows = await info.context.loader(ReviewsByPage).load(review_page(vendor_id, subject_id, wanted))
    return connection(rows, wanted, Review.of, review_cursor)
