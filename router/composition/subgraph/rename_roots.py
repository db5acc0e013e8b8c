"""Root types under other names get their usual ones, so that they merge."""

from __future__ import annotations

import re

from .build import Checked


def rename_roots(checked: Checked) -> None:
    """Rename ``schema { query: MyQuery }`` to Query everywhere in the subgraph."""
    subgraph = checked.subgraph
    renames = {name: kind.capitalize() for kind, name in subgraph.roots.items() if name != kind.capitalize()}
    for old, new in renames.items():
        _rename(checked, old, new)
    subgraph.roots = {kind: kind.capitalize() for kind in subgraph.roots}


def _rename(checked: Checked, old: str, new: str) -> None:
    subgraph = checked.subgraph
    pattern = re.compile(rf"\b{re.escape(old)}\b")
    type_ = subgraph.types.pop(old)
    type_.name = new
    subgraph.types[new] = type_
    for field in type_.fields.values():
        field.parent = new
    for other in subgraph.types.values():
        for field in other.fields.values():
            field.type = pattern.sub(new, field.type)
        if old in other.members:
            member = other.members.pop(old)
            member.name = new
            other.members[new] = member
    subgraph.possible = {
        name: frozenset(new if n == old else n for n in names) for name, names in subgraph.possible.items()
    }
    facts = checked.facts
    for coordinates in (facts.key_fields, facts.provided, facts.used, facts.fake_external):
        for coordinate in [c for c in coordinates if c.startswith(old + ".")]:
            coordinates.add(new + coordinate[len(old) :])
