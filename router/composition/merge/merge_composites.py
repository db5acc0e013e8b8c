"""Objects, interfaces and unions: everything any subgraph knows of them."""

from __future__ import annotations

from collections.abc import Sequence

from ..subgraph.build import Checked
from ..subgraph.facts import is_on_extension
from ..subgraph.model import TypeDef
from ..subgraph.values import as_string
from .check_sharing import check_sharing
from .context import FieldSource, Merging
from .interface_object_fields import interface_object_fields
from .merge_elements import merge_element
from .merge_fields import NO_OVERRIDES, merge_field
from .merged import JoinType, MergedType
from .overrides import read_overrides

TypeSources = Sequence[tuple[Checked, TypeDef]]


def merge_shell(merging: Merging, type_: MergedType, sources: TypeSources) -> None:
    """Merge all of a type but its fields: what other types' fields need to know of it."""
    merge_element(merging, type_, sources, type_.name)
    for checked, source in sources:
        graph = merging.graph(checked)
        type_.join_types += join_types(checked, source, graph)
        for interface in source.interfaces:
            if interface in merging.merged.types:
                type_.interfaces.setdefault(interface, []).append(graph)
        for member in source.members:
            type_.members.setdefault(member, []).append(graph)
        for context in source.having("context"):
            name = as_string(context.args.get("name"))
            type_.contexts.append(f"{checked.subgraph.name}__{name}")
            type_.joins.append(f'@context(name: "{type_.contexts[-1]}")')


def join_types(checked: Checked, source: TypeDef, graph: str) -> list[JoinType]:
    """Give a type's joins: one a key, or one alone."""
    if not source.keys:
        return [JoinType(graph, interface_object=source.interface_object)]
    return [
        JoinType(
            graph,
            as_string(key.args.get("fields")),
            extension=is_on_extension(source, key.part),
            resolvable=key.value("resolvable") is not False,
            interface_object=source.interface_object,
        )
        for key in source.keys
    ]


def merge_fields(merging: Merging, type_: MergedType, sources: TypeSources) -> None:
    """Merge the fields of an object or interface."""
    by_name: dict[str, list[FieldSource]] = {}
    for checked, source in sources:
        for field in source.fields.values():
            by_name.setdefault(field.name, []).append((checked, field))
    for name, declared in by_name.items():
        overridden = type_.kind == "OBJECT" or type_.name in merging.interface_objects
        overrides = read_overrides(merging, declared) if overridden else NO_OVERRIDES
        if type_.kind == "INTERFACE":
            _no_override_on_interface(merging, declared)
        merged = merge_field(merging, type_, declared, overrides)
        if merged is not None:
            type_.fields[name] = merged
        if type_.kind == "OBJECT":
            _no_override_of_interface_objects(merging, type_, declared)
            check_sharing(merging, type_, name, declared, overrides)


def _no_override_on_interface(merging: Merging, declared: Sequence[FieldSource]) -> None:
    for checked, field in declared:
        applied = field.first("override")
        parent = checked.subgraph.types[field.parent]
        if applied and not parent.interface_object:
            merging.report.error(
                "OVERRIDE_ON_INTERFACE",
                f"\"{field.coordinate}\" is an interface's field, which can't be overridden",
                coordinate=field.coordinate,
                where=[(checked.subgraph.name, applied)],
                fix="Override the fields of the object types",
            )


def _no_override_of_interface_objects(
    merging: Merging, type_: MergedType, declared: Sequence[FieldSource]
) -> None:
    """A field that an interface object resolves for the type can't be taken from it."""
    for checked, field in declared:
        applied = field.first("override") if field.directives else None
        origin = as_string(applied.args.get("from")) if applied else None
        for other, abstracted in interface_object_fields(merging, type_, field.name) if origin else ():
            if other.subgraph.name == origin:
                merging.report.error(
                    "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
                    f'"{field.coordinate}" can\'t be overridden: "{origin}" resolves it as '
                    f'"{abstracted.coordinate}" of an interface object',
                    coordinate=field.coordinate,
                    where=[(checked.subgraph.name, applied)],
                )
