"""When a vendor is open, by its own clock: the moments are given, no test looks at a clock."""

from datetime import UTC, datetime
from typing import Any

import pytest

from subgraphs.catalog.models import VendorRow
from subgraphs.catalog.opening_hours import is_open, opens_at
from tests.subgraphs.catalog.market import ALWAYS

MONDAY, FRIDAY, SATURDAY, SUNDAY = (day * 1440 for day in (0, 4, 5, 6))


def vendor(**columns: Any) -> VendorRow:
    usual: dict[str, Any] = {"timezone": "UTC", "hours": [], "holidays": [], "state": "ACTIVE"}
    return VendorRow(**{**usual, "paused_until": None, **columns})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# 2026-12-21 is a Monday.
@pytest.mark.parametrize(
    ("moment", "opened"),
    [
        ("2026-12-21 10:59", False),
        ("2026-12-21 11:00", True),
        ("2026-12-21 14:59", True),
        ("2026-12-21 15:00", False),
        ("2026-12-21 18:00", True),
        ("2026-12-22 01:59", True),
        ("2026-12-22 02:00", False),
    ],
)
def test_a_day_has_several_spans_and_the_last_may_run_past_midnight(moment: str, opened: bool) -> None:
    place = vendor(hours=[[MONDAY + 660, MONDAY + 900], [MONDAY + 1080, MONDAY + 1560]])
    assert is_open(place, at(moment)) is opened


def test_sundays_night_is_open_on_monday_morning() -> None:
    place = vendor(hours=[[SUNDAY + 1320, SUNDAY + 1560]])
    assert is_open(place, at("2026-12-21 01:59"))
    assert not is_open(place, at("2026-12-21 02:00"))


def test_the_clock_is_the_vendors_in_summer_and_in_winter() -> None:
    place = vendor(timezone="Europe/Berlin", hours=[[day * 1440 + 600, day * 1440 + 660] for day in range(7)])
    assert is_open(place, at("2026-07-01 08:30"))
    assert is_open(place, at("2026-12-01 09:30"))
    assert not is_open(place, at("2026-12-01 08:30"))


def test_a_holiday_closes_or_has_hours_of_its_own_but_the_night_before_goes_on() -> None:
    nights = [[day * 1440 + 1080, day * 1440 + 1560] for day in range(7)]
    holidays = [
        {"date": "2026-12-24", "spans": [[600, 720]]},
        {"date": "2026-12-25", "spans": []},
    ]
    place = vendor(hours=nights, holidays=holidays)
    assert is_open(place, at("2026-12-24 01:00"))  # Wednesday's night
    assert is_open(place, at("2026-12-24 11:00"))
    assert not is_open(place, at("2026-12-24 19:00"))
    assert not is_open(place, at("2026-12-25 19:00"))
    assert is_open(place, at("2026-12-26 19:00"))
    assert opens_at(place, at("2026-12-24 13:00")) == at("2026-12-26 18:00")


def test_what_is_open_opens_at_no_time_and_so_does_what_never_opens() -> None:
    assert opens_at(vendor(hours=ALWAYS), at("2026-12-21 12:00")) is None
    assert opens_at(vendor(), at("2026-12-21 12:00")) is None


def test_a_vendor_without_weekly_hours_opens_on_its_dates() -> None:
    place = vendor(holidays=[{"date": "2027-05-01", "spans": [[600, 660]]}])
    assert opens_at(place, at("2026-12-21 12:00")) == at("2027-05-01 10:00")
    assert opens_at(place, at("2027-05-01 10:00")) is None


def test_the_next_opening_is_by_the_clock_that_has_been_changed_meanwhile() -> None:
    # Berlin's clocks went forward on 2026-03-29 at 02:00; 10:00 is 08:00 UTC from then on.
    place = vendor(timezone="Europe/Berlin", hours=[[SUNDAY + 600, SUNDAY + 660]])
    assert opens_at(place, at("2026-03-28 23:00")) == at("2026-03-29 08:00")


def test_every_weekday_may_be_the_only_one_left_between_holidays() -> None:
    week = [{"date": f"2026-12-{day}", "spans": []} for day in range(22, 29)]
    place = vendor(hours=[[SATURDAY + 600, SATURDAY + 660]], holidays=week)
    assert opens_at(place, at("2026-12-21 12:00")) == at("2027-01-02 10:00")


def test_a_paused_vendor_opens_when_its_pause_ends_or_with_the_next_hours() -> None:
    place = vendor(hours=[[FRIDAY + 600, FRIDAY + 660]], state="PAUSED", paused_until=at("2026-12-25 10:30"))
    assert not is_open(place, at("2026-12-25 10:29"))
    assert is_open(place, at("2026-12-25 10:30"))
    assert opens_at(place, at("2026-12-25 10:00")) == at("2026-12-25 10:30")
    place.paused_until = at("2026-12-25 11:30")
    assert opens_at(place, at("2026-12-25 10:00")) == at("2027-01-01 10:00")


@pytest.mark.parametrize("state", ["PAUSED", "CLOSED"])
def test_what_is_paused_without_an_end_or_closed_opens_at_no_known_time(state: str) -> None:
    place = vendor(hours=ALWAYS, state=state)
    assert not is_open(place, at("2026-12-21 12:00"))
    assert opens_at(place, at("2026-12-21 12:00")) is None
