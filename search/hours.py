"""Opening hours: minutes of a week by a place's own clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

DAY = 24 * 60
WEEK = 7 * DAY


def minute_of_week(at: datetime, timezone: str) -> int:
    """Minutes since Monday 00:00 by the clock of a time zone."""
    local = at.astimezone(ZoneInfo(timezone))
    return local.weekday() * DAY + local.hour * 60 + local.minute


def minutes_by_zone(at: datetime, timezones: Iterable[str]) -> dict[str, int]:
    """What the clocks of some time zones show at one moment."""
    return {timezone: minute_of_week(at, timezone) for timezone in timezones}


def within_week(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Cut ranges that run over the end of the week in two: (Sunday 22:00, Monday 02:00)."""
    cut: list[tuple[int, int]] = []
    for start, end in ranges:
        if end > WEEK:
            cut += [(start, WEEK), (0, end - WEEK)]
        else:
            cut.append((start, end))
    return tuple(sorted(cut))
