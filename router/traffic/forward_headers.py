"""The client's headers → those that subgraphs get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from ..execution.transport import NO_HEADERS, Headers


def forward_headers(names: Sequence[str], headers: Mapping[str, str]) -> Headers:
    """Pick headers by name (lower case), in the settings' order."""
    chosen = tuple([(name, headers[name]) for name in names if name in headers])
    return _ready(chosen) if chosen else NO_HEADERS


@lru_cache(maxsize=1024)
def _ready(items: tuple[tuple[str, str], ...]) -> Headers:
    """A caller's headers are the same from request to request, most often."""
    return Headers.of(items)
