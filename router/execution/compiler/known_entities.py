"""An entity fetch → what of it the same subgraph has said elsewhere in the same request.

    products  { topProducts { upc name price } }        the objects stand in a table
    products  _entities → ... on Product { name price }   for keys that another subgraph gave

Of a product that stands in the table nothing is asked again: the key names the entity, and the same subgraph
has answered the same fields, with the same arguments, in this very request. What it has not said (yet) is
asked for as ever. Not in mutations, and not once anything in the run was irregular.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from graphql import (
    FieldNode,
    GraphQLObjectType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    print_ast,
)

from ...planning.plan import Fetch, PathKey, QueryPlan
from .layout import Position, position_at
from .tables import Table, Tables

Fields: TypeAlias = Mapping[str, str]
"""Response keys of a selection set and the whole fields as text."""


@dataclass(frozen=True, slots=True)
class Source:
    """A table whose objects the fetch's subgraph has answered, and where these hold the entity's key."""

    table: Table
    key: str
    position: Position


@dataclass(frozen=True, slots=True)
class Known:
    """``names``: what the fetch asks for, and the sources' objects have."""

    sources: tuple[Source, ...]
    names: tuple[str, ...]


def find_known(fetch: Fetch, plan: QueryPlan, root: Position, tables: Tables) -> Known | None:
    """Find the tables that may hold what a fetch asks for; None if there are none."""
    wanted = _entity_fields(fetch.document)
    if plan.kind != "query" or _string_key(fetch) is None or wanted.keys() != fetch.shape.keys():
        return None
    sources = tuple(_sources(fetch, wanted, plan, root, tables))
    return Known(sources, tuple(fetch.shape)) if sources else None


def _string_key(fetch: Fetch) -> str | None:
    """The source of the one leaf that a representation holds; None if it holds more, or types vary."""
    if len(fetch.requires) != 1 or fetch.context_variables:
        return None
    (choice,) = fetch.requires
    if choice.typename is None or len(choice.fields) != 1 or choice.fields[0].selections is not None:
        return None
    return choice.fields[0].source


def _sources(
    fetch: Fetch, wanted: Fields, plan: QueryPlan, root: Position, tables: Tables
) -> Iterable[Source]:
    key, type_name = fetch.requires[0].fields[0].name, fetch.requires[0].typename
    for path, table in tables.by_path.items():
        position = position_at(root, path)
        (creator,) = [plan.fetches[each] for each in position.creators]
        if creator.service != fetch.service or path == fetch.path:
            continue
        if not isinstance(position.declared, GraphQLObjectType) or position.declared.name != type_name:
            continue
        keys = [step.name for step in path[len(creator.path) :] if isinstance(step, PathKey)]
        given = _fields_at(_top(creator), keys)
        if given.get(key) == key and wanted.items() <= given.items():
            yield Source(table, key, position)


def _top(fetch: Fetch) -> SelectionSetNode | None:
    """The selections on the objects that a fetch's answer begins with."""
    operation = _only_operation(fetch.document)
    if operation is None:
        return None
    return _entity_selections(operation) if fetch.requires else operation.selection_set


def _entity_fields(document: str) -> Fields:
    operation = _only_operation(document)
    return {} if operation is None else _fields_at(_entity_selections(operation), [])


def _entity_selections(operation: OperationDefinitionNode) -> SelectionSetNode | None:
    """``_entities { ... on T { these } }``, where it is but one type."""
    entities = operation.selection_set.selections
    if len(entities) != 1 or not isinstance(entities[0], FieldNode) or entities[0].selection_set is None:
        return None
    inner = entities[0].selection_set.selections
    only = inner[0] if len(inner) == 1 else None
    return only.selection_set if isinstance(only, InlineFragmentNode) else None


def _only_operation(document: str) -> OperationDefinitionNode | None:
    definitions = parse(document, no_location=True).definitions
    only = definitions[0]
    return only if len(definitions) == 1 and isinstance(only, OperationDefinitionNode) else None


def _fields_at(selections: SelectionSetNode | None, keys: Sequence[str]) -> Fields:
    """The leaf fields at a path of response keys; those in fragments don't count."""
    for key in keys:
        nodes = [] if selections is None else selections.selections
        fields = [each for each in nodes if isinstance(each, FieldNode) and _key(each) == key]
        selections = fields[0].selection_set if len(fields) == 1 else None
    if selections is None:
        return {}
    return {
        _key(each): print_ast(each)
        for each in selections.selections
        if isinstance(each, FieldNode) and each.selection_set is None
    }


def _key(field: FieldNode) -> str:
    return (field.alias or field.name).value
