"""Rules on federation's directives that one subgraph alone can break; field sets have their own file."""

from __future__ import annotations

from collections import Counter

from ..report import Placed, Report
from .check_field_sets import key_texts
from .facts import Facts
from .model import ROOT_KINDS, FieldDef, Subgraph, TypeDef


def check_federation(subgraph: Subgraph, facts: Facts, report: Report) -> None:
    """Run every rule of this file."""
    checker = _Checker(subgraph, facts, report)
    checker.root_names()
    for type_ in subgraph.types.values():
        match type_.kind:
            case "INTERFACE":
                checker.interface(type_)
            case "OBJECT":
                checker.object(type_)
    checker.interface_objects()


class _Checker:
    def __init__(self, subgraph: Subgraph, facts: Facts, report: Report) -> None:
        self.subgraph, self.facts, self.report = subgraph, facts, report

    def fail(
        self, code: str, message: str, element: Placed | None, coordinate: str, fix: str | None = None
    ) -> None:
        self.report.error(
            code, message, coordinate=coordinate, where=[(self.subgraph.name, element)], fix=fix
        )

    def root_names(self) -> None:
        """A type called Query that is not the query type would become it in the supergraph."""
        for kind in ROOT_KINDS:
            default = kind.capitalize()
            root = self.subgraph.roots.get(kind)
            type_ = self.subgraph.types.get(default)
            if root and root != default and type_ is not None:
                self.fail(
                    f"ROOT_{default.upper()}_USED",
                    f'"{default}" is not the {kind} type here ("{root}" is), yet a type has that name',
                    type_,
                    default,
                    f'Rename the type "{default}"',
                )

    def interface(self, type_: TypeDef) -> None:
        for field in type_.fields.values():
            if field.first("external"):
                self.fail(
                    "EXTERNAL_ON_INTERFACE",
                    f'"{field.coordinate}" is an interface\'s field: @external has no meaning there',
                    field,
                    field.coordinate,
                    "Put @external on the implementations' fields",
                )
            for shareable in field.having("shareable"):
                self.fail(
                    "INVALID_SHAREABLE_USAGE",
                    f'"{field.coordinate}" is an interface\'s field: only fields of '
                    "objects can be @shareable",
                    shareable,
                    field.coordinate,
                )
        if self.subgraph.version >= (2, 3) and not type_.interface_object:
            self.interface_keys(type_)

    def interface_keys(self, type_: TypeDef) -> None:
        """Each key of an interface must be a key of every implementation, and resolvable where it is."""
        implementations = sorted(self.subgraph.possible.get(type_.name, ()))
        for text, key in key_texts(self.facts, type_.name).items():
            own = {name: key_texts(self.facts, name).get(text) for name in implementations}
            missing = [name for name, mine in own.items() if mine is None]
            if missing:
                self.fail(
                    "INTERFACE_KEY_NOT_ON_IMPLEMENTATION",
                    f'The key {key.applied.text} of interface "{type_.name}" is no key of '
                    + ", ".join(f'"{n}"' for n in missing),
                    key.applied,
                    type_.name,
                    f"Add {key.applied.text} there",
                )
            unresolvable = [
                name
                for name, mine in own.items()
                if mine is not None and mine.applied.value("resolvable") is False
            ]
            if unresolvable and key.applied.value("resolvable") is not False:
                self.fail(
                    "INTERFACE_KEY_NOT_ON_IMPLEMENTATION",
                    f'The key {key.applied.text} of interface "{type_.name}" is not resolvable in '
                    + ", ".join(f'"{n}"' for n in unresolvable),
                    key.applied,
                    type_.name,
                    "Drop resolvable: false there, or add it to the interface's key",
                )

    def object(self, type_: TypeDef) -> None:
        self.duplicate_shareable(type_)
        for field in type_.fields.values():
            if field.external and (applied := field.first("provides")):
                self.external_provides(field, applied)
            elif field.external:
                self.unused_external(type_, field)

    def duplicate_shareable(self, type_: TypeDef) -> None:
        """@shareable is repeatable for the sake of extensions only."""
        counts = Counter(d.part for d in type_.having("shareable"))
        if any(n > 1 for n in counts.values()):
            self.fail(
                "INVALID_SHAREABLE_USAGE",
                f'"{type_.name}" is @shareable twice in one declaration',
                type_,
                type_.name,
                "Keep one",
            )
        for field in type_.fields.values():
            if len(field.having("shareable")) > 1:
                self.fail(
                    "INVALID_SHAREABLE_USAGE",
                    f'"{field.coordinate}" is @shareable twice',
                    field,
                    field.coordinate,
                    "Keep one",
                )

    def external_provides(self, field: FieldDef, applied: Placed) -> None:
        self.fail(
            "EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE",
            f'"{field.coordinate}" is @external, so this subgraph resolves nothing below it to @provides',
            applied,
            field.coordinate,
            "Remove one of the two",
        )

    def unused_external(self, type_: TypeDef, field: FieldDef) -> None:
        if field.coordinate in self.facts.used or self.satisfies_interface(type_, field.name):
            return
        self.fail(
            "EXTERNAL_UNUSED",
            f'"{field.coordinate}" is @external, but no @key, @requires or @provides selects it and no '
            "interface asks for it",
            field,
            field.coordinate,
            "Remove the field, or its @external",
        )

    def satisfies_interface(self, type_: TypeDef, name: str) -> bool:
        interfaces = (self.subgraph.types.get(i) for i in type_.interfaces)
        return any(i is not None and name in i.fields for i in interfaces)

    def interface_objects(self) -> None:
        for type_ in self.subgraph.types.values():
            if type_.interface_object and not type_.keys:
                self.fail(
                    "INTERFACE_OBJECT_USAGE_ERROR",
                    f'"{type_.name}" is an @interfaceObject, but has no @key: only entities can be',
                    type_,
                    type_.name,
                    "Give it the interface's key",
                )
