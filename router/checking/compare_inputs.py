"""What clients give: arguments and input fields, their types and defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from graphql import (
    GraphQLArgument,
    GraphQLInputField,
    GraphQLInputObjectType,
    Undefined,
    ast_from_value,
    is_required_argument,
    is_required_input_field,
    print_ast,
)

from .changes import Change, Place, change
from .compare_elements import compare_deprecation, notice
from .places import place_of
from .type_safety import fits_input

Input: TypeAlias = GraphQLArgument | GraphQLInputField
ARGUMENT, INPUT_FIELD = "ARGUMENT", "INPUT_FIELD"


@dataclass(frozen=True, slots=True)
class InputPlace:
    """What the inputs belong to: ``form`` makes a coordinate of a name; ``owner`` is touched by new ones."""

    form: str
    owner: tuple[str, ...]
    kind: str
    place: Place | None


def compare_input_object(old: GraphQLInputObjectType, new: GraphQLInputObjectType) -> Iterator[Change]:
    """Compare an input object's fields."""
    place = InputPlace(f"{old.name}.{{}}", (old.name,), INPUT_FIELD, place_of(new))
    yield from compare_inputs(old.fields, new.fields, place)


def compare_inputs(old: Mapping[str, Input], new: Mapping[str, Input], at: InputPlace) -> Iterator[Change]:
    """Compare the inputs of one field, directive or input object."""
    for name, input_ in old.items():
        coordinate = at.form.format(name)
        if name in new:
            yield from _compare(coordinate, input_, new[name], at)
        else:
            said = f"{coordinate} is gone{notice(input_)}"
            yield change(f"{at.kind}_REMOVED", coordinate, said, place=at.place)
    for name in new.keys() - old.keys():
        required = is_required(new[name])
        kind = f"{'REQUIRED' if required else 'OPTIONAL'}_{at.kind}_ADDED"
        coordinate = at.form.format(name)
        said = f"{coordinate} is new, and {'must' if required else 'may'} be given"
        yield change(kind, coordinate, said, at.owner, place_of(new[name]))


def is_required(input_: Input) -> bool:
    """Whether a value must be given."""
    if isinstance(input_, GraphQLArgument):
        return is_required_argument(input_)
    return is_required_input_field(input_)


def _compare(coordinate: str, old: Input, new: Input, at: InputPlace) -> Iterator[Change]:
    yield from compare_deprecation(coordinate, old, new)
    touched = (coordinate, *at.owner) if is_required(new) and not is_required(old) else (coordinate,)
    if str(old.type) != str(new.type):
        kind = f"{at.kind}_TYPE_{'WIDENED' if fits_input(old.type, new.type) else 'CHANGED'}"
        said = f"{coordinate} was of type {old.type}, and is of type {new.type} now"
        yield change(kind, coordinate, said, touched, place_of(new))
    elif len(touched) > 1:
        said = f"{coordinate} must be given now: its default value is gone"
        yield change(f"{at.kind}_BECAME_REQUIRED", coordinate, said, touched, place_of(new))
        return
    before, after = _default(old), _default(new)
    if before != after:
        said = f"{coordinate} has the default {after or 'no value'} now, not {before or 'no value'}"
        yield change(f"{at.kind}_DEFAULT_CHANGED", coordinate, said, at.owner, place_of(new))


def _default(input_: Input) -> str:
    if input_.default_value is Undefined:
        return ""
    node = ast_from_value(input_.default_value, input_.type)
    return print_ast(node) if node is not None else ""
