"""A search as the API asks it → hits, each with its row, loaded anew from the shards.

The index may lag: what is gone from the shards is left out, what changed is shown as it is now.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from search import BadQuery, Hit, Kind, Page, Query, SearchUnavailable, Suggestion, SuggestQuery
from subgraphs.common.errors import CodedError, ErrorCode

from .loaders import ProductById, VendorById
from .models import ProductRow, VendorRow
from .resources import CatalogContext


@dataclass(frozen=True, slots=True)
class Found:
    """A hit and what it stands for."""

    hit: Hit
    vendor: VendorRow | None = None
    product: ProductRow | None = None

    @property
    def row(self) -> ProductRow | VendorRow | None:
        """Whichever it is; None if it is gone."""
        return self.vendor or self.product


async def search_catalog(context: CatalogContext, query: Query) -> tuple[Page, list[Found]]:
    """Search, then load what was found: one statement a shard and kind."""
    try:
        page = await context.resources.search.search(query)
    except BadQuery as error:
        raise CodedError(ErrorCode.BAD_USER_INPUT, error.message, error.field) from error
    except SearchUnavailable as error:
        raise _unavailable() from error
    return page, await _load(context, page.hits)


async def suggest(context: CatalogContext, query: SuggestQuery) -> list[Suggestion]:
    """Complete a prefix."""
    try:
        return await context.resources.search.suggest(query)
    except SearchUnavailable as error:
        raise _unavailable() from error


def _unavailable() -> CodedError:
    return CodedError(ErrorCode.UNAVAILABLE, "The search does not answer now.")


async def _load(context: CatalogContext, hits: Sequence[Hit]) -> list[Found]:
    found = await asyncio.gather(*(_found(context, hit) for hit in hits))
    return [each for each in found if each.row and each.row.tenant_id == context.caller.tenant]


async def _found(context: CatalogContext, hit: Hit) -> Found:
    if hit.kind is Kind.VENDOR:
        return Found(hit, vendor=await context.loader(VendorById).load(UUID(hit.id)))
    return Found(hit, product=await context.loader(ProductById).load(UUID(hit.id)))
