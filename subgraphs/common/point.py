"""Places on earth as clients send them: one check for every input that has coordinates or a distance.

In: numbers of an input, and the name of its field. Out: a `Point`, or BAD_USER_INPUT.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from sys import float_info

from .errors import CodedError, ErrorCode

# Where Web Mercator ends; Valkey's geo index holds nothing beyond (GEOADD: "valid latitudes are …").
LAT_MAX = 85.05112878
LON_MAX = 180.0
# Shorter than any receiver measures; PostgreSQL squares distances, which underflow far below.
KM_LEAST = 0.001
# Decimals of a degree that are kept: a tenth of a millimetre. 1e-200, which sums of floats may leave where 0
# is meant, underflows in PostgreSQL's sines.
_DECIMALS = 9


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees (WGS 84)."""

    lat: float
    lon: float


def checked_point(lat: float, lon: float, field: str | None = None) -> Point:
    """The point; BAD_USER_INPUT where no vehicle goes: beyond the map's edge, NaN, subnormal numbers."""
    if not is_on_map(lat, lon):
        message = f"A place has |lat| ≤ {LAT_MAX} and |lon| ≤ {LON_MAX:g}."
        raise CodedError(ErrorCode.BAD_USER_INPUT, message, field)
    return Point(round(lat, _DECIMALS), round(lon, _DECIMALS))


def is_on_map(lat: float, lon: float) -> bool:
    """Whether there is such a place, also for Valkey's geo index: for rows from before it was checked."""
    return _is_within(lat, LAT_MAX) and _is_within(lon, LON_MAX)


def checked_km(km: float, most: float, field: str = "km") -> float:
    """The distance; BAD_USER_INPUT unless it is between a metre and `most` kilometres."""
    if not (isfinite(km) and KM_LEAST <= km <= most):
        message = f"`km` must be at least {KM_LEAST:g} and at most {most:g}."
        raise CodedError(ErrorCode.BAD_USER_INPUT, message, field)
    return km


def _is_within(degrees: float, most: float) -> bool:
    # Comparisons with NaN are false. A subnormal number is no coordinate but a fault of who computed it.
    return -most <= degrees <= most and (degrees == 0 or abs(degrees) >= float_info.min)
