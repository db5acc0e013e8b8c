"""The API schema as graphql-core sees it: nothing is said to compose that routers then refuse to load.

Enters: the merged supergraph as clients see it. Leaves: errors. What merging is known to break is told
before, with its subgraphs and a fix (``merge/check_valid.py``); this is the whole of GraphQL's type
validation (spec §3), for what nobody thought of.
"""

from __future__ import annotations

import re
from functools import partial

from graphql import (
    DirectiveLocation,
    GraphQLArgument,
    GraphQLDirective,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLError,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLType,
    GraphQLUnionType,
    Undefined,
    specified_directives,
    specified_scalar_types,
    validate_schema,
)

from .merge.merged import Merged, MergedDirectiveDef, MergedElement, MergedField, MergedInput, MergedType
from .report import Report
from .subgraph.type_refs import TypeRef, is_list, item, nullable

_COORDINATE = re.compile(r"@?\b[A-Za-z_]\w*(?:\.\w+)?(?:\(\w+:\))?")


def check_api_schema(api: Merged, report: Report) -> None:
    """Report every rule of GraphQL's type system that the API schema breaks."""
    try:
        problems = validate_schema(_Builder(api).schema())
    except (GraphQLError, TypeError) as error:  # some rules are kept by the constructors
        problems = [error if isinstance(error, GraphQLError) else GraphQLError(str(error))]
    for problem in problems:
        message = f"The supergraph makes no valid API schema: {problem.message}"
        report.error("INVALID_GRAPHQL", message, coordinate=_coordinate(problem.message, api))


def _coordinate(message: str, api: Merged) -> str | None:
    """Find what a message is about: the first that it names of what the schema has."""
    names = (found[0] for found in _COORDINATE.finditer(message))
    known = (n for n in names if n.partition(".")[0].partition("(")[0].lstrip("@") in _names(api))
    return next(known, None)


def _names(api: Merged) -> set[str]:
    return {*api.types, *api.directives}


class _Builder:
    def __init__(self, api: Merged) -> None:
        self.api = api
        self.types: dict[str, GraphQLNamedType] = dict(specified_scalar_types)
        self.types |= {name: self.type(type_) for name, type_ in api.types.items()}

    def schema(self) -> GraphQLSchema:
        roots = {kind: self.types[name] for kind, name in self.api.roots.items()}
        own = [self.directive(d) for d in self.api.directives.values()]
        return GraphQLSchema(
            **roots,  # type: ignore[arg-type]
            types=list(self.types.values()),
            directives=[*specified_directives, *own],
        )

    def type(self, type_: MergedType) -> GraphQLNamedType:
        name = type_.name
        match type_.kind:
            case "OBJECT":
                return GraphQLObjectType(name, partial(self.fields, type_), partial(self.interfaces, type_))
            case "INTERFACE":
                return GraphQLInterfaceType(
                    name, partial(self.fields, type_), partial(self.interfaces, type_)
                )
            case "UNION":
                return GraphQLUnionType(name, partial(self.members, type_))
            case "ENUM":
                return GraphQLEnumType(name, {value: GraphQLEnumValue(value) for value in type_.values})
            case "INPUT_OBJECT":
                inputs = partial(self.inputs, type_)
                return GraphQLInputObjectType(name, inputs, is_one_of=type_.has("oneOf"))
        return GraphQLScalarType(name)

    def fields(self, type_: MergedType) -> dict[str, GraphQLField]:
        return {name: self.field(field) for name, field in type_.fields.items()}

    def field(self, field: MergedField) -> GraphQLField:
        return GraphQLField(self.reference(field.type), self.arguments(field.arguments))  # type: ignore[arg-type]

    def interfaces(self, type_: MergedType) -> list[GraphQLInterfaceType]:
        return [self.types[name] for name in type_.interfaces]  # type: ignore[misc]

    def members(self, type_: MergedType) -> list[GraphQLObjectType]:
        return [self.types[name] for name in type_.members]  # type: ignore[misc]

    def inputs(self, type_: MergedType) -> dict[str, GraphQLInputField]:
        return {
            name: GraphQLInputField(
                self.reference(i.type),  # type: ignore[arg-type]
                default_value=_default(i),
                deprecation_reason=_deprecated(i),
            )
            for name, i in type_.inputs.items()
        }

    def arguments(self, arguments: dict[str, MergedInput]) -> dict[str, GraphQLArgument]:
        return {
            name: GraphQLArgument(
                self.reference(a.type),  # type: ignore[arg-type]
                default_value=_default(a),
                deprecation_reason=_deprecated(a),
            )
            for name, a in arguments.items()
        }

    def directive(self, directive: MergedDirectiveDef) -> GraphQLDirective:
        locations = [DirectiveLocation[place] for place in directive.locations]
        return GraphQLDirective(directive.name, locations, self.arguments(directive.arguments))

    def reference(self, ref: TypeRef) -> GraphQLType:
        if ref.endswith("!"):
            return GraphQLNonNull(self.reference(nullable(ref)))  # type: ignore[type-var]
        return GraphQLList(self.reference(item(ref))) if is_list(ref) else self.types[ref]


def _default(input_: MergedInput) -> object:
    """Whether there is a default value is all that matters; its own type has been checked."""
    return Undefined if input_.default is None else None


def _deprecated(element: MergedElement) -> str | None:
    return "deprecated" if element.has("deprecated") else None
