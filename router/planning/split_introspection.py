"""Selections on the query root → those for subgraphs, and an operation for what the router knows itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..operation import Field, Operation, Selections, print_selections
from ..query_graph import META_FIELDS


def split_introspection(selections: Selections, operation: Operation) -> tuple[Selections, str | None]:
    """Part root selections; the operation's text is None where nothing is introspected."""
    meta = tuple(_meta_fields(selections))
    if not meta:
        return selections, None
    used = _variables(meta)
    declared = ",".join(v.text for v in operation.variables if v.name in used)
    text = f"query{f'({declared})' if declared else ''}{print_selections(meta)}"
    return _without(selections), text


def _meta_fields(selections: Selections) -> Iterable[Field]:
    for item in selections:
        if not isinstance(item, Field):  # on the root, that is a deferred fragment
            yield from _meta_fields(item.selections)
        elif item.name in META_FIELDS:
            yield item


def _without(selections: Selections) -> Selections:
    return tuple(
        item if isinstance(item, Field) else replace(item, selections=_without(item.selections))
        for item in selections
        if not isinstance(item, Field) or item.name not in META_FIELDS
    )


def _variables(selections: Selections) -> set[str]:
    found = set[str]()
    for item in selections:
        if isinstance(item, Field):
            found |= item.variables
        found |= _variables(item.selections or ())
    return found
