"""A vendor's hours: whether it is open, and how that is shown by day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from search.hours import DAY, WEEK, minute_of_week

from .models import VendorRow

DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when on a day; `closes` before `opens` is a time of the next day."""

    day: str
    opens: str
    closes: str


def is_open(vendor: VendorRow, at: datetime) -> bool:
    """Whether a vendor is open at a moment, by its own clock."""
    minute = minute_of_week(at, vendor.timezone)
    # A range may run over the week's end: Sunday night's is also looked at from Monday morning.
    return any(start <= minute < end or start <= minute + WEEK < end for start, end in vendor.hours)


def by_day(hours: Iterable[tuple[int, int]]) -> list[Span]:
    """Ranges of minutes of the week as days and times."""
    return [Span(DAYS[start // DAY % 7], _time(start), _time(end)) for start, end in sorted(hours)]


def _time(minute: int) -> str:
    return f"{minute % DAY // 60:02}:{minute % 60:02}"
