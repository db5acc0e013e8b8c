"""An operation → the coordinates of the schema that it uses, each with its places.

Besides fields, arguments and types there are ``Union|Member`` and ``Interface|Type``: a fragment on one
where the other is asked. What variables may hold is used only *possibly*: nobody sees their values here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql import (
    ArgumentNode,
    DirectiveNode,
    DocumentNode,
    EnumValueNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    Node,
    ObjectFieldNode,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    Visitor,
    get_named_type,
    type_from_ast,
    visit,
)


@dataclass(slots=True)
class OperationUses:
    """What one operation uses: coordinate → nodes; ``possible`` is what its variables may hold."""

    name: str
    node: OperationDefinitionNode
    sure: dict[str, list[Node]] = field(default_factory=dict)
    possible: dict[str, list[Node]] = field(default_factory=dict)


def find_uses(document: DocumentNode, schema: GraphQLSchema) -> Iterator[OperationUses]:
    """Go through the document's operations, each with the fragments that it spreads."""
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            uses = OperationUses(definition.name.value if definition.name else "(unnamed)", definition)
            collector = _Collector(uses, schema, fragments)
            for node in (definition, *_spread(definition, fragments)):
                collector.collect(node)
            yield uses


def _spread(
    operation: OperationDefinitionNode, fragments: dict[str, FragmentDefinitionNode]
) -> list[FragmentDefinitionNode]:
    found: dict[str, FragmentDefinitionNode] = {}
    waiting: list[Node] = [operation]

    class Spreads(Visitor):
        def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
            name = node.name.value
            if name in fragments and name not in found:
                found[name] = fragments[name]
                waiting.append(fragments[name])

    while waiting:
        visit(waiting.pop(), Spreads())
    return list(found.values())


class _Collector(Visitor):
    def __init__(
        self, uses: OperationUses, schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode]
    ) -> None:
        super().__init__()
        self.uses, self.schema, self.fragments = uses, schema, fragments
        self.info = TypeInfo(schema)

    def collect(self, node: Node) -> None:
        visit(node, TypeInfoVisitor(self.info, self))

    def use(self, coordinate: str, node: Node) -> None:
        self.uses.sure.setdefault(coordinate, []).append(node)

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent, name = self.info.get_parent_type(), node.name.value
        if parent is None or name.startswith("__"):
            return
        self.use(parent.name, node)
        self.use(f"{parent.name}.{name}", node)
        if isinstance(parent, GraphQLInterfaceType):
            for type_ in self.schema.get_possible_types(parent):
                # The rules of the object's own field hold, too.
                self.use(f"{type_.name}.{name}", node)
        returned = get_named_type(self.info.get_type())
        if returned is not None:
            self.use(returned.name, node)

    def enter_argument(self, node: ArgumentNode, *_: object) -> None:
        directive, parent, field_ = (
            self.info.get_directive(),
            self.info.get_parent_type(),
            self.info.get_field_def(),
        )
        if directive is not None:
            self.use(f"@{directive.name}({node.name.value}:)", node)
        elif parent is not None and field_ is not None and field_.ast_node is not None:
            self.use(f"{parent.name}.{field_.ast_node.name.value}({node.name.value}:)", node)
        self.of_input(self.info.get_input_type(), node)

    def of_input(self, type_: object, node: Node) -> None:
        named = get_named_type(type_) if type_ is not None else None  # type: ignore[call-overload]
        if named is not None:
            self.use(named.name, node)

    def enter_object_field(self, node: ObjectFieldNode, *_: object) -> None:
        parent = get_named_type(self.info.get_parent_input_type())
        if parent is not None:
            self.use(f"{parent.name}.{node.name.value}", node)
        self.of_input(self.info.get_input_type(), node)

    def enter_enum_value(self, node: EnumValueNode, *_: object) -> None:
        type_ = get_named_type(self.info.get_input_type())
        if type_ is not None:
            self.use(f"{type_.name}.{node.value}", node)

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        self.use(f"@{node.name.value}", node)

    def enter_inline_fragment(self, node: InlineFragmentNode, *_: object) -> None:
        if node.type_condition is not None:
            self.of_fragment(node.type_condition.name.value, node)

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
        fragment = self.fragments.get(node.name.value)
        if fragment is not None:
            self.of_fragment(fragment.type_condition.name.value, node)

    def of_fragment(self, name: str, node: Node) -> None:
        self.use(name, node)
        parent = self.info.get_parent_type()
        if parent is not None and parent.name != name:
            self.use(f"{parent.name}|{name}", node)
            self.use(f"{name}|{parent.name}", node)

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: object) -> None:
        type_ = type_from_ast(self.schema, node.type)
        if type_ is not None:
            named = get_named_type(type_)
            for coordinate in (named.name, *_inside(named, set())):
                self.uses.possible.setdefault(coordinate, []).append(node)


def _inside(type_: GraphQLNamedType, seen: set[str]) -> Iterator[str]:
    """Everything that a value of an input type may hold."""
    if type_.name in seen:
        return
    seen.add(type_.name)
    if isinstance(type_, GraphQLEnumType):
        yield from (f"{type_.name}.{value}" for value in type_.values)
    elif isinstance(type_, GraphQLInputObjectType):
        for name, input_ in type_.fields.items():
            yield f"{type_.name}.{name}"
            inner = get_named_type(input_.type)
            yield inner.name
            yield from _inside(inner, seen)
