"""A point on earth as clients send it."""

from __future__ import annotations

import strawberry


@strawberry.input(description="A point on earth, in degrees.")
class PointInput:
    """WGS 84; `checked_point` says whether there is such a place."""

    lat: float
    lon: float
