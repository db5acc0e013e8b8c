"""Interface objects: an entity interface that a subgraph treats as if it were one object type."""

from __future__ import annotations

from ..subgraph.model import TypeDef
from .check_sharing import check_sharing
from .context import Merging, in_subgraphs
from .merged import JoinField, MergedField, MergedType
from .overrides import Overrides


def check_interface_objects(merging: Merging) -> None:
    """Report interface objects without interface, and subgraphs that know too much or too little."""
    for name, subgraphs in merging.interface_objects.items():
        if name in merging.broken:
            continue
        type_ = merging.merged.types[name]
        if type_.kind != "INTERFACE":
            if all(t.interface_object for _, t in merging.sources(name)):
                _without_interface(merging, name, subgraphs)
            continue
        _defines_implementations(merging, name)
    for type_ in merging.merged.types.values():
        if type_.kind == "INTERFACE" and type_.name not in merging.broken:
            _missing_implementations(merging, type_)


def _without_interface(merging: Merging, name: str, subgraphs: list[str]) -> None:
    merging.report.error(
        "INTERFACE_OBJECT_USAGE_ERROR",
        f'"{name}" is an @interfaceObject in {in_subgraphs(subgraphs)}, but nowhere an interface',
        coordinate=name,
        where=[(c.subgraph.name, t) for c, t in merging.sources(name)],
        fix=f'Define "{name}" as an interface in the subgraph that knows its implementations',
    )


def _defines_implementations(merging: Merging, name: str) -> None:
    implementations = merging.merged.implementations.get(name, frozenset())
    for checked, source in merging.sources(name):
        if not source.interface_object:
            continue
        own = sorted(implementations & checked.subgraph.types.keys())
        if own:
            merging.report.error(
                "INTERFACE_OBJECT_USAGE_ERROR",
                f'"{name}" is an @interfaceObject here, so its implementations must be unknown, but there is '
                + ", ".join(f'"{n}"' for n in own),
                coordinate=name,
                where=[(checked.subgraph.name, checked.subgraph.types[n]) for n in own],
            )


def _missing_implementations(merging: Merging, type_: MergedType) -> None:
    """Where an interface has a resolvable key, every object it can turn out to be must be known."""
    implementations = merging.merged.implementations.get(type_.name, frozenset())
    for checked, source in merging.sources(type_.name):
        if source.interface_object or not _resolvable_key(source):
            continue
        missing = sorted(implementations - checked.subgraph.possible.get(type_.name, frozenset()))
        if missing:
            merging.report.error(
                "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE",
                f'Interface "{type_.name}" has a resolvable key here, but not all its implementations: '
                + ", ".join(f'"{n}"' for n in missing)
                + " missing",
                coordinate=type_.name,
                where=[(checked.subgraph.name, source)],
                fix="Define them here, or make the key resolvable: false",
            )


def _resolvable_key(source: TypeDef) -> bool:
    return any(key.value("resolvable") is not False for key in source.keys)


def spread_interface_objects(merging: Merging) -> None:
    """Give implementations the fields that interface objects add to their interface."""
    for name in merging.interface_objects:
        interface = merging.merged.types[name]
        if interface.kind != "INTERFACE":
            continue
        added = [f for f in interface.fields.values() if _from_interface_object(merging, name, f.name)]
        for implementation in sorted(merging.merged.implementations.get(name, ())):
            type_ = merging.merged.types[implementation]
            for field in added:
                if field.name not in type_.fields:
                    type_.fields[field.name] = _copy(field, type_.name)
                    check_sharing(merging, type_, field.name, (), Overrides())


def _from_interface_object(merging: Merging, name: str, field: str) -> bool:
    return any(t.interface_object and field in t.fields for _, t in merging.sources(name))


def _copy(field: MergedField, parent: str) -> MergedField:
    return MergedField(
        field.name,
        field.description,
        list(field.applied),
        [],
        parent,
        field.type,
        dict(field.arguments),
        [JoinField(None)],
    )
