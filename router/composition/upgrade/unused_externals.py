"""External fields that nothing uses: Federation 1 ignored them, Federation 2 rejects them."""

from __future__ import annotations

from ..report import Report
from ..subgraph.facts import establish_facts
from ..subgraph.model import FieldDef, Subgraph, TypeDef
from ..subgraph.type_refs import named


def drop_unused_externals(subgraph: Subgraph, report: Report) -> None:
    """Remove the fields, then types that have lost all of theirs and that nothing refers to."""
    used = establish_facts(subgraph, Report(), mark=False).used
    for type_ in list(subgraph.types.values()):
        if type_.kind != "OBJECT" or not type_.fields:
            continue
        for field in list(type_.fields.values()):
            unused = field.first("external") and field.coordinate not in used
            if unused and not _asked_by_interface(subgraph, type_, field):
                del type_.fields[field.name]
        if not type_.fields:
            _remove(subgraph, type_, report)


def _asked_by_interface(subgraph: Subgraph, type_: TypeDef, field: FieldDef) -> bool:
    interfaces = (subgraph.types.get(name) for name in type_.interfaces)
    return any(i is not None and field.name in i.fields for i in interfaces)


def _remove(subgraph: Subgraph, type_: TypeDef, report: Report) -> None:
    name = type_.name
    if _is_referred_to(subgraph, name):
        report.error(
            "TYPE_WITH_ONLY_UNUSED_EXTERNAL",
            f'All fields of "{name}" are @external, and none is used, so nothing of it is left',
            coordinate=name,
            where=[(subgraph.name, type_)],
            fix="Remove the type and what refers to it, or resolve one of its fields",
        )
        return
    del subgraph.types[name]
    subgraph.roots = {kind: root for kind, root in subgraph.roots.items() if root != name}
    subgraph.possible = {n: p - {name} for n, p in subgraph.possible.items()}


def _is_referred_to(subgraph: Subgraph, name: str) -> bool:
    return any(
        name in other.members or any(named(f.type) == name for f in other.fields.values())
        for other in subgraph.types.values()
    )
