"""A vendor's hours by its own clock: whether it is open, when it opens next, how that is shown by day.

In: a vendor's row and a moment (UTC). Hours that begin on a day may end on the next; a holiday replaces those
that begin on its date, so a bar still closes at two on Christmas morning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from search.hours import DAY

from .models import VendorRow
from .vendor_state import VendorState, state_of

DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when on a day; `closes` that is not after `opens` is a time of the next day."""

    day: str
    opens: str
    closes: str


def is_open(vendor: VendorRow, at: datetime) -> bool:
    """Whether a vendor takes orders at a moment: it is active, and open by its hours."""
    return state_of(vendor, at) is VendorState.ACTIVE and is_within_hours(vendor, at)


def is_within_hours(vendor: VendorRow, at: datetime) -> bool:
    """Whether the hours and holidays say that it is open, whatever its state."""
    local = at.astimezone(ZoneInfo(vendor.timezone))
    minute, today = local.hour * 60 + local.minute, local.date()
    return _has(spans_on(vendor, today), minute) or _has(spans_on(vendor, today - _A_DAY), minute + DAY)


def opens_at(vendor: VendorRow, at: datetime) -> datetime | None:
    """When it opens next; None if it is open, or nobody knows: closed for good, paused without an end."""
    state = state_of(vendor, at)
    if state is VendorState.CLOSED or (state is VendorState.PAUSED and vendor.paused_until is None):
        return None
    if state is VendorState.ACTIVE:
        return None if is_within_hours(vendor, at) else _next_start(vendor, at)
    assert vendor.paused_until is not None
    resumed = vendor.paused_until
    return resumed if is_within_hours(vendor, resumed) else _next_start(vendor, resumed)


def spans_on(vendor: VendorRow, day: date) -> list[tuple[int, int]]:
    """The hours that begin on a date, in minutes from its midnight."""
    for holiday in vendor.holidays:
        if holiday["date"] == day.isoformat():
            return [(start, end) for start, end in holiday["spans"]]
    midnight = day.weekday() * DAY
    of_week = ((start - midnight, end - midnight) for start, end in vendor.hours)
    return [(start, end) for start, end in of_week if 0 <= start < DAY]


def by_day(hours: Iterable[tuple[int, int]]) -> list[Span]:
    """Ranges of minutes of the week as days and times."""
    return [Span(DAYS[start // DAY % 7], clock(start), clock(end)) for start, end in sorted(hours)]


def clock(minute: int) -> str:
    """A minute of a day, or of a week, as HH:MM."""
    return f"{minute % DAY // 60:02}:{minute % 60:02}"


def _has(spans: Iterable[tuple[int, int]], minute: int) -> bool:
    return any(start <= minute < end for start, end in spans)


def _next_start(vendor: VendorRow, after: datetime) -> datetime | None:
    zone = ZoneInfo(vendor.timezone)
    for day in _days_from(vendor, after.astimezone(zone).date()):
        for start, _ in sorted(spans_on(vendor, day)):
            opens = datetime.combine(day, time(start // 60, start % 60), zone).astimezone(UTC)
            if opens > after:
                return opens
    return None


def _days_from(vendor: VendorRow, first: date) -> Iterator[date]:
    """Days on which it may open: a week that no holiday shortens, and holidays later than that."""
    holidays = sorted(date.fromisoformat(holiday["date"]) for holiday in vendor.holidays)
    # Each holiday may close one of the week's days, which then counts for nothing.
    last = first + _A_DAY * (7 + len(holidays))
    yield from (first + _A_DAY * n for n in range(8 + len(holidays)))
    yield from (day for day in holidays if day > last)
