"""One field of an object or interface, from all subgraphs that have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..subgraph.values import as_string
from .check_external import check_external
from .context import FieldSource, Merging, in_subgraphs
from .context_arguments import context_arguments
from .interface_object_fields import interface_object_fields
from .merge_arguments import merge_arguments
from .merge_elements import merge_element
from .merge_references import merge_output, use_output
from .merged import JoinField, MergedField, MergedType
from .overrides import Overrides

NO_OVERRIDES = Overrides()


def merge_field(
    merging: Merging,
    type_: MergedType,
    sources: Sequence[FieldSource],
    overrides: Overrides,
) -> MergedField | None:
    """Merge a field. ``sources`` are all subgraphs that declare it, in order."""
    name = sources[0][1].name
    coordinate = f"{type_.name}.{name}"
    resolving = [s for s in sources if not s[1].external]
    if not resolving:
        if not any(interface_object_fields(merging, type_, name)):
            _never_resolved(merging, sources, coordinate)
            return None
        resolving = list(sources)
    merged = MergedField(name, parent=type_.name)
    _no_directives_on_external(merging, sources, coordinate)
    merge_element(merging, merged, resolving, coordinate)
    merged.arguments = merge_arguments(merging, resolving, coordinate)
    said = [(c.subgraph.name, f.type) for c, f in resolving]
    merged.type = merge_output(merging, said, coordinate, "FIELD_TYPE_MISMATCH")
    use_output(merging, merged.type, coordinate)
    if len(resolving) < len(sources):
        check_external(merging, merged, sources, resolving)
    merged.join_fields = _join_fields(merging, type_, merged, sources, overrides)
    return merged


def _never_resolved(merging: Merging, sources: Sequence[FieldSource], coordinate: str) -> None:
    declaring = in_subgraphs(c.subgraph.name for c, _ in sources)
    merging.report.error(
        "EXTERNAL_MISSING_ON_BASE",
        f'"{coordinate}" is @external wherever it is declared ({declaring}), so no subgraph resolves it',
        coordinate=coordinate,
        where=[(c.subgraph.name, f) for c, f in sources],
        fix="Define it in one subgraph without @external",
    )


def _no_directives_on_external(merging: Merging, sources: Sequence[FieldSource], coordinate: str) -> None:
    for checked, field in sources:
        if not field.external:
            continue
        for applied in field.directives:
            rule = merging.rules.rule(applied)
            if rule:
                merging.report.error(
                    "MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL",
                    f'"{coordinate}" is @external here, so {applied.text} would have no effect',
                    coordinate=coordinate,
                    where=[(checked.subgraph.name, applied)],
                    fix="Apply it in the subgraph that resolves the field",
                )


def _join_fields(
    merging: Merging,
    type_: MergedType,
    merged: MergedField,
    sources: Sequence[FieldSource],
    overrides: Overrides,
) -> list[JoinField]:
    """Give a join for each subgraph that has the field, or none where nothing needs saying."""
    same_type = all(f.type == merged.type for _, f in sources)
    joins = [
        join
        for checked, field in sources
        if (join := _join_field(merging, (checked, field), overrides, same_type=same_type)) is not None
    ]
    everywhere = {j.graph for j in type_.join_types}
    if {j.graph for j in joins} == everywhere and all(j.is_plain for j in joins):
        return []
    return joins


def _join_field(
    merging: Merging, source: FieldSource, overrides: Overrides, *, same_type: bool
) -> JoinField | None:
    checked, field = source
    name = checked.subgraph.name
    if name in overrides.gone:
        return None
    join = JoinField(
        merging.graph(checked),
        type=None if same_type else field.type,
        override_label=overrides.labels.get(name),
        used_overridden=name in overrides.used,
    )
    if join.used_overridden and not join.override_label:
        return join
    if field.external:
        join = replace(join, external=True)
    if not field.directives and not field.arguments:
        return join
    return replace(
        join,
        requires=_fields_of(source, "requires"),
        provides=_fields_of(source, "provides"),
        override=_override_from(source),
        context_arguments=context_arguments(checked, field),
    )


def _fields_of(source: FieldSource, known: str) -> str | None:
    applied = source[1].first(known)
    return as_string(applied.args.get("fields")) if applied else None


def _override_from(source: FieldSource) -> str | None:
    applied = source[1].first("override")
    return as_string(applied.args.get("from")) if applied else None
