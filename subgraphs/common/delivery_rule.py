"""Who delivers a vendor's orders: set at the vendor by catalog, copied to each order when it is placed."""

from __future__ import annotations

from enum import Enum

import strawberry

# Riders who may let an offer go by before the provider has the order, unless the vendor says otherwise.
RIDERS_OFFERS = 3


@strawberry.enum(description="Who delivers a vendor's orders.")
class DeliveryRule(Enum):
    """The marketplace's own riders, a delivery provider, or the provider where no rider wants to."""

    OWN_RIDERS = "OWN_RIDERS"
    PROVIDER = "PROVIDER"
    RIDERS_THEN_PROVIDER = "RIDERS_THEN_PROVIDER"
