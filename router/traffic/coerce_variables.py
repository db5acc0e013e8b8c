"""The client's variables → values by the operation's types, defaults filled in (GraphQL §6.1.2).

Most values are already what coercion would give: a string for an ID, an object of such. ``VariableCoercer``
looks whether that is so, with functions made once per operation; all else, every mistake among it, is
graphql-core's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLType,
    Undefined,
    VariableDefinitionNode,
    is_input_type,
    is_specified_scalar_type,
    type_from_ast,
)
from graphql.execution.values import get_variable_values

from ..execution.errors import ErrorCode
from .check_variables import check_depth
from .rejection import Rejection, as_problem

MAX_ERRORS = 20
MAX_INT = 2**31 - 1
MIN_INT = -(2**31)

Definitions: TypeAlias = tuple[VariableDefinitionNode, ...]

Fits: TypeAlias = Callable[[Any], bool]
"""Whether a value is what its coercion would give."""


@dataclass(frozen=True, slots=True)
class Check:
    """What a variable's value must be to be taken as it is."""

    name: str
    fits: Fits
    nullable: bool
    may_lack: bool


class VariableCoercer:
    """Coerces the variables of one operation; ``located`` reads their definitions with their places.

    ``max_depth``: most levels of lists and objects in one of them; 0: no limit.
    """

    __slots__ = ("_checks", "_deep", "_definitions", "_located", "_max_depth", "_schema")

    def __init__(
        self,
        schema: GraphQLSchema,
        definitions: Definitions,
        located: Callable[[], Definitions],
        max_depth: int = 0,
    ) -> None:
        self._schema = schema
        self._definitions = definitions
        self._located = located
        self._max_depth = max_depth
        self._checks = _checks(schema, definitions)
        self._deep = max_depth > 0 and any(_may_nest(schema, each) for each in definitions)

    def __call__(self, given: Mapping[str, Any] | None) -> dict[str, Any]:
        """Coerce all variables; Rejection (BAD_USER_INPUT) names every one that does not fit."""
        if not self._definitions:
            return {}
        if given and self._deep:
            check_depth(given, self._max_depth)
        fitting = None if given is None or self._checks is None else _take_fitting(self._checks, given)
        if fitting is not None:
            return fitting
        try:
            return coerce_variables(self._schema, self._definitions, given)
        except Rejection:
            return coerce_variables(self._schema, self._located(), given)


def _may_nest(schema: GraphQLSchema, definition: VariableDefinitionNode) -> bool:
    """Whether a variable of this type may be a list or an object: what else it is given is not gone into."""
    type_ = type_from_ast(schema, definition.type)
    if isinstance(type_, GraphQLNonNull):
        type_ = type_.of_type
    if isinstance(type_, GraphQLScalarType):
        return not is_specified_scalar_type(type_)
    return not isinstance(type_, GraphQLEnumType)


def _take_fitting(checks: tuple[Check, ...], given: Mapping[str, Any]) -> dict[str, Any] | None:
    """The variables as they are; None if one of them needs a closer look."""
    fitting: dict[str, Any] = {}
    for check in checks:
        value = given.get(check.name, Undefined)
        if value is Undefined and check.may_lack:
            continue
        if not (check.fits(value) or (value is None and check.nullable)):
            return None
        fitting[check.name] = value
    return fitting


def coerce_variables(
    schema: GraphQLSchema, definitions: Definitions, given: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Coerce by graphql-core."""
    coerced = get_variable_values(schema, definitions, dict(given or {}), max_errors=MAX_ERRORS)
    if isinstance(coerced, list):
        raise Rejection([as_problem(error, ErrorCode.BAD_USER_INPUT) for error in coerced])
    return coerced


def _checks(schema: GraphQLSchema, definitions: Definitions) -> tuple[Check, ...] | None:
    """A check for every variable; None if one has a type that the schema lacks."""
    known: dict[GraphQLInputObjectType, Fits] = {}
    checks = []
    for definition in definitions:
        type_ = type_from_ast(schema, definition.type)
        if type_ is None or not is_input_type(type_):
            return None
        nullable = not isinstance(type_, GraphQLNonNull)
        may_lack = nullable and definition.default_value is None
        checks.append(Check(definition.variable.name.value, _fits(type_, known), nullable, may_lack))
    return tuple(checks)


def _fits(type_: GraphQLType, known: dict[GraphQLInputObjectType, Fits]) -> Fits:
    match type_:
        case GraphQLNonNull():
            return _fits(type_.of_type, known)  # null fits nothing: graphql-core sees to it
        case GraphQLList():
            item = _fits(type_.of_type, known)
            return lambda value: type(value) is list and all(map(item, value))
        case GraphQLEnumType():
            names = {name for name, value in type_.values.items() if value.value == name}
            return lambda value: type(value) is str and value in names
        case GraphQLInputObjectType():
            return _object(type_, known)
        case GraphQLScalarType():
            return _SCALARS.get(type_.name, _nothing) if is_specified_scalar_type(type_) else _anything
    return _nothing


def _object(type_: GraphQLInputObjectType, known: dict[GraphQLInputObjectType, Fits]) -> Fits:
    """An object fits whose every field fits, that lacks nothing needed and leaves no default to fill in."""
    if type_ in known:
        return known[type_]
    fields: dict[str, Fits] = {}
    needed = {
        name
        for name, field in type_.fields.items()
        if isinstance(field.type, GraphQLNonNull) or field.default_value is not Undefined
    }

    def fits(value: Any) -> bool:
        if type(value) is not dict or not needed <= value.keys() <= fields.keys():
            return False
        return all(fields[name](item) for name, item in value.items())

    known[type_] = _nothing if getattr(type_, "is_one_of", False) else fits
    fields.update((name, _fits(field.type, known)) for name, field in type_.fields.items())
    return known[type_]


def _nothing(value: Any) -> bool:
    return False


def _anything(value: Any) -> bool:
    """A custom scalar of an API schema is taken as it is; null is graphql-core's business."""
    return value is not None


_SCALARS: dict[str, Fits] = {
    "ID": lambda value: type(value) is str,
    "String": lambda value: type(value) is str,
    "Boolean": lambda value: type(value) is bool,
    "Int": lambda value: type(value) is int and MIN_INT <= value <= MAX_INT,
    "Float": lambda value: type(value) is float,
}
