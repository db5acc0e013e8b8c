"""A search as the API asks it → hits, each with its row, loaded anew from the shards.

The index may lag: what is gone from the shards, or hidden meanwhile, is left out; what changed is shown as it
is now. The index knows the hours of the week, not holidays: what these close is left out here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from search import BadQuery, Hit, Kind, Page, Query, SearchUnavailable, Suggestion, SuggestQuery
from subgraphs.common.auth import Caller
from subgraphs.common.errors import CodedError, ErrorCode

from .loaders import ProductById, VendorById
from .models import ProductRow, VendorRow
from .opening_hours import is_open
from .product_status import is_on_menu
from .resources import CatalogContext
from .vendor_state import VendorState, state_of


@dataclass(frozen=True, slots=True)
class Found:
    """A hit and what it stands for."""

    hit: Hit
    vendor: VendorRow | None = None
    product: ProductRow | None = None


async def search_catalog(context: CatalogContext, query: Query) -> tuple[Page, list[Found]]:
    """Search, then load what was found: one statement a shard and kind."""
    try:
        page = await context.resources.search.search(query)
    except BadQuery as error:
        raise CodedError(ErrorCode.BAD_USER_INPUT, error.message, error.field) from error
    except SearchUnavailable as error:
        raise _unavailable() from error
    return page, await _load(context, query, page.hits)


async def suggest(context: CatalogContext, query: SuggestQuery) -> list[Suggestion]:
    """Complete a prefix."""
    try:
        return await context.resources.search.suggest(query)
    except SearchUnavailable as error:
        raise _unavailable() from error


def _unavailable() -> CodedError:
    return CodedError(ErrorCode.UNAVAILABLE, "The search does not answer now.")


async def _load(context: CatalogContext, query: Query, hits: Sequence[Hit]) -> list[Found]:
    """First the products, then all vendors together: one statement a shard and kind."""
    kinds = {UUID(hit.id): hit.kind for hit in hits}
    ids = [id for id, kind in kinds.items() if kind is Kind.PRODUCT]
    products = {row.id: row for row in await context.loader(ProductById).load_many(ids) if row}
    whose = [id if kind is Kind.VENDOR else _vendor_of(products.get(id)) for id, kind in kinds.items()]
    known = [id for id in whose if id is not None]
    vendors = {row.id: row for row in await context.loader(VendorById).load_many(known) if row}
    found = []
    for hit, vendor_id in zip(hits, whose, strict=True):
        vendor = vendors.get(vendor_id) if vendor_id else None
        product = products.get(UUID(hit.id))
        if vendor and _is_shown(context.caller, query, vendor, product):
            found.append(Found(hit, product=product) if product else Found(hit, vendor=vendor))
    return found


def _vendor_of(product: ProductRow | None) -> UUID | None:
    return product.vendor_id if product else None


def _is_shown(caller: Caller, query: Query, vendor: VendorRow, product: ProductRow | None) -> bool:
    if vendor.tenant_id != caller.tenant or (product and product.deleted_at is not None):
        return False
    now = query.open_at or datetime.now(UTC)
    if query.open_at and not is_open(vendor, now):
        return False
    if query.hidden:
        return True
    return state_of(vendor, now) is VendorState.ACTIVE and (product is None or is_on_menu(product))
