"""Types implement the interfaces they say they do."""

from __future__ import annotations

from collections.abc import Mapping

from ..report import Placed, Report
from .model import FieldDef, Subgraph, TypeDef
from .read import INVALID
from .type_refs import is_list, item


def check_interfaces(subgraph: Subgraph, report: Report) -> None:
    """Report faulty implementations (GraphQL spec §3.6 IsValidImplementation)."""
    checker = _Checker(subgraph, report)
    for type_ in subgraph.types.values():
        for name in type_.interfaces:
            checker.implementation(type_, name)


def is_subtype(
    types: Mapping[str, TypeDef], possible: Mapping[str, frozenset[str]], sub: str, base: str
) -> bool:
    """Whether a field of type ``sub`` may stand for one of type ``base`` (covariance)."""
    if sub == base:
        return True
    if sub.endswith("!"):
        return is_subtype(types, possible, sub[:-1], base.removesuffix("!"))
    if base.endswith("!") or is_list(sub) != is_list(base):
        return False
    if is_list(sub):
        return is_subtype(types, possible, item(sub), item(base))
    if sub in possible.get(base, ()):
        return True
    type_ = types.get(sub)
    return type_ is not None and base in type_.interfaces


class _Checker:
    def __init__(self, subgraph: Subgraph, report: Report) -> None:
        self.subgraph, self.report, self.types = subgraph, report, subgraph.types

    def invalid(self, message: str, element: Placed | None, coordinate: str) -> None:
        self.report.error(INVALID, message, coordinate=coordinate, where=[(self.subgraph.name, element)])

    def implementation(self, type_: TypeDef, name: str) -> None:
        interface = self.types.get(name)
        if interface is None or interface.kind != "INTERFACE":
            message = f'"{type_.name}" can\'t implement "{name}": that is no interface'
            self.invalid(message, type_.interfaces[name], type_.name)
            return
        if name == type_.name:
            self.invalid(f'"{name}" can\'t implement itself', type_, name)
            return
        for inherited in interface.interfaces:
            if inherited not in type_.interfaces:
                self.invalid(
                    f'"{type_.name}" implements "{name}", so it must also implement "{inherited}"',
                    type_,
                    type_.name,
                )
        for field in interface.fields.values():
            self.field(type_, field)

    def field(self, type_: TypeDef, wanted: FieldDef) -> None:
        coordinate = f"{type_.name}.{wanted.name}"
        field = type_.fields.get(wanted.name)
        if field is None:
            message = f'"{type_.name}" implements "{wanted.parent}" but has no field "{wanted.name}"'
            self.invalid(message, type_, type_.name)
            return
        if not is_subtype(self.types, self.subgraph.possible, field.type, wanted.type):
            self.invalid(
                f'"{coordinate}" is a {field.type}, but "{wanted.coordinate}" is a {wanted.type}',
                field,
                coordinate,
            )
        for name, argument in wanted.arguments.items():
            mine = field.arguments.get(name)
            if mine is None:
                self.invalid(
                    f'"{coordinate}" lacks the argument "{name}" of its interface', field, coordinate
                )
            elif mine.type != argument.type:
                self.invalid(
                    f'"{coordinate}({name}:)" is a {mine.type}, but in "{wanted.parent}" a {argument.type}',
                    mine,
                    coordinate,
                )
        for name, mine in field.arguments.items():
            if name not in wanted.arguments and mine.required:
                self.invalid(
                    f'"{coordinate}({name}:)" is required, but "{wanted.coordinate}" has no such argument',
                    mine,
                    coordinate,
                )
