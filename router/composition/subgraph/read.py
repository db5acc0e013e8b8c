"""SDL → ``Subgraph``: one pass over the syntax tree; what a map can't hold (duplicates) is reported here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from graphql import (
    DirectiveDefinitionNode,
    DirectiveNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumTypeExtensionNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputObjectTypeExtensionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    NamedTypeNode,
    Node,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    ScalarTypeDefinitionNode,
    ScalarTypeExtensionNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    StringValueNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    UnionTypeDefinitionNode,
    UnionTypeExtensionNode,
)

from ..report import Report
from .applied import Applied, Located
from .model import (
    ROOT_KINDS,
    DirectiveDef,
    Element,
    EnumValueDef,
    FieldDef,
    InputDef,
    Kind,
    Named,
    RootKind,
    TypeDef,
)
from .type_refs import type_text

_KINDS: dict[type[Node], Kind] = {
    ObjectTypeDefinitionNode: "OBJECT",
    ObjectTypeExtensionNode: "OBJECT",
    InterfaceTypeDefinitionNode: "INTERFACE",
    InterfaceTypeExtensionNode: "INTERFACE",
    UnionTypeDefinitionNode: "UNION",
    UnionTypeExtensionNode: "UNION",
    EnumTypeDefinitionNode: "ENUM",
    EnumTypeExtensionNode: "ENUM",
    InputObjectTypeDefinitionNode: "INPUT_OBJECT",
    InputObjectTypeExtensionNode: "INPUT_OBJECT",
    ScalarTypeDefinitionNode: "SCALAR",
    ScalarTypeExtensionNode: "SCALAR",
}
_DEFAULT_ROOTS: dict[RootKind, str] = {kind: kind.capitalize() for kind in ROOT_KINDS}
INVALID = "INVALID_GRAPHQL"
E_ = TypeVar("E_", bound=Located)


@dataclass(slots=True)
class Definitions:
    """What one SDL document defines."""

    types: dict[str, TypeDef] = field(default_factory=dict)
    directives: dict[str, DirectiveDef] = field(default_factory=dict)
    roots: dict[RootKind, str] = field(default_factory=dict)
    schema: Element = field(default_factory=lambda: Element(None, "schema", None, []))
    schema_definitions: int = 0


def read_schema_directives(document: DocumentNode) -> list[Applied]:
    """Give the directives on ``schema`` and its extensions, their specification yet unknown."""
    return [
        _applied(node, "", part)
        for part, definition in enumerate(document.definitions)
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode)
        for node in definition.directives
    ]


def read_definitions(
    subgraph: str, document: DocumentNode, known: Callable[[str], str], report: Report
) -> Definitions:
    """Read all definitions. ``known`` maps a directive's name here to its name in its specification."""
    reader = _Reader(subgraph, known, report)
    for definition in document.definitions:
        reader.read(definition)
    reader.default_roots()
    return reader.found


@dataclass(slots=True)
class _Reader:
    subgraph: str
    known: Callable[[str], str]
    report: Report
    found: Definitions = field(default_factory=Definitions)

    def invalid(self, message: str, element: Located, coordinate: str | None = None) -> None:
        self.report.error(INVALID, message, coordinate=coordinate, where=[(self.subgraph, element)])

    def read(self, node: Node) -> None:
        if isinstance(node, TypeDefinitionNode | TypeExtensionNode):
            self.type(node)
        elif isinstance(node, DirectiveDefinitionNode):
            self.directive(node)
        elif isinstance(node, SchemaDefinitionNode | SchemaExtensionNode):
            self.schema(node)
        else:
            self.invalid("A subgraph's SDL can't hold operations or fragments", Located(node))

    def schema(self, node: SchemaDefinitionNode | SchemaExtensionNode) -> None:
        found = self.found
        if isinstance(node, SchemaDefinitionNode):
            found.schema_definitions += 1
            found.schema.description = _description(node.description)
            found.schema.node = node
            if found.schema_definitions > 1:
                self.invalid("There must be one schema definition only", Located(node), "schema")
        found.schema.directives += self.applied(node.directives, found.schema_definitions, "schema")
        for root in node.operation_types or ():
            kind: RootKind = root.operation.value
            if kind in found.roots:
                self.invalid(f"There can be one {kind} type only", Located(root), "schema")
            found.roots[kind] = root.type.name.value

    def default_roots(self) -> None:
        """Without a schema definition the roots are the types of the usual names."""
        if not self.found.schema_definitions:
            for kind, name in _DEFAULT_ROOTS.items():
                type_ = self.found.types.get(name)
                if type_ is not None and type_.kind == "OBJECT":
                    self.found.roots.setdefault(kind, name)

    def directive(self, node: DirectiveDefinitionNode) -> None:
        name = node.name.value
        definition = directive_def(node, self.known(name), self.inputs(node.arguments, "@" + name, 0))
        if name in self.found.directives:
            self.invalid(f'There can be one directive named "@{name}" only', definition, "@" + name)
        self.found.directives[name] = definition

    def type(self, node: TypeDefinitionNode | TypeExtensionNode) -> None:
        type_ = self._type_of(node)
        if type_ is None:
            return
        part = len(type_.parts)
        type_.parts.append(node)
        if node.directives:
            type_.directives += self.applied(node.directives, part, type_.name)
        if isinstance(
            node,
            ObjectTypeDefinitionNode
            | ObjectTypeExtensionNode
            | InterfaceTypeDefinitionNode
            | InterfaceTypeExtensionNode,
        ):
            self._names(type_.interfaces, node.interfaces, type_, "implements", part)
            for child in node.fields or ():
                self._add(type_.fields, self.field(child, type_.name, part), f"{type_.name}.", "field")
        elif isinstance(node, UnionTypeDefinitionNode | UnionTypeExtensionNode):
            self._names(type_.members, node.types, type_, "includes", part)
        elif isinstance(node, EnumTypeDefinitionNode | EnumTypeExtensionNode):
            for value in node.values or ():
                self._add(type_.values, self.enum_value(value, type_.name, part), f"{type_.name}.", "value")
        elif isinstance(node, InputObjectTypeDefinitionNode | InputObjectTypeExtensionNode):
            type_.inputs |= self.inputs(node.fields, type_.name, part, type_.inputs)

    def _type_of(self, node: TypeDefinitionNode | TypeExtensionNode) -> TypeDef | None:
        name, kind = node.name.value, _KINDS[type(node)]
        is_definition = isinstance(node, TypeDefinitionNode)
        type_ = self.found.types.get(name)
        if type_ is None:
            type_ = TypeDef(node, name, None, [], kind, defined=False)
            self.found.types[name] = type_
        elif type_.kind != kind:
            self.invalid(f'"{name}" is both {type_.kind} and {kind}', Located(node), name)
            return None
        if is_definition:
            if type_.defined:
                self.invalid(f'There can be one type named "{name}" only', Located(node), name)
            type_.defined = True
            type_.node = node
            type_.description = _description(node.description)  # type: ignore[union-attr]
        return type_

    def _names(
        self,
        into: dict[str, Named],
        nodes: Iterable[NamedTypeNode] | None,
        type_: TypeDef,
        verb: str,
        part: int,
    ) -> None:
        for node in nodes or ():
            name = node.name.value
            if name in into:
                self.invalid(f'"{type_.name}" {verb} "{name}" more than once', Located(node), type_.name)
            into[name] = Named(node, name, part)

    def _add(self, into: dict[str, E_], element: E_, prefix: str, what: str) -> None:
        name: str = element.name  # type: ignore[attr-defined]
        if name in into:
            self.invalid(f'There can be one {what} "{prefix}{name}" only', element, prefix + name)
        into[name] = element

    def field(self, node: FieldDefinitionNode, parent: str, part: int) -> FieldDef:
        name = node.name.value
        arguments = self.inputs(node.arguments, f"{parent}.{name}", part) if node.arguments else {}
        return FieldDef(
            node,
            name,
            _description(node.description),
            self.applied(node.directives, part, f"{parent}.{name}") if node.directives else [],
            parent,
            type_text(node.type),
            arguments,
            part,
        )

    def enum_value(self, node: EnumValueDefinitionNode, parent: str, part: int) -> EnumValueDef:
        name = node.name.value
        applied = self.applied(node.directives, part, f"{parent}.{name}")
        return EnumValueDef(node, name, _description(node.description), applied, part)

    def inputs(
        self,
        nodes: Sequence[InputValueDefinitionNode] | None,
        parent: str,
        part: int,
        existing: dict[str, InputDef] | None = None,
    ) -> dict[str, InputDef]:
        found: dict[str, InputDef] = {}
        for node in nodes or ():
            name = node.name.value
            element = input_def(node, self.applied(node.directives, part, parent), part)
            if name in found or (existing and name in existing):
                self.invalid(f'"{parent}" declares "{name}" more than once', element, parent)
            found[name] = element
        return found

    def applied(self, nodes: Sequence[DirectiveNode], part: int, coordinate: str) -> list[Applied]:
        found = []
        for node in nodes:
            applied = _applied(node, self.known(node.name.value), part)
            if len(applied.args) != len(node.arguments):
                self.invalid(f"An argument of @{applied.name} is given more than once", applied, coordinate)
            found.append(applied)
        return found


def _applied(node: DirectiveNode, known: str, part: int) -> Applied:
    return Applied(node, node.name.value, known, {a.name.value: a.value for a in node.arguments}, part)


def _description(node: StringValueNode | None) -> str | None:
    return node.value if node is not None else None


def input_def(node: InputValueDefinitionNode, applied: list[Applied], part: int = 0) -> InputDef:
    """Read an argument or input field."""
    return InputDef(
        node,
        node.name.value,
        _description(node.description),
        applied,
        type_text(node.type),
        node.default_value,
        part,
    )


def directive_def(
    node: DirectiveDefinitionNode, known: str, arguments: dict[str, InputDef], *, built_in: bool = False
) -> DirectiveDef:
    """Read a directive's definition."""
    locations = tuple(location.value for location in node.locations)
    return DirectiveDef(
        node,
        node.name.value,
        _description(node.description),
        [],
        arguments,
        locations,
        node.repeatable,
        known,
        built_in,
    )
