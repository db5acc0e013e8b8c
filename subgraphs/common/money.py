"""Money: an integer in minor units with an ISO 4217 currency; never a float."""

from __future__ import annotations

import strawberry


@strawberry.federation.type(shareable=True, description="An amount in minor units (cents, piastres, fils).")
class Money:
    """`amount` 1250 with `currency` EUR is 12.50 €."""

    amount: int
    currency: str
