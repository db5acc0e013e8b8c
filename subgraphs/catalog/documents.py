"""Rows of vendors and products → what search indexes.

Drafts and what a paused or closed vendor has are hidden; the end of a pause is an event like any other.
"""

from __future__ import annotations

from search import Document, Kind, Point

from .models import ProductRow, VendorRow
from .product_status import is_on_menu
from .vendor_state import VendorState


def vendor_document(vendor: VendorRow) -> Document:
    """A vendor as it is found."""
    return Document(
        id=str(vendor.id),
        tenant=vendor.tenant_id,
        kind=Kind.VENDOR,
        version=vendor.version,
        name=vendor.name,
        description=vendor.description,
        cuisines=tuple(vendor.cuisines),
        vendor_id=str(vendor.id),
        region=vendor.region,
        location=Point(vendor.lat, vendor.lon),
        rating=vendor.rating,
        ratings=vendor.ratings,
        timezone=vendor.timezone,
        hours=_hours(vendor),
        hidden=_is_hidden(vendor),
    )


def product_document(product: ProductRow, vendor: VendorRow) -> Document:
    """A product as it is found, with its vendor's place and hours; as new as the newer of both."""
    return Document(
        id=str(product.id),
        tenant=product.tenant_id,
        kind=Kind.PRODUCT,
        version=max(product.version, vendor.version),
        name=product.name,
        description=product.description,
        cuisines=tuple(vendor.cuisines),
        tags=tuple(product.tags),
        vendor_id=str(vendor.id),
        vendor_name=vendor.name,
        region=vendor.region,
        location=Point(vendor.lat, vendor.lon),
        price=product.price,
        currency=product.currency,
        rating=product.rating,
        ratings=product.ratings,
        available=product.available,
        timezone=vendor.timezone,
        hours=_hours(vendor),
        hidden=_is_hidden(vendor) or not is_on_menu(product),
    )


def _is_hidden(vendor: VendorRow) -> bool:
    return vendor.state != VendorState.ACTIVE.value


def _hours(vendor: VendorRow) -> tuple[tuple[int, int], ...]:
    return tuple((start, end) for start, end in vendor.hours)
