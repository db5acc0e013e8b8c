"""Field sets as Federation 1 wrote them: not always strings, and selecting what needs no selecting."""

from __future__ import annotations

from collections.abc import Mapping

from graphql import EnumValueNode, ListValueNode, StringValueNode, ValueNode

from ..subgraph.applied import Applied
from ..subgraph.field_sets import (
    FieldSelection,
    FieldSet,
    FieldSetProblem,
    FragmentSelection,
    Selection,
    field_set_text,
    read_field_set,
)
from ..subgraph.model import FieldDef, Subgraph
from ..subgraph.type_refs import named
from ..subgraph.values import as_string, string


def stringify_field_sets(subgraph: Subgraph) -> None:
    """``@key(fields: id)`` and ``@key(fields: ["a", "b"])`` were accepted."""
    for type_ in subgraph.types.values():
        for element in (type_, *type_.fields.values()):
            for applied in element.directives:
                if applied.known in ("key", "requires", "provides") and "fields" in applied.args:
                    _replace(applied, _as_string(applied.args["fields"]))


def _as_string(node: ValueNode) -> ValueNode:
    if isinstance(node, EnumValueNode):
        return string(node.value)
    if isinstance(node, ListValueNode):
        parts = [_as_string(value) for value in node.values]
        if all(isinstance(part, StringValueNode) for part in parts):
            return string(" ".join(as_string(part) or "" for part in parts))
    return node


def _replace(applied: Applied, fields: ValueNode) -> None:
    arguments: Mapping[str, ValueNode] = {**applied.args, "fields": fields}
    applied.args = arguments


def drop_inactive_selections(subgraph: Subgraph) -> None:
    """What is not external needs neither providing nor requiring; Federation 1 ignored it."""
    for type_ in subgraph.types.values():
        for field in type_.fields.values():
            for applied in list(field.directives):
                if applied.known in ("provides", "requires"):
                    target = type_.name if applied.known == "requires" else named(field.type)
                    _reduce(subgraph, field, applied, target)


def _reduce(subgraph: Subgraph, field: FieldDef, applied: Applied, target: str) -> None:
    text = as_string(applied.args.get("fields")) or ""
    try:
        selections = read_field_set(text, target, subgraph.types)
    except FieldSetProblem:
        return
    active = _active(subgraph, selections)
    if not active:
        field.directives = [d for d in field.directives if d is not applied]
    elif active != selections:
        _replace(applied, string(field_set_text(active)))


def _active(subgraph: Subgraph, selections: FieldSet) -> FieldSet:
    kept = (_active_part(subgraph, selection) for selection in selections)
    return tuple(selection for selection in kept if selection is not None)


def _active_part(subgraph: Subgraph, selection: Selection) -> Selection | None:
    if isinstance(selection, FragmentSelection):
        inner = _active(subgraph, selection.selections)
        return FragmentSelection(selection.parent, selection.condition, inner) if inner else None
    if _is_external(subgraph, selection):
        return selection
    inner = _active(subgraph, selection.selections)
    if not inner:
        return None
    return FieldSelection(
        selection.parent, selection.name, selection.type, selection.arguments, inner, selection.alias
    )


def _is_external(subgraph: Subgraph, selection: FieldSelection) -> bool:
    """An interface's field is external where that of an implementation is."""
    names = {selection.parent, *subgraph.possible.get(selection.parent, ())}
    fields = (subgraph.types[n].fields.get(selection.name) for n in names)
    return any(f is not None and f.first("external") for f in fields)
