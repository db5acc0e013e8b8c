"""Where a field's value comes from: an attribute, a direct call, Strawberry's chain, or graphql-core."""

from __future__ import annotations

from typing import Any

from graphql import FieldNode, GraphQLField, SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef
from strawberry.federation.schema import Schema as FederationSchema
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

from .arguments import Arguments
from .entities import EntityReferences
from .plan import Attribute, Call, Core, Resolve, Source, TypeName


def classify_field(schema: Any, definition: GraphQLField, field: Any, node: FieldNode) -> Source:
    """The source of a field's value; `field` is its Strawberry definition, if it has one."""
    if definition is TypeNameMetaFieldDef:
        return TypeName()
    if definition is SchemaMetaFieldDef or definition is TypeMetaFieldDef:
        return Core("introspection")
    if not isinstance(field, StrawberryField) or definition.resolve is None:
        return Core("not a Strawberry field")
    if field.is_subscription:
        # Run on each event, which is the value: Strawberry's resolver hands it on.
        return Resolve(definition.resolve)
    if _has_own_behaviour(schema, field):
        return Resolve(definition.resolve)
    if field.base_resolver is None:
        return Attribute(field.python_name, field.default_resolver)
    return _call(schema, definition, field, node)


def _has_own_behaviour(schema: Any, field: StrawberryField) -> bool:
    """Whether something of the user's stands between the field and its value."""
    resolver = field.base_resolver
    return bool(
        field.extensions
        or type(field).get_result is not StrawberryField.get_result
        or schema.schema_converter._get_field_exception_handlers(field)
        or (resolver is not None and type(resolver).__call__ is not StrawberryResolver.__call__)
        or (resolver is not None and not callable(resolver.wrapped_func))
    )


def _call(schema: Any, definition: GraphQLField, field: StrawberryField, node: FieldNode) -> Call:
    resolver = field.base_resolver
    assert resolver is not None
    registry = schema.schema_converter.scalar_registry
    parents = (resolver.parent_parameter, resolver.root_parameter)
    return Call(
        function=_function(schema, resolver.wrapped_func),
        arguments=Arguments(node, definition, field, schema.config, registry),
        takes_self=resolver.self_parameter is not None,
        parent_names=tuple({parameter.name: None for parameter in parents if parameter}),
        info_name=resolver.info_parameter.name if resolver.info_parameter else None,
        is_async=field.is_async and _is_coroutine_function(resolver.wrapped_func),
    )


def _function(schema: Any, function: Any) -> Any:
    """What is called; Strawberry's resolver of `_entities` has a faster equal."""
    if getattr(function, "__func__", None) is FederationSchema.entities_resolver:
        return EntityReferences(schema).resolve
    return function


def _is_coroutine_function(function: Any) -> bool:
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    return code is not None and bool(code.co_flags & 0x80)  # inspect.CO_COROUTINE
