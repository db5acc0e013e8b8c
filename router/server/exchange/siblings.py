"""Several workers behind one port: which of them has a token's event stream, and where it listens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# Of the worker's number in front of a token's random part (which has no tilde).
WORKER = re.compile(r"(?:.*\.)?(\d+)~[\w-]+")


@dataclass(frozen=True, slots=True)
class Siblings:
    """The workers' own addresses, and which of them is this one."""

    number: int
    urls: Sequence[str]

    @property
    def mark(self) -> str:
        """What this worker's tokens have in front of their random part."""
        return f"{self.number}~"

    def owner_of(self, token: str | None) -> str | None:
        """The address of the other worker that has a token's stream; None: it is not another's."""
        found = None if token is None else WORKER.fullmatch(token)
        number = self.number if found is None else int(found[1])
        return None if number == self.number or number >= len(self.urls) else self.urls[number]
