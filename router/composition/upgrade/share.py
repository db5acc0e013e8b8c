"""Federation 1 let subgraphs share value types, and fields, without a word: add @shareable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..subgraph.applied import Applied
from ..subgraph.facts import Facts
from ..subgraph.model import Element, Subgraph, TypeDef


def share_fields(subgraph: Subgraph, others: Sequence[Subgraph], facts: Mapping[str, Facts]) -> None:
    """Mark value types that others have too, and fields of entities and roots that others resolve too."""
    subscription = subgraph.roots.get("subscription")
    for type_ in subgraph.types.values():
        if type_.kind != "OBJECT" or type_.name == subscription:
            continue
        elsewhere = [(o, t) for o in others if (t := _same_type(subgraph, o, type_.name)) is not None]
        if type_.keys or type_.name in subgraph.root_types:
            for field in type_.fields.values():
                own_key = field.coordinate in facts[subgraph.name].key_fields
                if not own_key and any(_resolves(o, t, field.name, facts) for o, t in elsewhere):
                    _mark(field)
        elif elsewhere:
            for field in type_.fields.values():
                _mark(field)


def _same_type(subgraph: Subgraph, other: Subgraph, name: str) -> TypeDef | None:
    """Roots correspond by what they are root of, other types by name."""
    kind = subgraph.root_types.get(name)
    return other.types.get(other.roots.get(kind, name) if kind else name)


def _resolves(other: Subgraph, type_: TypeDef, name: str, facts: Mapping[str, Facts]) -> bool:
    field = type_.fields.get(name)
    if field is None:
        return False
    return not field.external or field.coordinate in facts[other.name].provided


def _mark(element: Element) -> None:
    if not element.first("shareable"):
        element.directives = [*element.directives, Applied(None, "shareable", "shareable", {})]
