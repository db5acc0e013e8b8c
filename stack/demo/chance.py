"""Reproducible chance: a generator for each thing made, so that making more changes nothing made before."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from subgraphs.common.ids import BUCKETS, compose, milliseconds_of

T = TypeVar("T")
KM_PER_DEGREE = 111.32


class Chance(random.Random):
    """Python's generator, seeded by words."""

    @classmethod
    def of(cls, *words: object) -> Chance:
        """Make the generator of these words; the same for the same words, on every machine."""
        return cls(" ".join(map(str, words)))

    def id(self, at: datetime, bucket: int | None = None) -> UUID:
        """Make an id of a moment, in a bucket or any."""
        bucket = self.randrange(BUCKETS) if bucket is None else bucket
        return compose(milliseconds_of(at), bucket, self.getrandbits(62))

    def digits(self, pattern: str) -> str:
        """Fill each # with a digit."""
        return "".join(self.choice("0123456789") if char == "#" else char for char in pattern)

    def near(self, lat: float, lon: float, km: float) -> tuple[float, float]:
        """Choose a point around another, most of them close."""
        distance, angle = abs(self.gauss(0, km / 2)), self.random() * math.tau
        north, east = distance * math.cos(angle), distance * math.sin(angle)
        return (
            round(lat + north / KM_PER_DEGREE, 6),
            round(lon + east / (KM_PER_DEGREE * math.cos(math.radians(lat))), 6),
        )

    def favourite(self, among: Sequence[T]) -> T:
        """Choose one, the first ones far more often: a few places have most of the orders."""
        return among[min(int(self.random() ** 2.2 * len(among)), len(among) - 1)]
