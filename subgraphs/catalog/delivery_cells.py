"""Delivery areas as h3 cells: which vendors to look at for a place, before the exact test.

In: a vendor's area. Out: cells of a resolution of 5 km² that hold all of it, joined into larger ones where
these are full. A place's cell and those around it that h3 has above it are looked up by equality: the only
comparison whose index row-level security lets through. h3's hierarchy is not one of areas, but both sides go
by it alike (https://h3geo.org/docs/highlights/indexing).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

import h3.api.basic_int as h3
from sqlalchemy import delete, insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from search import Point
from search.distances import kilometres

from .delivery_area import Ring
from .models import DeliveryCellRow, VendorRow

# Cells of 5.2 km²; the greatest radius (100 km) is 6,000 of them, 400 when joined.
RESOLUTION = 7
# No corner of such a cell is farther from its centre, and no step in h3's grid shorter, wherever on earth.
_CELL_KM, _STEP_KM = 2.0, 1.5


def cells_at(place: Point) -> list[int]:
    """The cells that hold a place, from the smallest to the largest."""
    cell = h3.latlng_to_cell(place.lat, place.lon, RESOLUTION)
    return [cell, *(h3.cell_to_parent(cell, larger) for larger in range(RESOLUTION))]


def cells_of(centre: Point, km: float, rings: Sequence[Ring]) -> list[int]:
    """Cells that hold the rings or, if there are none, the circle; more than it at the edges."""
    covered: set[int] = set()
    for ring in rings:
        shape = h3.LatLngPoly([(lat, lon) for lat, lon in ring])
        covered.update(h3.h3shape_to_cells_experimental(shape, RESOLUTION, "overlap"))
    return list(h3.compact_cells(covered if rings else set(_around(centre, km))))


def _around(centre: Point, km: float) -> Iterable[int]:
    reach = km + _CELL_KM
    cell = h3.latlng_to_cell(centre.lat, centre.lon, RESOLUTION)
    for near in h3.grid_disk(cell, ceil(reach / _STEP_KM) + 1):
        if kilometres(centre, Point(*h3.cell_to_latlng(near))) <= reach:
            yield near


async def cover(session: AsyncSession, vendor: VendorRow) -> None:
    """Write the cells of a vendor anew, in the transaction that holds its row."""
    await session.execute(delete(DeliveryCellRow).where(DeliveryCellRow.vendor_id == vendor.id))
    cells = cells_of(Point(vendor.lat, vendor.lon), vendor.delivery_km, vendor.delivery_rings)
    rows = [{"vendor_id": vendor.id, "cell": cell, "tenant_id": vendor.tenant_id} for cell in cells]
    await session.execute(insert(DeliveryCellRow), rows)
    done = update(VendorRow).where(VendorRow.id == vendor.id).values(covered=True)
    await session.execute(done, execution_options={"synchronize_session": False})
