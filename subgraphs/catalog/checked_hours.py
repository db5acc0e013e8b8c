"""Opening hours and holidays as clients send them → as vendors' rows have them.

("MONDAY", "18:00", "02:00") becomes [1080, 1560]: minutes of the week. An end that is not after its beginning
is of the next day. Spans that overlap are a mistake, not a union: one of the two is probably wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from search.hours import DAY, WEEK
from subgraphs.common.errors import bad

from .opening_hours import DAYS

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")


@dataclass(frozen=True, slots=True)
class AskedSpan:
    """From when to when, as HH:MM; 24:00 may end a day. `day` is none of a holiday's."""

    opens: str
    closes: str
    day: str = DAYS[0]


@dataclass(frozen=True, slots=True)
class AskedHoliday:
    """A date and its hours."""

    date: date
    hours: tuple[AskedSpan, ...]


def checked_week(spans: Sequence[AskedSpan], most: int) -> list[list[int]]:
    """Ranges in minutes of the week, in order; `most` on one day."""
    ranges = [_range(span, "openingHours", DAYS.index(span.day) * DAY) for span in spans]
    for day in DAYS:
        _check_count([span for span in spans if span.day == day], most, "openingHours")
    found = sorted(ranges)
    # Sunday's night is followed by Monday's morning.
    _check_apart([*found, *([start + WEEK, end + WEEK] for start, end in found[:1])], "openingHours")
    return found


def checked_holidays(
    holidays: Sequence[AskedHoliday], since: date, most: int, most_spans: int
) -> list[dict[str, Any]]:
    """Dates in order, each once, those that are over left out; last night's hours may still run."""
    coming = [holiday for holiday in holidays if holiday.date >= since - timedelta(days=1)]
    _check_count(coming, most, "holidays")
    if len({holiday.date for holiday in coming}) < len(coming):
        raise bad("Each date may be there once.", "holidays")
    return [_holiday(holiday, most_spans) for holiday in sorted(coming, key=lambda each: each.date)]


def _holiday(holiday: AskedHoliday, most_spans: int) -> dict[str, Any]:
    _check_count(holiday.hours, most_spans, "holidays")
    spans = sorted(_range(span, "holidays") for span in holiday.hours)
    _check_apart(spans, "holidays")
    return {"date": holiday.date.isoformat(), "spans": spans}


def _range(span: AskedSpan, field: str, midnight: int = 0) -> list[int]:
    start, end = _minute(span.opens, field), _minute(span.closes, field)
    if start == DAY:
        raise bad("A day's hours begin before 24:00.", field)
    return [midnight + start, midnight + (end if end > start else end + DAY)]


def _minute(text: str, field: str) -> int:
    if not _CLOCK.fullmatch(text):
        raise bad('A time is HH:MM, such as "09:30".', field)
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def _check_apart(ranges: Iterable[Sequence[int]], field: str) -> None:
    if any(after[0] < before[1] for before, after in pairwise(ranges)):
        raise bad("Hours must not overlap.", field)


def _check_count(things: Sequence[object], most: int, field: str) -> None:
    if len(things) > most:
        raise bad(f"At most {most} of them.", field)
