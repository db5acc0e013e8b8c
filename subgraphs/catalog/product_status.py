"""Who sees a product, and whether it can be ordered: what its row says."""

from __future__ import annotations

from enum import Enum

import strawberry

from subgraphs.common.auth import Caller

from .models import ProductRow


@strawberry.enum(description="Whether a product is on the menu yet.")
class ProductStatus(Enum):
    """What was once ACTIVE does not become a DRAFT again: orders tell of it."""

    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"


def may_see(caller: Caller, product: ProductRow) -> bool:
    """Drafts are their vendor's staff's; a product that was deleted goes on being read by its id."""
    if product.tenant_id != caller.tenant:
        return False
    return product.status == ProductStatus.ACTIVE.value or caller.works_for(product.vendor_id)


def is_on_menu(product: ProductRow) -> bool:
    """Whether it is shown to everybody."""
    return product.status == ProductStatus.ACTIVE.value and product.deleted_at is None


def can_be_ordered(product: ProductRow) -> bool:
    """Whether it can be, its vendor's state aside."""
    return product.available and is_on_menu(product)
