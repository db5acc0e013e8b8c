"""The errors of one answer on their way to the client: so many are kept, of the rest only that it is there.

An answer may be wrong in a hundred thousand places. Nothing is done for an error that nobody will see.
"""

from __future__ import annotations

from .errors import Problem

DEFAULT_LIMIT = 1000


class Problems(list[Problem]):
    """At most ``limit`` problems; ``has_more``: others were left out."""

    __slots__ = ("has_more", "limit")

    def __init__(self, limit: int = DEFAULT_LIMIT, *, has_more: bool = False) -> None:
        super().__init__()
        self.limit = limit
        self.has_more = has_more

    @property
    def is_full(self) -> bool:
        """Whether no further one is kept."""
        return len(self) >= self.limit

    def add(self, problem: Problem) -> None:
        """Keep a problem, or that there was one."""
        if len(self) < self.limit:
            self.append(problem)
        else:
            self.has_more = True
