"""`order.rated` → the rider's rating: the mean of all stars that he was given, each rating counted once."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Double, cast, update

from subgraphs.common.database import Shards
from subgraphs.common.events import Event, first_time

from .models import RiderRow

RATED = "order.rated"
CONSUMER = "riders.ratings"


async def rate_rider(shards: Shards, event: Event) -> None:
    """Count a rating; one that says nothing of a rider is none of ours."""
    rider, stars = event.payload.get("riderId"), event.payload.get("riderStars")
    if rider is None or stars is None:
        return
    rider_id = UUID(rider)
    rated = (
        update(RiderRow)
        .where(RiderRow.id == rider_id, RiderRow.tenant_id == event.tenant)
        .values(
            stars=RiderRow.stars + int(stars),
            ratings=RiderRow.ratings + 1,
            rating=cast(RiderRow.stars + int(stars), Double) / (RiderRow.ratings + 1),
        )
    )
    async with shards.transaction(rider_id, CONSUMER) as session:
        if await first_time(session, CONSUMER, event):
            await session.execute(rated, execution_options={"synchronize_session": False})
