"""Whether a value may be read as an object of a type, and which type a value of an interface or union has.

Both are asked once per Python class, where the class alone decides it; otherwise Strawberry is asked each
time.
"""

from __future__ import annotations

from inspect import iscoroutine
from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLUnionType,
    Undefined,
)
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.cast import get_strawberry_type_cast
from strawberry.types.union import StrawberryUnion

from .position import spot_of
from .resolve_info import raw_info

# Classes remembered for each object of a plan; more than a schema ever has.
_MOST_CLASSES = 1_000


class SourceCheck:
    """The check before an object's fields are read."""

    __slots__ = ("_is_type_of", "_own_is_type_of", "known")

    def __init__(self, type_: GraphQLObjectType) -> None:
        definition = type_.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
        self._is_type_of: Any = type_.is_type_of
        self._own_is_type_of = getattr(definition, "is_type_of", None) is not None
        # Classes whose objects have passed and always will.
        self.known: set[type] = set()

    def admit(self, value: Any, execution: Any = None, position: Any = None) -> bool:
        """Whether compiled code may go on; False leaves the value to graphql-core, which knows why not."""
        if (
            value is None
            or value is Undefined
            or isinstance(value, Exception)
            or optimized_is_awaitable(value)
        ):
            return False
        if self._own_is_type_of:
            return execution is not None and self._ask(value, raw_info(execution, spot_of(position)[0]))
        if self._is_type_of is not None:
            # Strawberry's own predicate looks at the value only.
            if not self._is_type_of(value, None):
                return False
            if get_strawberry_type_cast(value) is not None:
                return True
        if len(self.known) < _MOST_CLASSES:
            self.known.add(type(value))
        return True

    def _ask(self, value: Any, info: GraphQLResolveInfo) -> bool:
        answer = self._is_type_of(value, info)
        if iscoroutine(answer):
            answer.close()
            return False
        return bool(answer) and not optimized_is_awaitable(answer)


def type_name_by_class(type_: GraphQLAbstractType, kind: type) -> str | None:
    """The object type of all instances of a class where Strawberry goes by the class alone, else None."""
    definition = getattr(kind, "__strawberry_definition__", None)
    if not isinstance(definition, StrawberryObjectDefinition) or definition.is_graphql_generic:
        return None
    abstract = type_.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if isinstance(type_, GraphQLInterfaceType):
        return _by_interface(abstract, definition, kind)
    assert isinstance(type_, GraphQLUnionType)
    return _by_union(type_, abstract, definition)


def _by_interface(interface: Any, definition: StrawberryObjectDefinition, kind: type) -> str | None:
    if interface is None or interface.resolve_type or not issubclass(kind, interface.origin):
        return None
    return str(definition.name)


def _by_union(type_: GraphQLUnionType, union: Any, definition: StrawberryObjectDefinition) -> str | None:
    if type(union) is not StrawberryUnion:
        return None
    for member in type_.types:
        if member.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF) is definition:
            return str(member.name)
    return None
