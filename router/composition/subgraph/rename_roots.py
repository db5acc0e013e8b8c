"""Root types under other names get their usual ones, so that they merge.

What the subgraph calls them is kept where its objects are told apart by their types' names.
"""

from __future__ import annotations

import re

from ..report import Report
from .build import Checked
from .facts import establish_facts
from .model import Subgraph
from .values import as_string, string

_CODE = "RENAMED_ROOT_IN_ABSTRACT_TYPE"
_FIELD_SETS = {"key": "fields", "requires": "fields", "provides": "fields", "fromContext": "field"}


def rename_roots(checked: Checked, report: Report) -> None:
    """Rename ``schema { query: MyQuery }`` to Query everywhere in the subgraph."""
    subgraph = checked.subgraph
    renames = {name: kind.capitalize() for kind, name in subgraph.roots.items() if name != kind.capitalize()}
    for old, new in renames.items():
        _keep_name(subgraph, old, new, report)
        _rename(subgraph, old, new)
    subgraph.roots = {kind: kind.capitalize() for kind in subgraph.roots}
    if renames:
        checked.facts = establish_facts(subgraph, Report())


def _keep_name(subgraph: Subgraph, old: str, new: str, report: Report) -> None:
    """Objects that may be of several types are told apart by a name that only the subgraph knows.

    The join specification has no place for it: routers that don't read ours would ask for ``... on Query``
    where the subgraph has no such type, and be told a ``__typename`` that they don't know.
    """
    for name, members in subgraph.possible.items():
        if old in members and name in subgraph.types:
            subgraph.own_names[new] = old
            report.hint(
                _CODE,
                f'"{old}", which is "{new}" in the supergraph, is one of the types of "{name}": this router '
                f"tells its objects by the name that the supergraph notes, other routers can't; for these, "
                f'call the type "{new}" in this subgraph',
                coordinate=name,
                where=[(subgraph.name, subgraph.types[name])],
            )


def _rename(subgraph: Subgraph, old: str, new: str) -> None:
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
    _rename_in_field_sets(subgraph, re.compile(rf"(\.\.\.\s*on\s+){re.escape(old)}\b"), new)


def _rename_in_field_sets(subgraph: Subgraph, condition: re.Pattern[str], new: str) -> None:
    """A field set, too, may narrow to the root type: ``shop { ... on MyQuery { x } }``."""
    for element in subgraph.elements():
        for applied in element.directives:
            argument = _FIELD_SETS.get(applied.known, "")
            text = as_string(applied.args.get(argument))
            if text and condition.search(text):
                applied.args = {**applied.args, argument: string(condition.sub(rf"\g<1>{new}", text))}
