"""Two responses to one operation → what differs, or nothing.

Data must be equal, order of keys included. Where an error explains a null, the router must have one that
explains it too. It may report more: a subgraph reports errors below an object that is null in the end, and
errors of fields that were fetched for a ``@requires`` (``extra_errors``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Path = tuple[str | int, ...]


def difference(expected: dict[str, Any], actual: dict[str, Any], *, extra_errors: bool) -> str | None:
    """Say what differs first."""
    found = _differ(expected.get("data"), actual.get("data"), ())
    if found is not None:
        return found
    wanted, had = set(_paths(expected)), set(_paths(actual))
    unexplained = [path for path in wanted if not any(_related(path, other) for other in had)]
    if unexplained:
        return f"no error explains {unexplained}; there are {sorted(had, key=str)}"
    if had and not wanted and not extra_errors:
        return f"errors where none should be: {actual['errors']}"
    return None


def _paths(response: dict[str, Any]) -> Iterable[Path]:
    return (tuple(error.get("path") or ()) for error in response.get("errors", ()))


def _related(one: Path, other: Path) -> bool:
    length = min(len(one), len(other))
    return one[:length] == other[:length]


def _differ(expected: Any, actual: Any, path: Path) -> str | None:
    where = ".".join(map(str, path)) or "data"
    if isinstance(expected, dict) and isinstance(actual, dict):
        if list(expected) != list(actual):
            return f"{where}: want keys {list(expected)}, have {list(actual)}"
        pairs = [(key, expected[key], actual[key]) for key in expected]
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        pairs = [(index, *both) for index, both in enumerate(zip(expected, actual, strict=True))]
    elif type(expected) is type(actual) and expected == actual:
        return None
    else:
        return f"{where}: want {expected!r}, have {actual!r}"
    for step, one, other in pairs:
        found = _differ(one, other, (*path, step))
        if found is not None:
            return found
    return None
