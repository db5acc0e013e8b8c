"""A plan's response → a generated function from a run's data to the client's ``data``.

Written for regular data: leaves are of their kind and nothing non-null is null (the decoders saw to that),
but what an entity fetch should have given may be absent. Anything else raises.

    def project(run):
        data = run.data
        …                         what is done in place (finish.py); those structs are answered as they are
        return {"me": None if (v2 := data["me"]) is None else {"name": v2.f0}}
"""

from __future__ import annotations

from graphql import (
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLUnionType,
    is_leaf_type,
)
from msgspec import UNSET

from ...planning.plan import ResponseField, ResponseSelection
from ..compiled_plan import Project
from ..interpreter.project import INTROSPECTION_FIELDS
from ..start_overs import Irregular, Reason
from .finish import Finish
from .layout import CannotCompile, Position
from .tables import Tables
from .writer import Writer

MAX_INLINE = 6
"""Deeper objects get a function of their own: Python's parser limits nesting."""


def emit_projection(
    selection: ResponseSelection, root: Position, schema: GraphQLSchema, tables: Tables
) -> Project:
    """Generate the projection of a whole response."""
    return ProjectionEmitter(schema, Finish(root, tables)).program(root, selection)


class ProjectionEmitter:
    """Writes expressions that answer objects, and functions where those would be too deep."""

    def __init__(self, schema: GraphQLSchema, finish: Finish) -> None:
        self.writer = Writer()
        self._schema = schema
        self._finish = finish
        self._dispatched: dict[tuple[int, int], str] = {}

    def program(self, root: Position, selection: ResponseSelection) -> Project:
        """Write what is done in place, then the response's outermost object."""
        self.writer.names.update(UNSET=UNSET, fail=fail)
        body = self._fields(root, selection, selection.fields, selection.type_name, "data", 0)
        with self.writer.block("def project(run):"):
            self.writer.line("data = run.data; tables = run.tables")
            self._finish.emit(self.writer)
            self.writer.line(f"return {body}")
        generated: Project = self.writer.load("project")
        return generated

    def function(
        self,
        position: Position,
        selection: ResponseSelection,
        fields: tuple[ResponseField, ...],
        type_name: str | None,
    ) -> str:
        """Write a function of one object; gives its name."""
        name = self.writer.new("p")
        variable = self.writer.new("v")
        body = self._fields(position, selection, fields, type_name, variable, 0)
        with self.writer.block(f"def {name}({variable}):"):
            self.writer.line(f"return {body}")
        return name

    def _fields(
        self,
        position: Position,
        selection: ResponseSelection,
        fields: tuple[ResponseField, ...],
        type_name: str | None,
        variable: str,
        depth: int,
    ) -> str:
        items = [
            f"{field.key!r}: {self._field(position, selection, field, type_name, variable, depth)}"
            for field in fields
        ]
        return "{" + ", ".join(items) + "}"

    def _field(
        self,
        position: Position,
        selection: ResponseSelection,
        field: ResponseField,
        type_name: str | None,
        variable: str,
        depth: int,
    ) -> str:
        if field.name == "__typename":
            return repr(type_name) if type_name else self._checked_typename(position, variable)
        if field.name in INTROSPECTION_FIELDS:
            return position.item(variable, field.source)
        required = isinstance(field.type, GraphQLNonNull)
        if field.source not in position.given:
            if required:
                raise CannotCompile(f"nothing gives {field.source}")
            return "None"
        direct = required or position.is_sure(field.source)
        value = (position.item if direct else position.value)(variable, field.source)
        return self._value(field.type, value, position, field, depth)

    def _value(
        self, type_: GraphQLOutputType, value: str, position: Position, field: ResponseField, depth: int
    ) -> str:
        """Write the expression that completes a value (itself an expression)."""
        if field.selection is None or self._is_ready(position, field):
            return value
        if isinstance(type_, GraphQLNonNull):
            variable = value
            if not value.isidentifier():
                variable = self.writer.new("v")
                body = self._non_null(type_.of_type, variable, position, field, depth)
                # bound by a condition that always holds: an object or a list, even empty, is not None
                return f"({body} if ({variable} := {value}) is not None else None)"
            return self._non_null(type_.of_type, variable, position, field, depth)
        if value.isidentifier():
            return f"(None if {value} is None else {self._non_null(type_, value, position, field, depth)})"
        variable = self.writer.new("v")
        body = self._non_null(type_, variable, position, field, depth)
        return f"(None if ({variable} := {value}) is None else {body})"

    def _is_ready(self, position: Position, field: ResponseField) -> bool:
        child = position.children.get(field.source)
        return child is not None and self._finish.is_ready(child)

    def _non_null(
        self, type_: GraphQLOutputType, variable: str, position: Position, field: ResponseField, depth: int
    ) -> str:
        if isinstance(type_, GraphQLList):
            item = self.writer.new("v")
            body = self._value(type_.of_type, item, position, field, depth)
            return f"[{body} for {item} in {variable}]"
        assert isinstance(type_, GraphQLNamedType)
        assert not is_leaf_type(type_)
        assert field.selection is not None
        return self._object(type_, position.children[field.source], field.selection, variable, depth)

    def _object(
        self,
        type_: GraphQLNamedType,
        position: Position,
        selection: ResponseSelection,
        variable: str,
        depth: int,
    ) -> str:
        if selection.by_type:
            functions = self._dispatched_by_type(type_, position, selection)
            return f'{functions}[{variable}["__typename"]]({variable})'
        if depth >= MAX_INLINE:
            return f"{self.function(position, selection, selection.fields, selection.type_name)}({variable})"
        fields = selection.fields
        body = self._fields(position, selection, fields, selection.type_name, variable, depth + 1)
        if self._must_check_type(type_, position, fields):
            return f"({self._checked_typename(position, variable)}, {body})[1]"
        return body

    def _must_check_type(
        self, type_: GraphQLNamedType, position: Position, fields: tuple[ResponseField, ...]
    ) -> bool:
        """Whether an inaccessible type could hide here that the decoder let pass."""
        abstract = isinstance(type_, GraphQLInterfaceType | GraphQLUnionType)
        return abstract and len(position.given.get("__typename", ())) > 1

    def _checked_typename(self, position: Position, variable: str) -> str:
        declared = position.declared
        if not isinstance(declared, GraphQLInterfaceType | GraphQLUnionType):
            raise CannotCompile("__typename without a type")
        possible = {type_.name: type_.name for type_ in self._schema.get_possible_types(declared)}
        return f'{self.writer.constant("names", possible)}[{variable}["__typename"]]'

    def _dispatched_by_type(
        self, type_: GraphQLNamedType | None, position: Position, selection: ResponseSelection
    ) -> str:
        key = (id(position), id(selection))  # shared by the types above: written once
        if key not in self._dispatched:
            self._dispatched[key] = self._dispatch(type_, position, selection)
        return self._dispatched[key]

    def _dispatch(
        self, type_: GraphQLNamedType | None, position: Position, selection: ResponseSelection
    ) -> str:
        """Write a function per runtime type; gives the name of the map."""
        if not isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            raise CannotCompile("several types where the schema has one")
        names = [possible.name for possible in self._schema.get_possible_types(type_)]
        functions = {
            name: self.function(position, selection, selection.by_type.get(name, selection.fields), name)
            for name in names
        }
        table = self.writer.new("by_type")
        entries = ", ".join(f"{name!r}: {function}" for name, function in functions.items())
        self.writer.line(f"{table} = {{{entries}}}")
        return table


def fail() -> None:
    """What generated code calls where a value is absent that may not be null."""
    raise Irregular(Reason.HOLE)
