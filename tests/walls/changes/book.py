"""What an entry of the book says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.walls.rules import EVERYBODY
from tests.walls.world import World


@dataclass(frozen=True, slots=True)
class Prepared:
    """A mutation's arguments at a moment when whoever may would succeed with them."""

    arguments: Mapping[str, Any]
    may: frozenset[str]
    # People of the same marketplace for whom it is as much their own affair: they are not tried.
    aside: frozenset[str] = frozenset()
    # Why people of another marketplace may do the same, there.
    elsewhere: str = ""


Prepare = Callable[[World], Awaitable[Prepared]]

# What everybody may do for himself, and with the secret that is given.
ANYBODY = EVERYBODY
HIS_OWN = "it is about his own account, at his own marketplace"


def only(*names: str) -> frozenset[str]:
    return frozenset(names)
