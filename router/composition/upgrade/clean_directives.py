"""Directives that Federation 1 took where they mean nothing."""

from __future__ import annotations

from collections.abc import Sequence

from ..subgraph.applied import Applied
from ..subgraph.model import COMPOSITE, Element, Subgraph
from ..subgraph.type_refs import named


def drop(element: Element, *known: str) -> None:
    """Remove the applications of known directives."""
    if element.directives:
        element.directives = [d for d in element.directives if d.known not in known]


def drop_external_on_interfaces(subgraph: Subgraph) -> None:
    """An interface's field is resolved by its implementations."""
    for type_ in subgraph.types.values():
        if type_.kind == "INTERFACE":
            for field in type_.fields.values():
                drop(field, "external")


def drop_external_on_types(subgraph: Subgraph) -> None:
    """Federation 1 accepted @external on a type, and ignored it."""
    for type_ in subgraph.types.values():
        drop(type_, "external")


def drop_federation_on_interfaces(subgraph: Subgraph) -> None:
    """Keys, requirements and provisions of interfaces had no effect."""
    for type_ in subgraph.types.values():
        if type_.kind == "INTERFACE":
            drop(type_, "key")
            for field in type_.fields.values():
                drop(field, "provides", "requires")


def drop_provides_of_leaves(subgraph: Subgraph) -> None:
    """A scalar has no fields to provide."""
    for type_ in subgraph.types.values():
        for field in type_.fields.values():
            target = subgraph.types.get(named(field.type))
            if field.directives and (target is None or target.kind not in COMPOSITE):
                drop(field, "provides")


def drop_tags_on_external(subgraph: Subgraph, others: Sequence[Subgraph]) -> None:
    """A tag that the field has where it is resolved may be dropped where it is external."""
    for type_ in subgraph.types.values():
        for field in type_.fields.values():
            tags = field.having("tag") if field.first("external") else []
            if not tags:
                continue
            found = {tag.text for other in others for tag in _tags(other, type_.name, field.name)}
            field.directives = [d for d in field.directives if d.known != "tag" or d.text not in found]


def _tags(subgraph: Subgraph, type_name: str, field_name: str) -> list[Applied]:
    type_ = subgraph.types.get(type_name)
    field = type_.fields.get(field_name) if type_ else None
    return field.having("tag") if field and not field.first("external") else []
