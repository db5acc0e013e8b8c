"""Which of the shards' addresses a process is told: those with its role (docs/adr/0014).

In: variables. Out: the owner's addresses; an environment without what its process must not have.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

OWNER_SHARDS, SYSTEM_SHARDS = "WAYBILL_OWNER_SHARDS", "WAYBILL_SYSTEM_SHARDS"
_PAST_THE_WALL = frozenset({OWNER_SHARDS, SYSTEM_SHARDS})


def owner_shards() -> tuple[str, ...]:
    """Return the shards' addresses with their owner's role, as this process is told them."""
    given = (os.environ.get(name) for name in (OWNER_SHARDS, "WAYBILL_DIRECT_SHARDS", "WAYBILL_SHARDS"))
    return tuple(next(filter(None, given), "").split(","))


def of_subgraph(variables: Mapping[str, str]) -> dict[str, str]:
    """Return what a process is told that answers requests: nothing that leads past row-level security."""
    return {name: value for name, value in variables.items() if name not in _PAST_THE_WALL}


def forget_what_is_past_the_wall() -> None:
    """The same of this process's own variables."""
    for name in _PAST_THE_WALL:
        os.environ.pop(name, None)
