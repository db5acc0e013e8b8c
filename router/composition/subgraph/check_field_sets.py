"""Rules on what @key, @requires and @provides may select."""

from __future__ import annotations

from collections.abc import Iterator

from ..report import Report
from .facts import Facts, UsedFieldSet
from .field_sets import FieldSelection, FieldSet, FragmentSelection, normal_text
from .model import FieldDef, Subgraph
from .type_refs import named


def check_field_sets(subgraph: Subgraph, facts: Facts, report: Report) -> None:
    """Report selections that their directive can't use."""
    checker = _Checker(subgraph, facts, report)
    for used in [*facts.keys, *facts.provides]:
        checker.no_arguments(used)
    for used in facts.keys:
        checker.key_types(used)
    for used in [*facts.keys, *facts.requires, *facts.provides]:
        checker.no_aliases(used)
    for used in [*facts.requires, *facts.provides]:
        checker.external_leaves(used, used.selections, under_external=False)


class _Checker:
    def __init__(self, subgraph: Subgraph, facts: Facts, report: Report) -> None:
        self.subgraph, self.facts, self.report = subgraph, facts, report

    def fail(self, used: UsedFieldSet, suffix: str, why: str, fix: str | None = None) -> None:
        self.report.error(
            f"{used.applied.known.upper()}_{suffix}",
            f'On "{used.place}", {used.applied.text}: {why}',
            coordinate=used.place,
            where=[(self.subgraph.name, used.applied)],
            fix=fix,
        )

    def no_arguments(self, used: UsedFieldSet) -> None:
        for selection, field in self.walk(used.selections):
            if field.arguments:
                self.fail(used, "FIELDS_HAS_ARGS", f'"{selection.coordinate}" takes arguments')

    def no_aliases(self, used: UsedFieldSet) -> None:
        for selection, _ in self.walk(used.selections):
            if selection.alias:
                self.fail(
                    used, "INVALID_FIELDS", f'"{selection.alias}:" is an alias, which can\'t be used here'
                )

    def key_types(self, used: UsedFieldSet) -> None:
        for selection, field in self.walk(used.selections):
            type_ = self.subgraph.types.get(named(field.type))
            if type_ is not None and type_.kind in ("INTERFACE", "UNION"):
                self.fail(
                    used,
                    "FIELDS_SELECT_INVALID_TYPE",
                    f'"{selection.coordinate}" is a {type_.kind.lower()}, which a key can\'t hold',
                )

    def walk(self, selections: FieldSet) -> Iterator[tuple[FieldSelection, FieldDef]]:
        for selection in selections:
            if isinstance(selection, FieldSelection) and selection.name != "__typename":
                yield selection, self.subgraph.types[selection.parent].fields[selection.name]
            yield from self.walk(selection.selections)

    def external_leaves(self, used: UsedFieldSet, selections: FieldSet, *, under_external: bool) -> None:
        """What is required or provided must be another subgraph's, that is external, at some level."""
        for selection in selections:
            if isinstance(selection, FragmentSelection):
                self.external_leaves(used, selection.selections, under_external=under_external)
                continue
            if selection.name == "__typename":
                continue
            external = under_external or self.is_external(selection)
            if selection.selections:
                below = external or self.implemented_externally(selection)
                self.external_leaves(used, selection.selections, under_external=below)
            elif not external and not self.implemented_externally(selection):
                self.fail(
                    used,
                    "FIELDS_MISSING_EXTERNAL",
                    f'"{selection.coordinate}" is this subgraph\'s own field, not an @external one',
                    f'Mark "{selection.coordinate}" @external, or leave it out',
                )

    def is_external(self, selection: FieldSelection) -> bool:
        return self.subgraph.types[selection.parent].fields[selection.name].external

    def implemented_externally(self, selection: FieldSelection) -> bool:
        """An interface's field counts as external where an implementation's is."""
        for name in self.subgraph.possible.get(selection.parent, ()):
            field = self.subgraph.types[name].fields.get(selection.name)
            if field is not None and field.external:
                return True
        return False


def key_texts(facts: Facts, type_name: str) -> dict[str, UsedFieldSet]:
    """Give a type's keys by their normal text."""
    return {normal_text(k.selections): k for k in facts.keys if k.type.name == type_name}
