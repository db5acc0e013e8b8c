"""A text → the document that graphql-core's parser makes of it, without places; None, where it is to decide.

Reads what clients send nearly always: operations and fragments. Left to graphql-core are mistakes (it writes
the messages), block strings, escapes in strings, descriptions, type definitions, and what is nested very
deep. Tests compare the two.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from graphql import (
    BooleanValueNode,
    DefinitionNode,
    DirectiveNode,
    DocumentNode,
    EnumValueNode,
    FloatValueNode,
    FragmentDefinitionNode,
    InlineFragmentNode,
    IntValueNode,
    ListTypeNode,
    ListValueNode,
    NamedTypeNode,
    NonNullTypeNode,
    NullValueNode,
    ObjectFieldNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    StringValueNode,
    TypeNode,
    ValueNode,
    VariableDefinitionNode,
)

from .nodes import ArgumentNode, FieldNode, FragmentSpreadNode, NameNode, SelectionSetNode, VariableNode
from .tokens import END, read_tokens

MAX_DEPTH = 100
"""Selection sets, values and types inside one another. graphql-core's parser ends at twice as many."""

KINDS = {kind.value: kind for kind in OperationType}
CONSTANTS: dict[str, Callable[[], ValueNode]] = {
    "true": lambda: BooleanValueNode(value=True),
    "false": lambda: BooleanValueNode(value=False),
    "null": NullValueNode,
}
NUMBER_STARTS = frozenset("-0123456789")

T = TypeVar("T")


class NotRead(Exception):
    """Something that graphql-core's parser has to look at."""


def parse_operations(text: str, max_tokens: int | None = None) -> DocumentNode | None:
    """Parse a document of operations; None if graphql-core's parser has to."""
    tokens = read_tokens(text)
    if max_tokens is not None and len(tokens) - 1 + text.count("#") > max_tokens:  # comments count too
        return None
    tokens.reverse()
    try:
        return DocumentNode(definitions=_Reader(tokens).definitions())
    except (NotRead, IndexError):  # IndexError: it ends where something must follow
        return None


class _Reader:
    """Takes tokens from the end of a list, which is the beginning of the text."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._take = tokens.pop
        self._depth = 0
        self._names: dict[str, NameNode] = {}
        self._leaves: dict[str, FieldNode] = {}
        """Fields that are a name alone: each is made once."""

    def definitions(self) -> list[DefinitionNode]:
        found = [self._definition(self._take())]
        while self._tokens[-1] != END:
            found.append(self._definition(self._take()))
        if len(self._tokens) > 1:
            raise NotRead
        return found

    def _definition(self, token: str) -> DefinitionNode:
        if token == "{":
            return self._operation(OperationType.QUERY, None, (), ())
        if token == "fragment":
            return self._fragment_definition()
        if token not in KINDS:
            raise NotRead
        name = self._name(self._take()) if self._tokens[-1].isidentifier() else None
        variables = self._listed("(", self._variable_definition, ")")
        directives = self._directives(constant=False)
        self._expect("{")
        return self._operation(KINDS[token], name, variables, directives)

    def _operation(
        self,
        kind: OperationType,
        name: NameNode | None,
        variables: tuple[VariableDefinitionNode, ...],
        directives: tuple[DirectiveNode, ...],
    ) -> OperationDefinitionNode:
        return OperationDefinitionNode(
            operation=kind,
            name=name,
            variable_definitions=variables,
            directives=directives,
            selection_set=self._selection_set(),
        )

    def _fragment_definition(self) -> FragmentDefinitionNode:
        name = self._fragment_name(self._take())
        self._expect("on")
        condition = NamedTypeNode(name=self._name(self._take()))
        directives = self._directives(constant=False)
        self._expect("{")
        return FragmentDefinitionNode(
            name=name,
            type_condition=condition,
            directives=directives,
            selection_set=self._selection_set(),
        )

    def _variable_definition(self, token: str) -> VariableDefinitionNode:
        if token != "$":
            raise NotRead
        variable = VariableNode(self._name(self._take()))
        self._expect(":")
        type_ = self._type(self._take())
        default = None
        if self._tokens[-1] == "=":
            self._take()
            default = self._value(self._take(), constant=True)
        directives = self._directives(constant=True)
        return VariableDefinitionNode(
            variable=variable, type=type_, default_value=default, directives=directives
        )

    def _type(self, token: str) -> TypeNode:
        type_: NamedTypeNode | ListTypeNode
        if token == "[":
            self._deeper()
            type_ = ListTypeNode(type=self._type(self._take()))
            self._expect("]")
            self._depth -= 1
        else:
            type_ = NamedTypeNode(name=self._name(token))
        if self._tokens[-1] == "!":
            self._take()
            return NonNullTypeNode(type=type_)
        return type_

    def _selection_set(self) -> SelectionSetNode:
        """Read to the end of a selection set, whose brace has been taken."""
        self._deeper()
        take = self._take
        selections = [self._selection(take())]
        while (token := take()) != "}":
            selections.append(self._selection(token))
        self._depth -= 1
        return SelectionSetNode(tuple(selections))

    def _selection(self, token: str) -> SelectionNode:
        if token == "...":
            return self._fragment()
        tokens = self._tokens
        alias, name = None, self._name(token)
        if tokens[-1] == ":":
            self._take()
            alias, name = name, self._name(self._take())
        arguments = self._listed("(", self._argument, ")") if tokens[-1] == "(" else ()
        directives = self._directives(constant=False) if tokens[-1] == "@" else ()
        if tokens[-1] == "{":
            self._take()
            return FieldNode(alias, name, arguments, directives, self._selection_set())
        if alias or arguments or directives:
            return FieldNode(alias, name, arguments, directives, None)
        leaf = self._leaves.get(token)
        if leaf is None:
            leaf = self._leaves[token] = FieldNode(None, name, (), (), None)
        return leaf

    def _fragment(self) -> FragmentSpreadNode | InlineFragmentNode:
        condition = None
        if self._tokens[-1] == "on":
            self._take()
            condition = NamedTypeNode(name=self._name(self._take()))
        elif self._tokens[-1].isidentifier():
            name = self._fragment_name(self._take())
            return FragmentSpreadNode(name, self._directives(constant=False))
        directives = self._directives(constant=False)
        self._expect("{")
        return InlineFragmentNode(
            type_condition=condition, directives=directives, selection_set=self._selection_set()
        )

    def _fragment_name(self, token: str) -> NameNode:
        if token == "on":
            raise NotRead
        return self._name(token)

    def _directives(self, *, constant: bool) -> tuple[DirectiveNode, ...]:
        found: list[DirectiveNode] = []
        argument = self._constant_argument if constant else self._argument
        while self._tokens[-1] == "@":
            self._take()
            name = self._name(self._take())
            found.append(DirectiveNode(name=name, arguments=self._listed("(", argument, ")")))
        return tuple(found)

    def _argument(self, token: str) -> ArgumentNode:
        name = self._name(token)
        self._expect(":")
        return ArgumentNode(name, self._value(self._take(), constant=False))

    def _constant_argument(self, token: str) -> ArgumentNode:
        name = self._name(token)
        self._expect(":")
        return ArgumentNode(name, self._value(self._take(), constant=True))

    def _value(self, token: str, *, constant: bool) -> ValueNode:
        if token == "$" and not constant:
            return VariableNode(self._name(self._take()))
        if token == "[":
            return self._list(constant=constant)
        if token == "{":
            return self._object(constant=constant)
        if token.isidentifier():
            return CONSTANTS[token]() if token in CONSTANTS else EnumValueNode(value=token)
        if token[:1] == '"':
            return StringValueNode(value=token[1:-1], block=False)
        if token[:1] in NUMBER_STARTS:
            return IntValueNode(value=token) if token.lstrip("-").isdigit() else FloatValueNode(value=token)
        raise NotRead

    def _list(self, *, constant: bool) -> ListValueNode:
        self._deeper()
        values: list[ValueNode] = []
        while (token := self._take()) != "]":
            values.append(self._value(token, constant=constant))
        self._depth -= 1
        return ListValueNode(values=values)

    def _object(self, *, constant: bool) -> ObjectValueNode:
        self._deeper()
        fields: list[ObjectFieldNode] = []
        while (token := self._take()) != "}":
            name = self._name(token)
            self._expect(":")
            fields.append(ObjectFieldNode(name=name, value=self._value(self._take(), constant=constant)))
        self._depth -= 1
        return ObjectValueNode(fields=fields)

    def _listed(self, opening: str, item: Callable[[str], T], closing: str) -> tuple[T, ...]:
        """Read items between two marks, if the first stands here; there must be one at least."""
        if self._tokens[-1] != opening:
            return ()
        self._take()
        items = [item(self._take())]
        while (token := self._take()) != closing:
            items.append(item(token))
        return tuple(items)

    def _name(self, token: str) -> NameNode:
        found = self._names.get(token)
        if found is None:
            if not token.isidentifier():
                raise NotRead
            found = self._names[token] = NameNode(token)
        return found

    def _expect(self, wanted: str) -> None:
        if self._take() != wanted:
            raise NotRead

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise NotRead
