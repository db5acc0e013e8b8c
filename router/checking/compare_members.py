"""Members: values of enums, types of unions, interfaces of types."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import GraphQLEnumType, GraphQLInterfaceType, GraphQLObjectType, GraphQLUnionType

from .changes import Change, change
from .compare_elements import compare_deprecation, notice
from .places import place_of
from .uses import Uses


def compare_enum(old: GraphQLEnumType, new: GraphQLEnumType, uses: Uses) -> Iterator[Change]:
    """A new value surprises only clients that may receive it."""
    for name, value in old.values.items():
        coordinate = f"{old.name}.{name}"
        if name in new.values:
            yield from compare_deprecation(coordinate, value, new.values[name])
        else:
            said = f"{old.name} lost the value {name}{notice(value)}"
            yield change("ENUM_VALUE_REMOVED", coordinate, said, place=place_of(new))
    kind = "ENUM_VALUE_ADDED" if uses.in_answers(old.name) else "INPUT_ENUM_VALUE_ADDED"
    for name in new.values.keys() - old.values.keys():
        said = f"{old.name} gained the value {name}"
        yield change(kind, f"{old.name}.{name}", said, [old.name], place_of(new.values[name]))


def compare_union(old: GraphQLUnionType, new: GraphQLUnionType) -> Iterator[Change]:
    """An operation is touched by a lost member that it names, and by a new one wherever it asks the union."""
    before, after = {t.name for t in old.types}, {t.name for t in new.types}
    for name in sorted(before - after):
        said = f"{old.name} can't be {name} any more"
        yield change("UNION_MEMBER_REMOVED", old.name, said, [f"{old.name}|{name}"], place_of(new))
    for name in sorted(after - before):
        yield change("UNION_MEMBER_ADDED", old.name, f"{old.name} can be {name} now", place=place_of(new))


def compare_interfaces(
    old: GraphQLObjectType | GraphQLInterfaceType, new: GraphQLObjectType | GraphQLInterfaceType
) -> Iterator[Change]:
    """Likewise for a type's interfaces."""
    before, after = {t.name for t in old.interfaces}, {t.name for t in new.interfaces}
    for name in sorted(before - after):
        said = f"{old.name} doesn't implement {name} any more"
        yield change("INTERFACE_REMOVED", old.name, said, [f"{name}|{old.name}"], place_of(new))
    for name in sorted(after - before):
        yield change("INTERFACE_ADDED", old.name, f"{old.name} implements {name} now", [name], place_of(new))
