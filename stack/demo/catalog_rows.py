"""From the demo's vendors and their menus to rows of the catalog's tables."""

from __future__ import annotations

import json
from collections.abc import Iterator

from .load import Placed, Table
from .rows import Placing
from .world import Vendor

VENDORS = Table(
    "catalog",
    "vendors",
    (
        *("id", "tenant_id", "name", "description", "cuisines", "region", "city", "street", "lat", "lon"),
        *("timezone", "hours", "currency", "delivery_fee", "prep_minutes", "rating", "ratings", "created_at"),
    ),
)
PRODUCTS = Table(
    "catalog",
    "products",
    (
        *("id", "vendor_id", "tenant_id", "name", "description", "category", "position", "price", "currency"),
        *("available", "tags", "rating", "ratings", "created_at"),
    ),
)
MINUTES_A_DAY = 24 * 60


def vendor_rows(vendor: Vendor, placing: Placing) -> Iterator[Placed]:
    """Return the rows of a vendor and its products."""
    shard = placing.shards.shard_of(vendor.id)
    city = vendor.city
    description = f"{' and '.join(vendor.cuisines).capitalize()} in {city.name}"
    yield Placed(
        VENDORS,
        shard,
        (
            *(vendor.id, placing.tenant, vendor.name, description, list(vendor.cuisines), city.region),
            *(city.name, vendor.street, vendor.lat, vendor.lon, city.timezone, json.dumps(_hours(vendor))),
            *(city.currency.code, vendor.delivery_fee, vendor.prep_minutes, vendor.rating, vendor.ratings),
            vendor.created_at,
        ),
    )
    for position, product in enumerate(vendor.menu):
        what = (
            product.name,
            product.description,
            product.category,
            position,
            product.price,
            city.currency.code,
        )
        yield Placed(
            PRODUCTS,
            shard,
            (
                *(product.id, vendor.id, placing.tenant, *what, product.available, list(product.tags)),
                *(product.rating, product.ratings, product.created_at),
            ),
        )


def _hours(vendor: Vendor) -> list[tuple[int, int]]:
    """Ranges in minutes of the local week, one for each day."""
    return [
        (day * MINUTES_A_DAY + vendor.opens * 60, day * MINUTES_A_DAY + vendor.closes * 60)
        for day in range(7)
    ]
