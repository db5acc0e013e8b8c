"""``extend type``: in Federation 1 it says that another subgraph owns the type.

Federation 2 has no owners, but a type must be defined somewhere, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..report import Report
from ..subgraph.applied import Applied
from ..subgraph.field_sets import FieldSelection, FieldSetProblem, field_selections, read_field_set
from ..subgraph.model import Subgraph, TypeDef
from ..subgraph.suggest import did_you_mean
from ..subgraph.values import as_string
from .clean_directives import drop


def is_extension(type_: TypeDef) -> bool:
    """Whether a type is extended here and defined elsewhere."""
    return type_.first("extends") is not None or (not type_.defined and bool(type_.parts))


def check_extensions_have_base(subgraph: Subgraph, subgraphs: Sequence[Subgraph], report: Report) -> None:
    """Report types that are extended here and nowhere defined (elsewhere ``@extends`` is a definition)."""
    for type_ in subgraph.types.values():
        if type_.name in subgraph.root_types or not is_extension(type_):
            continue
        others = [other for other in subgraphs if other is not subgraph]
        if not any(_defines(other, type_.name) for other in others):
            report_no_base(subgraph, type_, subgraphs, report)


def report_no_base(subgraph: Subgraph, type_: TypeDef, subgraphs: Iterable[Subgraph], report: Report) -> None:
    """Report a type that is extended and nowhere defined; most often its name is misspelt."""
    known = {name for other in subgraphs for name, t in other.types.items() if t.parts and t.defined}
    near = did_you_mean(type_.name, known - {type_.name})
    report.error(
        "EXTENSION_WITH_NO_BASE",
        f'"{type_.name}" is extended, but no subgraph defines it',
        coordinate=type_.name,
        where=[(subgraph.name, type_)],
        fix=f'Did you mean "{near[0]}"?' if near else "Drop the word `extend` in one of the subgraphs",
    )


def _defines(subgraph: Subgraph, name: str) -> bool:
    type_ = subgraph.types.get(name)
    return type_ is not None and type_.defined


def drop_external_on_extensions(subgraph: Subgraph, others: Sequence[Subgraph]) -> None:
    """An extension had to mark its key @external; Federation 2 takes the key for its own."""
    for type_ in subgraph.types.values():
        if type_.kind not in ("OBJECT", "INTERFACE") or not is_extension(type_):
            continue
        keys = [(subgraph, key) for key in type_.keys] or list(_first_keys(type_.name, others))
        for owner, key in keys:
            for parent, name in _key_fields(owner, type_.name, key):
                own = subgraph.types.get(parent) if owner is subgraph or parent == type_.name else None
                field = own.fields.get(name) if own else None
                if field is not None:
                    drop(field, "external")


def _first_keys(name: str, others: Sequence[Subgraph]) -> Iterator[tuple[Subgraph, Applied]]:
    """An extension without a key is reached by the owner's first key; who owns it is not known any more."""
    for other in others:
        type_ = other.types.get(name)
        if type_ is not None and type_.keys:
            yield other, type_.keys[0]


def _key_fields(subgraph: Subgraph, type_name: str, key: Applied) -> list[tuple[str, str]]:
    try:
        selections = read_field_set(as_string(key.args.get("fields")) or "", type_name, subgraph.types)
    except FieldSetProblem:
        return []
    return [(s.parent, s.name) for s in field_selections(selections) if isinstance(s, FieldSelection)]


def forget_extensions(subgraph: Subgraph) -> None:
    """Make every extension a part of a definition."""
    for type_ in subgraph.types.values():
        if is_extension(type_) and type_.parts:
            type_.defined = type_.was_extension = True
