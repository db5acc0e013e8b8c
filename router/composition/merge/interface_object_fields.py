"""Which interface objects resolve a field for an object type that they don't know."""

from __future__ import annotations

from collections.abc import Iterator

from .context import FieldSource, Merging
from .merged import MergedType


def interface_object_fields(merging: Merging, type_: MergedType, name: str) -> Iterator[FieldSource]:
    """Give the fields ``name`` that interface objects of the type's interfaces resolve for it."""
    for interface in type_.interfaces if merging.interface_objects else ():
        for checked in merging.subgraphs:
            source = checked.subgraph.types.get(interface)
            if source is None or not source.interface_object or type_.name in checked.subgraph.types:
                continue
            field = source.fields.get(name)
            if field is not None and not field.external:
                yield checked, field
