"""From the demo's vendors and their menus to rows of the catalog's tables."""

from __future__ import annotations

import json
from collections.abc import Iterator

from .load import Placed, Table
from .menus import Product
from .rows import Placing
from .world import Vendor

VENDORS = Table(
    "catalog",
    "vendors",
    (
        *("id", "tenant_id", "name", "description", "cuisines", "region", "city", "street", "lat", "lon"),
        *("timezone", "hours", "currency", "delivery_fee", "delivery_fees", "delivery_km", "minimum_order"),
        *("prep_minutes", "rating", "rating_sum", "ratings", "created_at"),
    ),
)
PRODUCTS = Table(
    "catalog",
    "products",
    (
        *("id", "vendor_id", "tenant_id", "name", "description", "category", "position", "price", "currency"),
        *("available", "tags", "rating", "rating_sum", "ratings", "created_at"),
    ),
)
CATEGORIES = Table("catalog", "categories", ("id", "vendor_id", "tenant_id", "name", "position"))
# Whoever tries the demo at night can order too; `opens` and `closes` say when most orders come.
AROUND_THE_CLOCK = json.dumps([(day * 24 * 60, (day + 1) * 24 * 60) for day in range(7)])
# Across each city: every customer may order from every vendor of his.
DELIVERY_KM = 40.0
# So near it costs half.
NEAR_KM = 2.0


def vendor_rows(vendor: Vendor, placing: Placing) -> Iterator[Placed]:
    """Return the rows of a vendor, its categories and its products."""
    shard = placing.shards.shard_of(vendor.id)
    city = vendor.city
    description = f"{' and '.join(vendor.cuisines).capitalize()} in {city.name}"
    yield Placed(
        VENDORS,
        shard,
        (
            *(vendor.id, placing.tenant, vendor.name, description, list(vendor.cuisines), city.region),
            *(city.name, vendor.street, vendor.lat, vendor.lon, city.timezone, AROUND_THE_CLOCK),
            *(city.currency.code, vendor.delivery_fee, _fees(vendor), DELIVERY_KM, _minimum(vendor)),
            *(vendor.prep_minutes, vendor.rating, _sum(vendor), vendor.ratings, vendor.created_at),
        ),
    )
    # A category has the id of its first product, as those from before categories had ids.
    first = {product.category: product.id for product in reversed(vendor.menu)}
    for place, name in enumerate(dict.fromkeys(product.category for product in vendor.menu)):
        yield Placed(CATEGORIES, shard, (first[name], vendor.id, placing.tenant, name, place))
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
                *(product.rating, _sum(product), product.ratings, product.created_at),
            ),
        )


def _sum(rated: Vendor | Product) -> int:
    return round((rated.rating or 0) * rated.ratings)


def _fees(vendor: Vendor) -> str:
    """One distance, as `catalog.vendors.delivery_fees` has it."""
    step = vendor.city.currency.step
    return json.dumps([(NEAR_KM, round(vendor.delivery_fee / 2 / step) * step)])


def _minimum(vendor: Vendor) -> int:
    """What its cheapest product costs: an order of anything is enough."""
    return min(product.price for product in vendor.menu)
