"""The client's headers → those that subgraphs get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..execution.transport import Headers


def forward_headers(names: Sequence[str], headers: Mapping[str, str]) -> Headers:
    """Pick headers by name (lower case), in the settings' order."""
    return Headers.of((name, headers[name]) for name in names if name in headers)
