"""What clients see must be whole without what is @inaccessible."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from graphql import EnumValueNode, ListValueNode, ObjectValueNode, ValueNode

from ..report import Report
from ..subgraph.type_refs import named
from .merged import Merged, MergedElement, MergedInput, MergedType

Hides = Callable[[MergedElement], bool]


def check_inaccessible(merged: Merged, report: Report, hides: Hides | None = None) -> None:
    """Report visible elements that need hidden ones. ``hides`` tells them (default: by directive)."""
    _Checker(merged, report, hides or (lambda element: element.has("inaccessible"))).check()


class _Checker:
    def __init__(self, merged: Merged, report: Report, hides: Hides) -> None:
        self.merged, self.report, self.hides = merged, report, hides
        self.hidden = {name for name, type_ in merged.types.items() if hides(type_)}

    def fail(self, code: str, message: str, coordinate: str, fix: str | None = None) -> None:
        self.report.error(code, message, coordinate=coordinate, fix=fix)

    def check(self) -> None:
        if not self._anything_hidden():
            return
        for kind, name in self.merged.roots.items():
            if kind == "query" and name in self.hidden:
                self.fail(
                    "QUERY_ROOT_TYPE_INACCESSIBLE",
                    f'"{name}" is the query type: it can\'t be @inaccessible',
                    name,
                )
        for type_ in self.merged.types.values():
            if type_.name not in self.hidden and type_.join_types:
                self.type(type_)
        for directive in self.merged.directives.values():
            if directive.executable:
                self.inputs(directive.arguments, f"@{directive.name}({{}}:)")

    def _anything_hidden(self) -> bool:
        arguments = (a for d in self.merged.directives.values() for a in d.arguments.values())
        elements = (e for t in self.merged.types.values() for e in _elements(t))
        return any(map(self.hides, arguments)) or any(map(self.hides, elements))

    def type(self, type_: MergedType) -> None:
        self._has_children(type_)
        for field in type_.fields.values():
            if self.hides(field):
                self._needed_by_interfaces(type_, field.name)
                continue
            self.reference(field.type, field.coordinate)
            for name, argument in field.arguments.items():
                if self.hides(argument):
                    self._needed_argument(type_, field.name, name)
            self.inputs(field.arguments, f"{field.coordinate}({{}}:)")
        self.inputs(type_.inputs, f"{type_.name}.{{}}")

    def _has_children(self, type_: MergedType) -> None:
        children = [*type_.fields.values(), *type_.inputs.values(), *type_.values.values()]
        members = [self.merged.types[m] for m in type_.members]
        if (children or members) and all(self.hides(c) for c in [*children, *members]):
            what = "members" if members else "values" if type_.values else "fields"
            self.fail(
                "ONLY_INACCESSIBLE_CHILDREN",
                f'"{type_.name}" is visible, but all its {what} are @inaccessible',
                type_.name,
                f'Make "{type_.name}" @inaccessible too',
            )

    def _needed_by_interfaces(self, type_: MergedType, name: str) -> None:
        for interface in type_.interfaces:
            other = self.merged.types[interface]
            field = other.fields.get(name)
            if interface not in self.hidden and field is not None and not self.hides(field):
                self.fail(
                    "IMPLEMENTED_BY_INACCESSIBLE",
                    f'"{type_.name}.{name}" is @inaccessible, but "{field.coordinate}" of its interface not',
                    f"{type_.name}.{name}",
                )

    def _needed_argument(self, type_: MergedType, field: str, name: str) -> None:
        coordinate = f"{type_.name}.{field}({name}:)"
        for interface in type_.interfaces:
            other = self.merged.types[interface].fields.get(field)
            argument = other.arguments.get(name) if other and interface not in self.hidden else None
            if (
                other is not None
                and argument is not None
                and not self.hides(other)
                and not self.hides(argument)
            ):
                self.fail(
                    "IMPLEMENTED_BY_INACCESSIBLE",
                    f'"{coordinate}" is @inaccessible, but "{other.coordinate}({name}:)" is not',
                    coordinate,
                )

    def inputs(self, inputs: dict[str, MergedInput], form: str) -> None:
        for input_ in inputs.values():
            coordinate = form.format(input_.name)
            if self.hides(input_):
                if input_.required:
                    self.fail(
                        "REQUIRED_INACCESSIBLE",
                        f'"{coordinate}" is @inaccessible, but must be given',
                        coordinate,
                        "Make it nullable, or give it a default",
                    )
                continue
            self.reference(input_.type, coordinate)
            for used in self._hidden_in(input_.default, input_.type):
                self.fail(
                    "DEFAULT_VALUE_USES_INACCESSIBLE",
                    f'The default value of "{coordinate}" uses "{used}", which is @inaccessible',
                    coordinate,
                )

    def reference(self, ref: str, coordinate: str) -> None:
        name = named(ref)
        if name in self.hidden:
            self.fail(
                "REFERENCED_INACCESSIBLE",
                f'"{name}" is @inaccessible, but "{coordinate}", which is a {ref}, is not',
                coordinate,
                f'Make "{coordinate}" @inaccessible too',
            )

    def _hidden_in(self, value: ValueNode | None, ref: str) -> Iterator[str]:
        type_ = self.merged.types.get(named(ref))
        if value is None or type_ is None or type_.name in self.hidden:
            return
        if isinstance(value, ListValueNode):
            for item in value.values:
                yield from self._hidden_in(item, ref)
        elif isinstance(value, EnumValueNode) and value.value in type_.values:
            if self.hides(type_.values[value.value]):
                yield f"{type_.name}.{value.value}"
        elif isinstance(value, ObjectValueNode):
            for part in value.fields:
                field = type_.inputs.get(part.name.value)
                if field is not None and self.hides(field):
                    yield f"{type_.name}.{field.name}"
                elif field is not None:
                    yield from self._hidden_in(part.value, field.type)


def _elements(type_: MergedType) -> Iterator[MergedElement]:
    yield type_
    for field in type_.fields.values():
        yield field
        yield from field.arguments.values()
    yield from type_.inputs.values()
    yield from type_.values.values()
