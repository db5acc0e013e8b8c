"""Merged data → the client's ``data``: response keys in order, leaves completed, nulls propagated.

Follows the GraphQL specification, §6.4.3 and §6.4.4 (value completion, handling execution errors), with
the API schema's types. A null where none is allowed adds a problem, unless one that explains it is known
already: an error at the same path, below it (a subgraph nulled the parent) or above it (a fetch failed).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLUnionType,
    is_leaf_type,
)

from ...planning.plan import QueryPlan, ResponseField, ResponseSelection
from ..complete_leaf import CompleteLeaf, InvalidLeaf, leaf_completer
from ..errors import ClientPath, ErrorCode, Problem
from ..json_codec import JsonObject
from ..parts import PendingPart
from ..problems import Problems

INTROSPECTION_FIELDS = frozenset({"__schema", "__type"})
"""Answered by graphql-core on the API schema: complete as they are."""

NO_LEAVES = INTROSPECTION_FIELDS | {"__typename"}
"""Fields that are completed in their own ways."""


class NullPropagates(Exception):
    """A non-null position is null: the nearest nullable one above becomes null."""


def make_projection(
    plan: QueryPlan, schema: GraphQLSchema
) -> Callable[[JsonObject, Problems], JsonObject | None]:
    """Bind the generic projection to a plan."""

    rows = LeafRows()

    def project(data: JsonObject, problems: Problems) -> JsonObject | None:
        projection = Projection(schema, problems, rows)
        try:
            return projection.object(plan.response, data, root_type_name(plan, schema), ())
        except NullPropagates:
            return None

    return project


def root_type_name(plan: QueryPlan, schema: GraphQLSchema) -> str | None:
    """Name the root type of the plan's operation."""
    types = {
        "query": schema.query_type,
        "mutation": schema.mutation_type,
        "subscription": schema.subscription_type,
    }
    root = types[plan.kind]
    return root.name if root else None


class UnknownType(Exception):
    """An object's ``__typename`` is none that the API schema allows there."""


@dataclass(frozen=True, slots=True)
class Row:
    """A field, and how its value is completed where it is a leaf's; None where it takes more."""

    field: ResponseField
    key: str
    source: str
    leaf: CompleteLeaf | None
    nullable: bool


@dataclass(frozen=True, slots=True)
class _Leaves:
    """Where a list of leaves stands, and how each is completed."""

    type: GraphQLOutputType
    complete: CompleteLeaf
    field: ResponseField
    coordinate: str
    path: ClientPath


class LeafRows:
    """The fields of each selection as rows, made once for all objects."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[tuple[ResponseField, ...], list[Row]]] = {}

    def of(self, fields: tuple[ResponseField, ...]) -> list[Row]:
        """Find or make the rows of some fields (which are kept, so that their ids stay theirs)."""
        made = self._made.get(id(fields))
        if made is None:
            made = self._made[id(fields)] = (fields, [_row(field) for field in fields])
        return made[1]


def _row(field: ResponseField) -> Row:
    type_ = field.type
    nullable = not isinstance(type_, GraphQLNonNull)
    named: Any = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    is_leaf = field.name not in NO_LEAVES and is_leaf_type(named)
    return Row(field, field.key, field.source, leaf_completer(named) if is_leaf else None, nullable)


class Projection:
    """One response being projected; ``pending`` is what it left out."""

    def __init__(self, schema: GraphQLSchema, problems: Problems, rows: LeafRows | None = None) -> None:
        self.pending: list[PendingPart] = []
        self._rows = rows or LeafRows()
        self._schema = schema
        self._problems = problems
        self._known: set[ClientPath] = set()
        self._known_above: set[ClientPath] = set()
        for problem in problems:
            self._learn(problem.path)

    def _learn(self, path: ClientPath | None) -> None:
        if path is not None:
            self._known.add(path)
            self._known_above.update(path[:length] for length in range(len(path)))

    def _explained(self, path: ClientPath) -> bool:
        """Whether a known error is at, below or above the path."""
        if path in self._known or path in self._known_above:
            return True
        return any(path[:length] in self._known for length in range(1, len(path)))

    def _blame(self, path: ClientPath, code: ErrorCode, message: str) -> None:
        problems = self._problems
        if problems.has_more or self._explained(path):
            return
        problems.add(Problem(message, code, path))
        self._learn(path)

    def object(
        self, selection: ResponseSelection, value: JsonObject, type_name: str | None, path: ClientPath
    ) -> JsonObject:
        """Answer the selected fields of one object."""
        for deferred in selection.deferred:
            if deferred.types is None or type_name is None or type_name in deferred.types:
                self.pending.append(PendingPart(deferred, value, type_name, path))
        fields = selection.fields if type_name is None else selection.by_type.get(type_name, selection.fields)
        answered: JsonObject = {}
        for row in self._rows.of(fields):
            leaf = None if row.leaf is None else value.get(row.source)
            if row.leaf is not None and (leaf is not None or row.nullable):
                try:
                    answered[row.key] = None if leaf is None else row.leaf(leaf)
                    continue
                except InvalidLeaf:  # what is wrong is said below, if anybody is to hear
                    if row.nullable and self._problems.has_more:
                        answered[row.key] = None
                        continue
            answered[row.key] = self._field(row.field, value, type_name, (*path, row.key))
        return answered

    def _field(
        self, field: ResponseField, parent: JsonObject, type_name: str | None, path: ClientPath
    ) -> Any:
        if field.name == "__typename":
            return self._typename(type_name, path)
        if field.name in INTROSPECTION_FIELDS:
            return parent.get(field.source)
        coordinate = f"{type_name}.{field.name}" if type_name else field.name
        return self._complete(field.type, parent.get(field.source), field, coordinate, path)

    def _typename(self, type_name: str | None, path: ClientPath) -> str:
        """Answer ``__typename``, which is never null: without it the object is no answer."""
        if type_name is None:
            self._blame(path, ErrorCode.INVALID_VALUE, "A subgraph did not tell the type of an object.")
            raise NullPropagates
        return type_name

    def _complete(
        self, type_: GraphQLOutputType, value: Any, field: ResponseField, coordinate: str, path: ClientPath
    ) -> Any:
        if isinstance(type_, GraphQLNonNull):
            completed = self._complete_nullable(type_.of_type, value, field, coordinate, path)
            if completed is None:
                message = f"Cannot return null for non-nullable field {coordinate}."
                self._blame(path, ErrorCode.NON_NULL, message)
                raise NullPropagates
            return completed
        try:
            return self._complete_nullable(type_, value, field, coordinate, path)
        except NullPropagates:
            return None

    def _complete_nullable(
        self, type_: GraphQLOutputType, value: Any, field: ResponseField, coordinate: str, path: ClientPath
    ) -> Any:
        if value is None:
            return None
        if isinstance(type_, GraphQLList):
            if not isinstance(value, list):
                return self._invalid(coordinate, path)
            item_type = type_.of_type
            if field.selection is None:
                named: Any = item_type.of_type if isinstance(item_type, GraphQLNonNull) else item_type
                if not isinstance(named, GraphQLList):
                    at = _Leaves(item_type, leaf_completer(named), field, coordinate, path)
                    return self._leaves(at, value)
            return [
                self._complete(item_type, item, field, coordinate, (*path, index))
                for index, item in enumerate(value)
            ]
        assert isinstance(type_, GraphQLNamedType)
        if is_leaf_type(type_):
            return self._leaf(type_, value, coordinate, path)
        return self._composite(type_, value, field, coordinate, path)

    def _leaves(self, at: _Leaves, items: list[Any]) -> list[Any]:
        """Complete a list of leaves: what is right goes in at once, so does what nobody is to hear of."""
        nullable = not isinstance(at.type, GraphQLNonNull)
        completed: list[Any] = []
        for index, item in enumerate(items):
            if item is not None:
                try:
                    completed.append(at.complete(item))
                    continue
                except InvalidLeaf:
                    pass
            if nullable and (item is None or self._problems.has_more):
                completed.append(None)
            else:
                path = (*at.path, index)
                completed.append(self._complete(at.type, item, at.field, at.coordinate, path))
        return completed

    def _leaf(self, type_: GraphQLNamedType, value: Any, coordinate: str, path: ClientPath) -> Any:
        try:
            return leaf_completer(type_)(value)
        except InvalidLeaf:
            return self._invalid(coordinate, path)

    def _composite(
        self, type_: GraphQLNamedType, value: Any, field: ResponseField, coordinate: str, path: ClientPath
    ) -> Any:
        selection = field.selection
        if not isinstance(value, dict) or selection is None:
            return self._invalid(coordinate, path)
        try:
            type_name = runtime_type(self._schema, type_, selection, value)
        except UnknownType:
            return self._invalid(coordinate, path)
        return self.object(selection, value, type_name, path)

    def _invalid(self, coordinate: str, path: ClientPath) -> None:
        self._blame(path, ErrorCode.INVALID_VALUE, f"Invalid value for field {coordinate}.")


def runtime_type(
    schema: GraphQLSchema, type_: GraphQLNamedType, selection: ResponseSelection, value: JsonObject
) -> str | None:
    """Name the object type of a value; None if its data do not tell and nothing depends on it.

    Raises UnknownType if the API schema has no such type there (an inaccessible one, for instance).
    """
    if isinstance(type_, GraphQLObjectType):
        return type_.name
    name = value.get("__typename")
    if (
        name is None and "__typename" in value
    ):  # asked for, and no answer: it may be a type that is hidden here
        raise UnknownType
    runtime = schema.type_map.get(name) if isinstance(name, str) else None
    if isinstance(runtime, GraphQLInterfaceType):  # from an interface object, which does not know better
        name = None
    if name is None and (selection.type_name is not None or not selection.by_type):
        return selection.type_name
    if not isinstance(runtime, GraphQLObjectType) or not _is_possible(schema, type_, runtime):
        raise UnknownType
    return runtime.name


def _is_possible(schema: GraphQLSchema, type_: GraphQLNamedType, runtime: GraphQLObjectType) -> bool:
    if not isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
        return False
    return schema.is_sub_type(type_, runtime)
