"""Whether a vendor sells at all: what its row says, at a moment."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import strawberry

from .models import VendorRow


@strawberry.enum(description="Whether a vendor takes orders at all, its opening hours aside.")
class VendorState(Enum):
    """A CLOSED one never sells again; what old orders tell of it stays readable."""

    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    CLOSED = "CLOSED"


def state_of(vendor: VendorRow, at: datetime) -> VendorState:
    """Its state at a moment: a pause ends by itself."""
    state = VendorState(vendor.state)
    if state is VendorState.PAUSED and vendor.paused_until is not None and vendor.paused_until <= at:
        return VendorState.ACTIVE
    return state
