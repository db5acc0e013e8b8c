"""What follows from a subgraph's directives: which fields are keys, external, provided, shareable, used.

Enters: a well-formed subgraph. Leaves: ``Facts``, and the errors of its field sets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode, StringValueNode, TypeExtensionNode

from ..report import Report
from .applied import Applied
from .contexts import context_selections_of
from .field_sets import (
    FieldSet,
    FieldSetDirective,
    FieldSetProblem,
    field_selections,
    parse_selections,
    read_field_set,
)
from .model import COMPOSITE, FieldDef, Subgraph, TypeDef
from .type_refs import named
from .values import as_string


@dataclass(frozen=True, slots=True)
class UsedFieldSet:
    """A field set that could be read, and where it stands (``field`` is None for a @key)."""

    applied: Applied
    type: TypeDef
    field: FieldDef | None
    target: str
    selections: FieldSet

    @property
    def place(self) -> str:
        """Name the element it stands on."""
        return self.field.coordinate if self.field else self.type.name


@dataclass(slots=True)
class Facts:
    """Coordinates of fields by what is true of them."""

    keys: list[UsedFieldSet] = field(default_factory=list)
    requires: list[UsedFieldSet] = field(default_factory=list)
    provides: list[UsedFieldSet] = field(default_factory=list)
    key_fields: set[str] = field(default_factory=set)
    provided: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    fake_external: set[str] = field(default_factory=set)


_LISTS = {"key": "keys", "requires": "requires", "provides": "provides"}


def establish_facts(subgraph: Subgraph, report: Report, *, mark: bool = True) -> Facts:
    """Read the field sets and, unless told not to, mark the fields external and shareable."""
    facts = Facts()
    for applied, type_, owner, target in _applications(subgraph):
        selections = _read(subgraph, applied, type_, owner, target, report)
        if selections is None:
            facts.used |= set(_meant(subgraph, applied, target))
        else:
            used = UsedFieldSet(applied, type_, owner, target, selections)
            getattr(facts, _LISTS[applied.known]).append(used)
    _collect_fields(subgraph, facts)
    for _, _, selected in context_selections_of(subgraph):
        for type_name, selections_node in selected:
            facts.used |= set(_selected(subgraph, selections_node, type_name))
    if mark:
        _mark_fields(subgraph, facts)
    return facts


def _applications(subgraph: Subgraph) -> Iterator[tuple[Applied, TypeDef, FieldDef | None, str]]:
    for type_ in subgraph.types.values():
        if type_.kind not in ("OBJECT", "INTERFACE"):
            continue
        for applied in type_.directives:
            if applied.known == "key":
                yield applied, type_, None, type_.name
        for owner in type_.fields.values():
            for applied in owner.directives:
                if applied.known == "requires":
                    yield applied, type_, owner, type_.name
                elif applied.known == "provides":
                    yield applied, type_, owner, named(owner.type)


def _read(
    subgraph: Subgraph, applied: Applied, type_: TypeDef, owner: FieldDef | None, target: str, report: Report
) -> FieldSet | None:
    code = applied.known.upper()
    place = owner.coordinate if owner else type_.name
    value = applied.args.get("fields")

    def fail(suffix: str, why: str, fix: str | None = None) -> None:
        report.error(
            f"{code}_{suffix}",
            f'On "{place}", {applied.text}: {why}',
            coordinate=place,
            where=[(subgraph.name, applied)],
            fix=fix,
        )

    target_type = subgraph.types.get(target)
    if applied.known == "provides" and (target_type is None or target_type.kind not in COMPOSITE):
        fail("ON_NON_OBJECT_FIELD", f'a "{target}" has no fields to provide')
        return None
    if type_.kind == "INTERFACE" and (applied.known != "key" or subgraph.version < (2, 3)):
        fail(
            "UNSUPPORTED_ON_INTERFACE",
            f"@{applied.name} can't be used in interfaces",
            "Link federation v2.3 or later" if applied.known == "key" else "Use it on the object types",
        )
        return None
    if not isinstance(value, StringValueNode):
        fail("INVALID_FIELDS_TYPE", "fields must be a string", 'Write fields: "a b { c }"')
        return None
    try:
        return read_field_set(value.value, target, subgraph.types, key=applied.known == "key")
    except FieldSetDirective as problem:
        fail("DIRECTIVE_IN_FIELDS_ARG", str(problem), "Field sets take no directives")
    except FieldSetProblem as problem:
        fail(
            "INVALID_FIELDS",
            str(problem),
            "A field of another subgraph has to be declared here too, with @external"
            if applied.known != "key"
            else None,
        )
    return None


def _meant(subgraph: Subgraph, applied: Applied, target: str) -> Iterator[str]:
    """Give the fields that a faulty field set can still be understood to select."""
    text = as_string(applied.args.get("fields"))
    if text is not None:
        try:
            yield from _selected(subgraph, parse_selections(text), target)
        except FieldSetProblem:
            return


def _selected(subgraph: Subgraph, selections: SelectionSetNode, type_name: str) -> Iterator[str]:
    type_ = subgraph.types.get(type_name)
    for node in selections.selections:
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition.name.value if node.type_condition else type_name
            yield from _selected(subgraph, node.selection_set, condition)
        elif isinstance(node, FieldNode) and type_ is not None and node.name.value in type_.fields:
            yield f"{type_name}.{node.name.value}"
            yield from (f"{name}.{node.name.value}" for name in subgraph.possible.get(type_name, ()))
            if node.selection_set:
                yield from _selected(subgraph, node.selection_set, named(type_.fields[node.name.value].type))


def _collect_fields(subgraph: Subgraph, facts: Facts) -> None:
    for used in facts.keys:
        coordinates = {s.coordinate for s in field_selections(used.selections)}
        facts.key_fields |= coordinates
        if is_on_extension(used.type, used.applied.part):
            facts.fake_external |= coordinates
    for used in facts.provides:
        facts.provided |= set(_with_implementations(subgraph, used.selections))
    facts.used |= facts.key_fields | facts.provided
    for used in [*facts.requires, *facts.keys]:
        facts.used |= set(_with_implementations(subgraph, used.selections))


def _mark_fields(subgraph: Subgraph, facts: Facts) -> None:
    for type_ in subgraph.types.values():
        for owner in type_.fields.values():
            owner.external = _is_external(type_, owner) and owner.coordinate not in facts.fake_external
            owner.shareable = owner.coordinate in facts.key_fields or _is_shareable(type_, owner)


def is_on_extension(type_: TypeDef, part: int) -> bool:
    """Whether a directive in the type's ``part`` stands on an extension of the type."""
    if type_.first("extends"):
        return True
    if type_.was_extension or part >= len(type_.parts):
        return False
    return isinstance(type_.parts[part], TypeExtensionNode)


def _is_external(type_: TypeDef, owner: FieldDef) -> bool:
    if owner.directives and owner.first("external"):
        return True
    return any(d.part == owner.part for d in type_.having("external"))


def _is_shareable(type_: TypeDef, owner: FieldDef) -> bool:
    if owner.directives and owner.first("shareable"):
        return True
    return any(d.part == owner.part for d in type_.having("shareable"))


def _with_implementations(subgraph: Subgraph, selections: FieldSet) -> Iterator[str]:
    """Give the fields' coordinates; a field of an interface stands for those of its implementations too."""
    for selection in field_selections(selections):
        yield selection.coordinate
        for name in subgraph.possible.get(selection.parent, ()):
            yield f"{name}.{selection.name}"
