"""Random valid operations on any schema."""

from __future__ import annotations

from random import Random

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

SCALARS = {"Int": "3", "Float": "1.5", "Boolean": "true", "String": '"s"', "ID": '"i"'}
MAX_DEPTH = 4


def random_operation(random: Random, schema: GraphQLSchema) -> str:
    """Write a query, or now and then a mutation, over fields up to four deep."""
    roots = [("query", schema.query_type), ("mutation", schema.mutation_type)]
    kind, root = roots[0] if roots[1][1] is None or random.random() < 0.8 else roots[1]
    assert root is not None
    return f"{kind} {_selections(random, schema, root, 0)}"


def _selections(
    random: Random,
    schema: GraphQLSchema,
    on: GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType,
    depth: int,
) -> str:
    chosen = ["__typename"] if random.random() < 0.2 else []
    if not isinstance(on, GraphQLUnionType):
        fields = [
            (n, f) for n, f in on.fields.items() if depth < MAX_DEPTH or is_leaf_type(get_named_type(f.type))
        ]
        for number, (name, field) in enumerate(random.sample(fields, min(len(fields), random.randint(1, 5)))):
            chosen.append(f"{on.name}{depth}{number}: {_field(random, schema, name, field, depth)}")
    if not isinstance(on, GraphQLObjectType) and depth < MAX_DEPTH:
        chosen += [
            f"... on {type_.name} {_selections(random, schema, type_, depth + 1)}"
            for type_ in schema.get_possible_types(on)
            if random.random() < 0.6
        ]
    return "{ " + " ".join(chosen or ["__typename"]) + " }"


def _field(random: Random, schema: GraphQLSchema, name: str, field: GraphQLField, depth: int) -> str:
    given = [f"{n}: {_value(a.type, 0)}" for n, a in field.args.items() if _wanted(random, a)]
    arguments = f"({', '.join(given)})" if given else ""
    target = get_named_type(field.type)
    if is_leaf_type(target):
        return name + arguments
    assert isinstance(target, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType)
    return f"{name}{arguments} {_selections(random, schema, target, depth + 1)}"


def _wanted(random: Random, argument: GraphQLArgument) -> bool:
    return is_required_argument(argument) or random.random() < 0.2


def _value(type_: GraphQLInputType, depth: int) -> str:
    """Write the smallest value; lists are empty, what is optional is left out."""
    if isinstance(type_, GraphQLNonNull):
        return _value(type_.of_type, depth)
    if isinstance(type_, GraphQLList):
        return "[]"
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    if isinstance(type_, GraphQLInputObjectType):
        if type_.is_one_of or depth > MAX_DEPTH:
            name, field = next(iter(type_.fields.items()))
            return f"{{{name}: {_value(field.type, depth + 1)}}}"
        needed = [(n, f) for n, f in type_.fields.items() if is_required_input_field(f)]
        return "{" + ", ".join(f"{n}: {_value(f.type, depth + 1)}" for n, f in needed) + "}"
    return SCALARS.get(str(type_), '"x"')
