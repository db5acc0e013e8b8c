"""Fields of objects and interfaces, with their arguments."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import GraphQLField, GraphQLInterfaceType, GraphQLObjectType

from .changes import Change, change
from .compare_elements import compare_deprecation, notice
from .compare_inputs import ARGUMENT, InputPlace, compare_inputs
from .places import place_of
from .type_safety import fits_output

Composite = GraphQLObjectType | GraphQLInterfaceType


def compare_fields(old: Composite, new: Composite) -> Iterator[Change]:
    """Compare the fields of one type."""
    for name, field in old.fields.items():
        coordinate = f"{old.name}.{name}"
        if name in new.fields:
            yield from _compare(coordinate, field, new.fields[name])
        else:
            yield change(
                "FIELD_REMOVED", coordinate, f"{coordinate} is gone{notice(field)}", place=place_of(new)
            )
    for name in new.fields.keys() - old.fields.keys():
        coordinate = f"{old.name}.{name}"
        yield change("FIELD_ADDED", coordinate, f"{coordinate} is new", place=place_of(new.fields[name]))


def _compare(coordinate: str, old: GraphQLField, new: GraphQLField) -> Iterator[Change]:
    yield from compare_deprecation(coordinate, old, new)
    if str(old.type) != str(new.type):
        kind = "FIELD_TYPE_NARROWED" if fits_output(old.type, new.type) else "FIELD_TYPE_CHANGED"
        said = f"{coordinate} was of type {old.type}, and is of type {new.type} now"
        yield change(kind, coordinate, said, place=place_of(new))
    place = InputPlace(f"{coordinate}({{}}:)", (coordinate,), ARGUMENT, place_of(new))
    yield from compare_inputs(old.args, new.args, place)
