"""How the objects at each position are held in a compiled run: as structs, or as dicts.

A struct has the object's fields in the order of the response, under the attributes f0, f1, …: first what the
client sees, then what only fetches need. It is made as its answer is decoded; what other fetches add is unset
until then. Nothing has to be moved when it is written out.

    query { users { name reviews { body } } }     users:  name f0, reviews f1, id f2 (a key, hidden again)

Dicts hold what has no one form: objects of an abstract type, values that several subgraphs give parts of,
composite keys.
"""

from __future__ import annotations

from collections.abc import Iterator

from graphql import GraphQLObjectType

from ...planning.plan import Fetch, Path, PathKey, QueryPlan, Representation
from .layout import Position, position_at
from .tables import Table, Tables


def choose_forms(plan: QueryPlan, root: Position, tables: Tables) -> None:
    """Give the positions that can be structs their ``attributes``."""
    kept = {id(each) for fetch in plan.fetches for each in _read_as_dicts(fetch, root)}
    listed = tables_by_position(root, tables)
    for position in _below(root):
        if id(position) not in kept and _has_one_form(position) and _is_filled(position, plan, root, listed):
            position.attributes = {key: f"f{number}" for number, key in enumerate(_in_order(position))}


def tables_by_position(root: Position, tables: Tables) -> dict[int, Table]:
    """The tables that list all objects of their position, by its id."""
    found: dict[int, Table] = {}
    for path, table in tables.by_path.items():
        if not _is_narrow(path):
            found.setdefault(id(position_at(root, path)), table)
    return found


def has_leaves_only(choice: Representation) -> bool:
    """Whether a representation is a type's name and values that are sent as they are."""
    return (
        bool(choice.typename) and choice.with_typename and all(not each.selections for each in choice.fields)
    )


def _below(position: Position) -> Iterator[Position]:
    for child in position.children.values():
        yield child
        yield from _below(child)


def _has_one_form(position: Position) -> bool:
    return (
        isinstance(position.declared, GraphQLObjectType)
        and not position.is_abstract
        and len(position.creators) == 1
        and all(len(fetches) == 1 for fetches in position.given.values())
        and ("__typename" not in position.given or position.is_own("__typename"))
    )


def _is_filled(position: Position, plan: QueryPlan, root: Position, listed: dict[int, Table]) -> bool:
    """Whether all that others add to the objects is added by way of one table."""
    later = {fetch for fetches in position.given.values() for fetch in fetches} - position.creators
    if not later:
        return True
    return id(position) in listed and not any(_is_narrow(plan.fetches[each].path) for each in later)


def _is_narrow(path: Path) -> bool:
    """Whether a path leads to objects under some types only."""
    return any(isinstance(step, PathKey) and step.types is not None for step in path)


def _read_as_dicts(fetch: Fetch, root: Position) -> Iterator[Position]:
    """The positions whose objects the interpreter's functions read: for representations of nested values."""
    if not fetch.requires or (len(fetch.requires) == 1 and has_leaves_only(fetch.requires[0])):
        return
    position = position_at(root, fetch.path)
    yield position
    for choice in fetch.requires:
        yield from _read_for(choice, position)


def _read_for(choice: Representation, position: Position) -> Iterator[Position]:
    for field in choice.fields:
        child = position.children.get(field.source)
        if field.selections is not None and child is not None:
            yield child
            for below in field.selections:
                yield from _read_for(below, child)


def _in_order(position: Position) -> list[str]:
    shown = [field.source for view in position.views[:1] for field in view.fields]
    own = [key for key in shown if key in position.given or key == "__typename"]
    return list(dict.fromkeys([*own, *position.given]))
