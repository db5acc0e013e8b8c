"""Types: which came, went or changed their kind; and the root types."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLUnionType,
    OperationType,
    is_introspection_type,
    is_specified_scalar_type,
)

from .changes import Change, change
from .compare_elements import compare_description
from .compare_fields import compare_fields
from .compare_inputs import compare_input_object
from .compare_members import compare_enum, compare_interfaces, compare_union
from .places import place_of
from .read_api import Api
from .uses import Uses

_KINDS = {
    GraphQLScalarType: "a scalar",
    GraphQLObjectType: "an object",
    GraphQLInterfaceType: "an interface",
    GraphQLUnionType: "a union",
    GraphQLEnumType: "an enum",
    GraphQLInputObjectType: "an input object",
}


def compare_types(old: Api, new: Api) -> Iterator[Change]:
    """Compare all types that are not GraphQL's own."""
    before, after = _own(old), _own(new)
    for name in sorted(before.keys() - after.keys()):
        yield change("TYPE_REMOVED", name, f"{name}, {_kind(before[name])}, is gone")
    for name in sorted(after.keys() - before.keys()):
        yield change("TYPE_ADDED", name, f"{name}, {_kind(after[name])}, is new", place=place_of(after[name]))
    uses = Uses(old.schema)
    for name in sorted(before.keys() & after.keys()):
        yield from _compare(before[name], after[name], uses)
        yield from _one_of(name, old, new)


def compare_roots(old: Api, new: Api) -> Iterator[Change]:
    """Compare the root types."""
    for kind in OperationType:
        before, after = old.schema.get_root_type(kind), new.schema.get_root_type(kind)
        if before and not after:
            yield change("ROOT_TYPE_REMOVED", before.name, f"There are no {kind.value} operations any more")
        elif after and not before:
            yield change("ROOT_TYPE_ADDED", after.name, f"There are {kind.value} operations now")
        elif before and after and before.name != after.name:
            said = f"The {kind.value} type is called {after.name}, no longer {before.name}"
            yield change("ROOT_TYPE_RENAMED", before.name, said)


def _own(api: Api) -> dict[str, GraphQLNamedType]:
    return {
        name: type_
        for name, type_ in api.schema.type_map.items()
        if not is_introspection_type(type_) and not is_specified_scalar_type(type_)
    }


def _kind(type_: GraphQLNamedType) -> str:
    return next(said for kind, said in _KINDS.items() if isinstance(type_, kind))


def _compare(old: GraphQLNamedType, new: GraphQLNamedType, uses: Uses) -> Iterator[Change]:
    if type(old) is not type(new):
        said = f"{old.name} was {_kind(old)}, and is {_kind(new)} now"
        yield change("TYPE_KIND_CHANGED", old.name, said, place=place_of(new))
        return
    yield from compare_description(old.name, old, new)
    match old, new:
        case GraphQLObjectType(), GraphQLObjectType():
            yield from compare_interfaces(old, new)
            yield from compare_fields(old, new)
        case GraphQLInterfaceType(), GraphQLInterfaceType():
            yield from compare_interfaces(old, new)
            yield from compare_fields(old, new)
        case GraphQLUnionType(), GraphQLUnionType():
            yield from compare_union(old, new)
        case GraphQLEnumType(), GraphQLEnumType():
            yield from compare_enum(old, new, uses)
        case GraphQLInputObjectType(), GraphQLInputObjectType():
            yield from compare_input_object(old, new)
        case GraphQLScalarType(), GraphQLScalarType():
            yield from _specification(old, new)


def _specification(old: GraphQLScalarType, new: GraphQLScalarType) -> Iterator[Change]:
    if old.specified_by_url != new.specified_by_url:
        said = f"{old.name} was specified by {old.specified_by_url}, now by {new.specified_by_url}"
        yield change("SCALAR_SPECIFICATION_CHANGED", old.name, said, place=place_of(new))


def _one_of(name: str, old: Api, new: Api) -> Iterator[Change]:
    place = place_of(new.schema.type_map[name])
    if name in new.one_of - old.one_of:
        yield change("ONE_OF_ADDED", name, f"Exactly one field of {name} must be given now", place=place)
    elif name in old.one_of - new.one_of:
        yield change("ONE_OF_REMOVED", name, f"Several fields of {name} may be given now", place=place)
