"""Field sets: the ``fields`` argument of @key, @requires and @provides, and @fromContext's selections.

Enters: text, the type it is about, the types. Leaves: a tree of selections, each with its parent type; or
``FieldSetProblem`` for the first thing that keeps it from being read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    FieldNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    parse,
)

from .model import COMPOSITE, FieldDef, TypeDef
from .type_refs import named
from .values import value_text


class FieldSetProblem(Exception):
    """A field set can't be read; the message says why."""


class FieldSetDirective(FieldSetProblem):
    """A field set holds a directive, which has a code of its own."""


@dataclass(frozen=True, slots=True)
class FieldSelection:
    """A field of ``parent`` with its arguments and sub-selections."""

    parent: str
    name: str
    type: str
    arguments: Mapping[str, ValueNode]
    selections: tuple[Selection, ...]
    alias: str | None = None

    @property
    def coordinate(self) -> str:
        """The field's schema coordinate."""
        return f"{self.parent}.{self.name}"


@dataclass(frozen=True, slots=True)
class FragmentSelection:
    """``... on Type { }``; ``condition`` is None where there is none."""

    parent: str
    condition: str | None
    selections: tuple[Selection, ...]


Selection = FieldSelection | FragmentSelection
FieldSet = tuple[Selection, ...]


def read_field_set(text: str, type_name: str, types: Mapping[str, TypeDef], *, key: bool = False) -> FieldSet:
    """Parse a field set and bind it to types; raise FieldSetProblem.

    A ``key`` can't select interfaces and unions at all, which is not told here.
    """
    return _Binder(types, key).bind(parse_selections(text), type_name)


def parse_selections(text: str) -> SelectionSetNode:
    """Parse ``a b { c }`` (outer braces optional)."""
    source = text if text.lstrip().startswith("{") else "{" + text + "}"
    try:
        document = parse(source, no_location=True)
    except GraphQLSyntaxError as error:
        raise FieldSetProblem(error.message) from None
    except RecursionError:
        raise FieldSetProblem("it nests too deep") from None
    operation = document.definitions[0]
    if len(document.definitions) != 1 or not isinstance(operation, OperationDefinitionNode):
        raise FieldSetProblem("it is no selection of fields")
    return operation.selection_set


@dataclass(frozen=True, slots=True)
class _Binder:
    types: Mapping[str, TypeDef]
    key: bool

    def bind(self, selections: SelectionSetNode, type_name: str) -> FieldSet:
        return tuple(self._selection(node, type_name) for node in selections.selections)

    def _selection(self, node: object, type_name: str) -> Selection:
        if isinstance(node, FieldNode):
            return self._field(node, type_name)
        if not isinstance(node, InlineFragmentNode):
            raise FieldSetProblem("it can't use named fragments")
        if node.directives:
            raise FieldSetDirective(f"it uses the directive @{node.directives[0].name.value}")
        condition = node.type_condition.name.value if node.type_condition else None
        target = self.types.get(condition) if condition else None
        if condition and (target is None or target.kind not in COMPOSITE):
            raise FieldSetProblem(f'"{condition}" is no type to select from')
        inner = self.bind(node.selection_set, condition or type_name)
        return FragmentSelection(type_name, condition, inner)

    def _field(self, node: FieldNode, type_name: str) -> FieldSelection:
        name = node.name.value
        if node.directives:
            raise FieldSetDirective(f"it uses the directive @{node.directives[0].name.value}")
        if name == "__typename":
            return FieldSelection(type_name, name, "String!", {}, ())
        field = self._definition(type_name, name)
        self._check_arguments(node, field)
        target = self.types.get(named(field.type))
        composite = target is not None and target.kind in COMPOSITE
        bare = composite and node.selection_set is None
        if bare and not (self.key and target is not None and target.kind != "OBJECT"):
            raise FieldSetProblem(f'"{field.coordinate}" is a {field.type}: say which of its fields')
        if not composite and node.selection_set is not None:
            raise FieldSetProblem(f'"{field.coordinate}" is a {field.type}: it has no fields')
        inner = self.bind(node.selection_set, named(field.type)) if node.selection_set else ()
        arguments = {a.name.value: a.value for a in node.arguments}
        alias = node.alias.value if node.alias else None
        return FieldSelection(type_name, name, field.type, arguments, inner, alias)

    def _definition(self, type_name: str, name: str) -> FieldDef:
        type_ = self.types.get(type_name)
        field = type_.fields.get(name) if type_ else None
        if field is None:
            raise FieldSetProblem(f'"{type_name}" has no field "{name}" in this subgraph')
        return field

    def _check_arguments(self, node: FieldNode, field: FieldDef) -> None:
        given = {a.name.value for a in node.arguments}
        unknown = given - set(field.arguments)
        if unknown:
            raise FieldSetProblem(f'"{field.coordinate}" has no argument "{min(unknown)}"')
        missing = [n for n, a in field.arguments.items() if a.required and n not in given]
        if missing:
            raise FieldSetProblem(f'the argument "{missing[0]}" of "{field.coordinate}" is missing')


def field_selections(field_set: FieldSet) -> Iterator[FieldSelection]:
    """Go through all fields at any depth, __typename excepted."""
    for selection in field_set:
        if isinstance(selection, FieldSelection) and selection.name != "__typename":
            yield selection
        yield from field_selections(selection.selections)


def field_set_text(field_set: FieldSet) -> str:
    """Print a field set in its own order."""
    return " ".join(_text(s, field_set_text) for s in field_set)


def normal_text(field_set: FieldSet) -> str:
    """Print a field set so that sets which mean the same print the same."""
    return " ".join(sorted(_text(s, normal_text) for s in field_set))


def _text(selection: Selection, print_inner: Callable[[FieldSet], str]) -> str:
    inner = f" {{ {print_inner(selection.selections)} }}" if selection.selections else ""
    if isinstance(selection, FragmentSelection):
        return (f"... on {selection.condition}" if selection.condition else "...") + inner
    arguments = ", ".join(f"{k}: {value_text(v)}" for k, v in sorted(selection.arguments.items()))
    return selection.name + (f"({arguments})" if arguments else "") + inner
