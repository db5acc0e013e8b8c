"""External fields that nothing uses: Federation 1 ignored them, Federation 2 rejects them."""

from __future__ import annotations

from ..report import Report
from ..subgraph.facts import establish_facts
from ..subgraph.model import FieldDef, Subgraph, TypeDef
from ..subgraph.type_refs import named


def drop_unused_externals(subgraph: Subgraph) -> None:
    """Remove the fields, then types that have lost all of theirs."""
    used = establish_facts(subgraph, Report(), mark=False).used
    for type_ in list(subgraph.types.values()):
        if type_.kind != "OBJECT":
            continue
        for field in list(type_.fields.values()):
            unused = field.first("external") and field.coordinate not in used
            if unused and not _asked_by_interface(subgraph, type_, field):
                del type_.fields[field.name]
        if not type_.fields and type_.parts and type_.name not in subgraph.root_types:
            _remove_type(subgraph, type_.name)


def _asked_by_interface(subgraph: Subgraph, type_: TypeDef, field: FieldDef) -> bool:
    interfaces = (subgraph.types.get(name) for name in type_.interfaces)
    return any(i is not None and field.name in i.fields for i in interfaces)


def _remove_type(subgraph: Subgraph, name: str) -> None:
    """Remove a type, whatever refers to it, and so on."""
    del subgraph.types[name]
    for other in list(subgraph.types.values()):
        had = len(other.fields) + len(other.members)
        other.fields = {n: f for n, f in other.fields.items() if named(f.type) != name}
        other.members.pop(name, None)
        emptied = had and not other.fields and not other.members
        if emptied and other.kind in ("OBJECT", "INTERFACE", "UNION") and other.name in subgraph.types:
            _remove_type(subgraph, other.name)
    subgraph.possible = {n: p - {name} for n, p in subgraph.possible.items() if n != name}
