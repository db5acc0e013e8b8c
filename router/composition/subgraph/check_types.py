"""Every type is whole: its names resolve, are legal, and stand where their kind may stand."""

from __future__ import annotations

from ..report import Placed, Report
from .model import BUILT_IN_SCALARS, InputDef, Kind, Subgraph, TypeDef
from .read import INVALID
from .suggest import did_you_mean
from .type_refs import named

_OUTPUT: frozenset[Kind] = frozenset({"OBJECT", "INTERFACE", "UNION", "ENUM", "SCALAR"})
_INPUT: frozenset[Kind] = frozenset({"INPUT_OBJECT", "ENUM", "SCALAR"})


def check_types(subgraph: Subgraph, report: Report) -> None:
    """Report malformed types (GraphQL spec §3.6–3.10, "Type Validation")."""
    checker = _Checker(subgraph, report)
    checker.roots()
    for type_ in subgraph.types.values():
        checker.type(type_)
    for directive in subgraph.directives.values():
        if not directive.built_in:
            checker.name(directive.name, "@" + directive.name, directive)
            checker.inputs(directive.arguments, "@{}({}:)", directive.name)


class _Checker:
    def __init__(self, subgraph: Subgraph, report: Report) -> None:
        self.subgraph, self.report = subgraph, report
        self.kinds: dict[str, Kind] = {name: t.kind for name, t in subgraph.types.items()}
        self.kinds |= dict.fromkeys(BUILT_IN_SCALARS, "SCALAR")

    def invalid(self, message: str, element: Placed | None, coordinate: str, fix: str | None = None) -> None:
        self.report.error(
            INVALID, message, coordinate=coordinate, where=[(self.subgraph.name, element)], fix=fix
        )

    def name(self, name: str, coordinate: str, element: Placed) -> None:
        if name.startswith("__"):
            self.invalid(
                f'"{coordinate}": names that start with "__" are GraphQL\'s own', element, coordinate
            )

    def roots(self) -> None:
        for kind, name in self.subgraph.roots.items():
            if self.kinds.get(name) != "OBJECT":
                message = (
                    f'The {kind} type "{name}" is no object type'
                    if name in self.kinds
                    else (f'There is no type "{name}" to be the {kind} type')
                )
                self.invalid(message, self.subgraph.schema, "schema")

    def reference(self, ref: str, allowed: frozenset[Kind], element: Placed, coordinate: str) -> None:
        name = named(ref)
        kind = self.kinds.get(name)
        if kind is None:
            near = did_you_mean(name, self.kinds)
            fix = f'Did you mean "{near[0]}"?' if near else None
            self.invalid(f'There is no type "{name}"', element, coordinate, fix)
        elif kind not in allowed:
            side = "an output" if allowed is _OUTPUT else "an input"
            self.invalid(f'"{name}" is no type for {side}', element, coordinate)

    def inputs(self, inputs: dict[str, InputDef], form: str, parent: str) -> None:
        for input_ in inputs.values():
            coordinate = form.format(parent, input_.name)
            self.name(input_.name, coordinate, input_)
            self.reference(input_.type, _INPUT, input_, coordinate)
            if input_.required and input_.first("deprecated"):
                self.invalid(f'"{coordinate}" is required, so it can\'t be @deprecated', input_, coordinate)

    def type(self, type_: TypeDef) -> None:
        if not type_.parts:
            return
        self.name(type_.name, type_.name, type_)
        if type_.name in BUILT_IN_SCALARS and (type_.kind != "SCALAR" or not type_.defined):
            self.invalid(f'"{type_.name}" is a scalar of GraphQL\'s own', type_, type_.name, "Rename it")
        match type_.kind:
            case "OBJECT" | "INTERFACE":
                self._fields(type_)
            case "UNION":
                self._members(type_)
            case "ENUM":
                self._values(type_)
            case "INPUT_OBJECT":
                self._some(type_, type_.inputs, "field")
                self.inputs(type_.inputs, "{}.{}", type_.name)
                self._one_of(type_)
            case "SCALAR":
                pass

    def _some(self, type_: TypeDef, items: object, what: str) -> None:
        if not items:
            self.invalid(f'"{type_.name}" has no {what}s', type_, type_.name, f"Give it at least one {what}")

    def _fields(self, type_: TypeDef) -> None:
        is_query = type_.name == self.subgraph.roots.get("query")
        if not is_query:
            self._some(type_, type_.fields, "field")
        for field in type_.fields.values():
            coordinate = f"{type_.name}.{field.name}"
            self.name(field.name, coordinate, field)
            self.reference(field.type, _OUTPUT, field, coordinate)
            if field.arguments:
                self.inputs(field.arguments, "{}({}:)", coordinate)

    def _members(self, type_: TypeDef) -> None:
        self._some(type_, type_.members, "member")
        for member in type_.members.values():
            if self.kinds.get(member.name) != "OBJECT":
                self.invalid(
                    f'The union "{type_.name}" can\'t include "{member.name}": it is no object type',
                    member,
                    type_.name,
                )

    def _values(self, type_: TypeDef) -> None:
        self._some(type_, type_.values, "value")
        for value in type_.values.values():
            coordinate = f"{type_.name}.{value.name}"
            self.name(value.name, coordinate, value)
            if value.name in ("true", "false", "null"):
                self.invalid(f'"{coordinate}": that can\'t be the name of an enum value', value, coordinate)

    def _one_of(self, type_: TypeDef) -> None:
        if not type_.first("oneOf"):
            return
        for input_ in type_.inputs.values():
            if input_.type.endswith("!") or input_.default is not None:
                self.invalid(
                    f'"{type_.name}" is @oneOf: its fields must be nullable and have no default',
                    input_,
                    f"{type_.name}.{input_.name}",
                )
