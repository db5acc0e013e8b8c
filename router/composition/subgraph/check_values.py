"""Whether a type accepts a constant value (GraphQL spec §3.5–3.12, input coercion)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from graphql import (
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    VariableNode,
)

from ..report import Report
from .model import InputDef, Kind, Subgraph
from .read import INVALID
from .type_refs import TypeRef, is_list, item, named
from .values import integer, value_text

_SCALARS: dict[str, tuple[type[ValueNode], ...]] = {
    "Int": (IntValueNode,),
    "Float": (IntValueNode, FloatValueNode),
    "String": (StringValueNode,),
    "Boolean": (BooleanValueNode,),
    "ID": (StringValueNode, IntValueNode),
}
_INT_LIMIT = 2**31


class ValueInput(Protocol):
    """An input field, of a subgraph or merged."""

    @property
    def type(self) -> TypeRef:
        """Its type."""
        ...

    @property
    def required(self) -> bool:
        """Whether a value must be given."""
        ...


class ValueType(Protocol):
    """A type of a subgraph, or a merged one, as values see it."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def kind(self) -> Kind:
        """What it is."""
        ...

    @property
    def values(self) -> Mapping[str, object]:
        """An enum's values."""
        ...

    @property
    def inputs(self) -> Mapping[str, ValueInput]:
        """An input object's fields."""
        ...


class ValueChecker:
    """Checks values against one schema's types."""

    def __init__(self, types: Mapping[str, ValueType]) -> None:
        self.types = types

    def problem(self, value: ValueNode, ref: str, depth: int = 0) -> str | None:
        """Say why the type ``ref`` doesn't accept the value; None if it does."""
        if isinstance(value, VariableNode):
            return "a variable is not allowed here"
        if ref.endswith("!"):
            if isinstance(value, NullValueNode):
                return f"null is not a {ref}"
            ref = ref[:-1]
        if isinstance(value, NullValueNode):
            return None
        if is_list(ref):
            values = value.values if isinstance(value, ListValueNode) else (value,)
            return next(filter(None, (self.problem(v, item(ref), depth + 1) for v in values)), None)
        return self._named(value, ref, depth)

    def _named(self, value: ValueNode, name: str, depth: int) -> str | None:
        accepted = _SCALARS.get(name)
        if accepted is not None:
            fits = isinstance(value, accepted) and not (name == "Int" and _too_big(value))
            return None if fits else f"{value_text(value)} is not a {name}"
        type_ = self.types.get(name)
        if type_ is None or type_.kind == "SCALAR":
            return _repeated_within(value)
        if type_.kind == "ENUM":
            given = value.value if isinstance(value, EnumValueNode | StringValueNode) else None
            return None if given in type_.values else f"{value_text(value)} is not a value of {name}"
        if type_.kind != "INPUT_OBJECT" or not isinstance(value, ObjectValueNode):
            return f"{value_text(value)} is not a {name}"
        return self._object(value, type_, depth)

    def _object(self, value: ObjectValueNode, type_: ValueType, depth: int) -> str | None:
        given = {f.name.value: f.value for f in value.fields}
        if repeated := _repeated(value):
            return repeated
        for name, inner in given.items():
            field = type_.inputs.get(name)
            if field is None:
                return f'{type_.name} has no field "{name}"'
            problem = self.problem(inner, field.type, depth + 1)
            if problem:
                return problem
        missing = [n for n, f in type_.inputs.items() if f.required and n not in given]
        return f'the field "{missing[0]}" of {type_.name} is missing' if missing else None


def _repeated_within(value: ValueNode) -> str | None:
    """Look for repeated fields at any depth of a custom scalar's value."""
    if isinstance(value, ListValueNode):
        return next(filter(None, map(_repeated_within, value.values)), None)
    if isinstance(value, ObjectValueNode):
        return _repeated(value) or next(filter(None, (_repeated_within(f.value) for f in value.fields)), None)
    return None


def _repeated(value: ObjectValueNode) -> str | None:
    seen: set[str] = set()
    for field in value.fields:
        if field.name.value in seen:
            return f'the field "{field.name.value}" is given twice'
        seen.add(field.name.value)
    return None


def _too_big(value: ValueNode) -> bool:
    return isinstance(value, IntValueNode) and not -_INT_LIMIT <= integer(value.value) < _INT_LIMIT


def check_defaults(subgraph: Subgraph, report: Report) -> None:
    """Report default values that their type doesn't accept."""
    checker = ValueChecker(subgraph.types)

    def check(element: InputDef, coordinate: str) -> None:
        if element.default is None or named(element.type) not in _SCALARS.keys() | subgraph.types.keys():
            return
        problem = checker.problem(element.default, element.type)
        if problem:
            report.error(
                INVALID,
                f'The default value of "{coordinate}" (a {element.type}) is invalid: {problem}',
                coordinate=coordinate,
                where=[(subgraph.name, element)],
            )

    for type_ in subgraph.types.values():
        for field in type_.fields.values():
            for argument in field.arguments.values():
                check(argument, f"{field.coordinate}({argument.name}:)")
        for input_ in type_.inputs.values():
            check(input_, f"{type_.name}.{input_.name}")
    for directive in subgraph.directives.values():
        for argument in directive.arguments.values():
            check(argument, f"@{directive.name}({argument.name}:)")
