"""Is there room for the data? A database that fills its disk stops in the middle of something."""

from __future__ import annotations

import shutil
from pathlib import Path

from stack.home import Home
from stack.servers.trouble import Code, Trouble, Troubles

MB = 1_000_000


def lacking(home: Home, least_mb: int) -> list[Trouble]:
    """Return a Trouble for each place of the home with less than that free."""
    places = {place.resolve() for place in (home.root, home.postgres) if place.exists()}
    free = {place: shutil.disk_usage(place).free // MB for place in places}
    return [_trouble(place, left, least_mb) for place, left in free.items() if left < least_mb]


def check_space(home: Home, least_mb: int) -> None:
    """Raise Troubles that name the places."""
    if troubles := lacking(home, least_mb):
        raise Troubles(troubles)


def _trouble(place: Path, left: int, least: int) -> Trouble:
    fix = "Make room, choose another directory (--home), or lower WAYBILL_DISK_MIN_MB."
    return Trouble(Code.DISK, f"{left} MB are free at {place}, and {least} MB should be", fix)
