"""Two responses to one operation → what differs, or nothing.

Data must be equal, order of keys included. Where an error explains a null, the router must have one that
explains it too. It may report more: a subgraph reports errors below an object that is null in the end, and
errors of fields that were fetched for a ``@requires`` (``extra_errors``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphql import GraphQLSchema, execute_sync, parse

from tests.router.differential.chaos import ODD

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


def beyond(expected: Any, actual: Any, path: Path = (), *, whole: bool = True) -> str | None:
    """Say what ``actual`` has that ``expected`` has not; nulls are fine, and so is what was spoilt.

    Not ``whole``: objects may lack keys (deferred parts that failed), in any order.
    """
    where = ".".join(map(str, path)) or "data"
    if actual is None or actual == ODD or (isinstance(actual, str) and actual.startswith("needs ")):
        return None
    if isinstance(expected, dict) and isinstance(actual, dict):
        if list(expected) != list(actual) and (whole or not actual.keys() <= expected.keys()):
            return f"{where}: want keys {list(expected)}, have {list(actual)}"
        pairs = [(key, expected[key], actual[key]) for key in actual]
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        pairs = [(index, *both) for index, both in enumerate(zip(expected, actual, strict=True))]
    else:
        return None if expected == actual else f"{where}: want {expected!r}, have {actual!r}"
    found = (beyond(one, other, (*path, step), whole=whole) for step, one, other in pairs)
    return next((each for each in found if each), None)


def unexplained(expected: Any, response: dict[str, Any]) -> list[Path]:
    """Find the nulls where a value should be and no error says why."""
    known = list(_paths(response))
    nulls = _lost(expected, response.get("data"), ())
    return [path for path in nulls if not any(_related(path, other) for other in known)]


def _lost(expected: Any, actual: Any, path: Path) -> Iterable[Path]:
    if actual is None:
        if expected is not None:
            yield path
    elif isinstance(expected, dict) and isinstance(actual, dict):
        for key, value in expected.items():
            yield from _lost(value, actual.get(key), (*path, key))
    elif isinstance(expected, list) and isinstance(actual, list):
        for index, (one, other) in enumerate(zip(expected, actual, strict=False)):
            yield from _lost(one, other, (*path, index))


def stray_paths(response: dict[str, Any]) -> list[Path]:
    """Find the errors' paths that lead nowhere in the response."""
    return [path for path in _paths(response) if not _leads(response.get("data"), path)]


def _leads(value: Any, path: Path) -> bool:
    if not path or value is None:
        return True
    head, rest = path[0], path[1:]
    if isinstance(value, dict):
        return head in value and _leads(value[head], rest)
    if isinstance(value, list) and isinstance(head, int):
        return head < len(value) and _leads(value[head], rest)
    return False


def misfit(schema: GraphQLSchema, text: str, variables: dict[str, Any], data: Any) -> str | None:
    """Say where data are not of the operation's shape and types: as a server over the data sees it."""
    if data is None:
        return None
    result = execute_sync(
        schema,
        parse(text, no_location=True),
        data,
        variable_values=variables,
        field_resolver=lambda source, info, **_: source[info.path.key],
    )
    if result.errors:
        return f"{result.errors[0].path}: {result.errors[0].message}"
    return _differ(result.data, data, ())
