"""A client's variables as resolvers get them, by functions made once for each operation.

Good values take the short way. At the first sign of a bad one graphql-core does the whole work again, and
words the errors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLError,
    GraphQLFloat,
    GraphQLID,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLString,
    OperationDefinitionNode,
    Undefined,
    is_input_type,
    type_from_ast,
)
from graphql.execution.values import get_variable_values

Coerce = Callable[[Any], Any]


class Doubtful(Exception):
    """A value that graphql-core should look at."""


@dataclass(frozen=True, slots=True)
class _Variable:
    name: str
    coerce: Coerce
    default: Any


class CoerceVariables:
    """The variables of one operation."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self._schema, self._definitions = schema, operation.variable_definitions or ()
        inputs: dict[str, Coerce] = {}
        self._variables = tuple(self._variable(definition, inputs) for definition in self._definitions)

    def __call__(self, values: dict[str, Any] | None) -> dict[str, Any] | list[GraphQLError]:
        """The coerced variables, or what is wrong with them."""
        if not self._definitions:
            return {}
        values = values or {}
        coerced: dict[str, Any] = {}
        try:
            for variable in self._variables:
                if variable.name in values:
                    coerced[variable.name] = variable.coerce(values[variable.name])
                elif variable.default is not Undefined:
                    raise Doubtful
        except Exception:
            return get_variable_values(self._schema, list(self._definitions), values, max_errors=50)
        return coerced

    def _variable(self, definition: Any, inputs: dict[str, Coerce]) -> _Variable:
        type_: Any = type_from_ast(self._schema, definition.type)
        coerce = _coercer(type_, inputs) if is_input_type(type_) else _doubt
        # Left out: a default is made anew each time, and a missing non-null value is an error.
        required = isinstance(type_, GraphQLNonNull) or definition.default_value is not None
        return _Variable(definition.variable.name.value, coerce, None if required else Undefined)


def _coercer(type_: Any, inputs: dict[str, Coerce]) -> Coerce:
    if isinstance(type_, GraphQLNonNull):
        return _present(_coercer(type_.of_type, inputs), nullable=False)
    return _present(_nullable(type_, inputs), nullable=True)


def _present(coerce: Coerce, *, nullable: bool) -> Coerce:
    def coerced(value: Any) -> Any:
        if value is None:
            if nullable:
                return None
            raise Doubtful
        return coerce(value)

    return coerced


def _nullable(type_: Any, inputs: dict[str, Coerce]) -> Coerce:
    if isinstance(type_, GraphQLList):
        return _list(_coercer(type_.of_type, inputs))
    if isinstance(type_, GraphQLInputObjectType):
        return _input_object(type_, inputs)
    if type_ in _BUILT_IN:
        return _BUILT_IN[type_]
    return _leaf(type_.parse_value)


def _list(item: Coerce) -> Coerce:
    def coerced(value: Any) -> Any:
        if type(value) is not list:
            raise Doubtful
        return [item(each) for each in value]

    return coerced


def _leaf(parse: Coerce) -> Coerce:
    def coerced(value: Any) -> Any:
        parsed = parse(value)
        if parsed is Undefined:
            raise Doubtful
        return parsed

    return coerced


def _input_object(type_: GraphQLInputObjectType, inputs: dict[str, Coerce]) -> Coerce:
    """Made on first use, as input types may contain themselves."""

    def coerced(value: Any) -> Any:
        coerce = inputs.get(type_.name)
        if coerce is None:
            coerce = inputs[type_.name] = _fields(type_, inputs)
        return coerce(value)

    return coerced


def _fields(type_: GraphQLInputObjectType, inputs: dict[str, Coerce]) -> Coerce:
    fields = {
        name: (field.out_name or name, _coercer(field.type, inputs), field)
        for name, field in type_.fields.items()
    }
    one_of = getattr(type_, "is_one_of", False)

    def coerced(value: Any) -> Any:
        if type(value) is not dict or one_of or not fields.keys() >= value.keys():
            raise Doubtful
        result = {}
        for name, (out_name, coerce, field) in fields.items():
            if name in value:
                result[out_name] = coerce(value[name])
            elif field.default_value is not Undefined:
                result[out_name] = field.default_value
            elif isinstance(field.type, GraphQLNonNull):
                raise Doubtful
        return type_.out_type(result)

    return coerced


def _exactly(kind: type) -> Coerce:
    def coerced(value: Any) -> Any:
        if type(value) is not kind:
            raise Doubtful
        return value

    return coerced


def _int(value: Any) -> Any:
    if type(value) is not int or not -2147483648 <= value <= 2147483647:
        raise Doubtful
    return value


def _float(value: Any) -> Any:
    if type(value) is not float or value - value != 0.0:
        raise Doubtful
    return value


def _doubt(value: Any) -> Any:
    raise Doubtful


_BUILT_IN: dict[Any, Coerce] = {
    GraphQLString: _exactly(str),
    GraphQLID: _exactly(str),
    GraphQLBoolean: _exactly(bool),
    GraphQLInt: _int,
    GraphQLFloat: _float,
}
