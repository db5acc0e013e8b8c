"""Directives that operations may use."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import DirectiveLocation, GraphQLDirective, is_specified_directive

from .changes import Change, change
from .compare_elements import compare_description
from .compare_inputs import ARGUMENT, InputPlace, compare_inputs
from .places import place_of
from .read_api import Api

_EXECUTABLE = frozenset(list(DirectiveLocation)[: list(DirectiveLocation).index(DirectiveLocation.SCHEMA)])


def compare_directives(old: Api, new: Api) -> Iterator[Change]:
    """Compare definitions; those only for schemas mean nothing to clients."""
    before, after = _executable(old), _executable(new)
    for name in sorted(before.keys() - after.keys()):
        yield change("DIRECTIVE_REMOVED", f"@{name}", f"@{name} is gone")
    for name in sorted(after.keys() - before.keys()):
        yield change("DIRECTIVE_ADDED", f"@{name}", f"@{name} is new", place=place_of(after[name]))
    for name in sorted(before.keys() & after.keys()):
        yield from _compare(f"@{name}", before[name], after[name])


def _executable(api: Api) -> dict[str, GraphQLDirective]:
    return {
        d.name: d
        for d in api.schema.directives
        if not is_specified_directive(d) and _EXECUTABLE.intersection(d.locations)
    }


def _compare(coordinate: str, old: GraphQLDirective, new: GraphQLDirective) -> Iterator[Change]:
    yield from compare_description(coordinate, old, new)
    place = place_of(new)
    before, after = _EXECUTABLE.intersection(old.locations), _EXECUTABLE.intersection(new.locations)
    for location in sorted(before - after, key=str):
        said = f"{coordinate} can't stand at {location.value} any more"
        yield change("DIRECTIVE_LOCATION_REMOVED", coordinate, said, place=place)
    for location in sorted(after - before, key=str):
        said = f"{coordinate} can stand at {location.value} now"
        yield change("DIRECTIVE_LOCATION_ADDED", coordinate, said, place=place)
    if old.is_repeatable != new.is_repeatable:
        kind = f"DIRECTIVE_REPEATABLE_{'ADDED' if new.is_repeatable else 'REMOVED'}"
        said = f"{coordinate} can {'now' if new.is_repeatable else 'no longer'} be repeated"
        yield change(kind, coordinate, said, place=place)
    at = InputPlace(f"{coordinate}({{}}:)", (coordinate,), ARGUMENT, place)
    yield from compare_inputs(old.args, new.args, at)
