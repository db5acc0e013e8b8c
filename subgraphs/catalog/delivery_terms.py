"""What it costs and takes to deliver from a vendor to a place."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from search import Point

from .delivery_area import delivers_to, distance_to
from .models import VendorRow


@dataclass(frozen=True, slots=True)
class Terms:
    """The fee in minor units of the vendor's currency, and minutes from the order to the door."""

    fee: int
    minutes: int


def delivery_terms(vendor: VendorRow, place: Point, kmh: float) -> Terms | None:
    """The terms for a place; None outside of the delivery area. `kmh`: speed as the crow flies."""
    if not delivers_to(vendor, place):
        return None
    km = distance_to(vendor, place)
    return Terms(fee_for(vendor, km), vendor.prep_minutes + ceil(km / kmh * 60))


def fee_for(vendor: VendorRow, km: float) -> int:
    """The fee of the first distance that reaches so far; beyond all of them the general one."""
    for reach, fee in vendor.delivery_fees:
        if km <= reach:
            return int(fee)
    return vendor.delivery_fee
