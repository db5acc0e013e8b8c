"""Days by vendors' clocks, and which ids orders of these days can have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from subgraphs.common.ids import first_id_at

_DAY = timedelta(days=1)
# The earliest clock is 14 hours ahead of UTC, the latest 12 behind (IANA: Pacific/Kiritimati, Etc/GMT+12).
# The hour more is for clocks of machines: an id has the app's time, `placed_at` the database's.
_AHEAD, _BEHIND = timedelta(hours=15), timedelta(hours=13)
# Ids begin with milliseconds since 1970.
EARLIEST = date(1970, 1, 3)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """Each of them."""
        return [self.first + _DAY * n for n in range((self.last - self.first).days + 1)]

    @property
    def begins(self) -> datetime:
        """The moment before which the days have begun nowhere."""
        return _midnight(self.first) - _AHEAD

    @property
    def ends(self) -> datetime:
        """The moment at which the days are over everywhere."""
        return _midnight(self.last + _DAY) + _BEHIND

    @property
    def ids(self) -> dict[str, UUID]:
        """`low` and `high`: what ids of the days' orders lie between."""
        return {"low": first_id_at(self.begins), "high": first_id_at(self.ends)}

    def pieces(self, length: int) -> Iterator[Span]:
        """Spans of so many days, the last one maybe shorter."""
        first = self.first
        while first <= self.last:
            last = min(self.last, first + _DAY * (length - 1))
            yield Span(first, last)
            first = last + _DAY


def spans_of(days: Iterable[date], longest: int) -> list[Span]:
    """Days that follow each other as one span, of at most that many."""
    found: list[Span] = []
    for day in sorted(set(days)):
        if found and day - found[-1].last == _DAY and len(found[-1].days) < longest:
            found[-1] = Span(found[-1].first, day)
        else:
            found.append(Span(day, day))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
