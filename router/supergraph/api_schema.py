"""Supergraph → the schema that clients see: no machinery, nothing inaccessible."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from graphql import (
    DefinitionNode,
    DirectiveDefinitionNode,
    DirectiveLocation,
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLDirective,
    GraphQLError,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLString,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    NamedTypeNode,
    Node,
    ObjectTypeDefinitionNode,
    SchemaDefinitionNode,
    TypeDefinitionNode,
    UnionTypeDefinitionNode,
    build_ast_schema,
    print_ast,
    validate_schema,
)

from .cyclic_defaults import drop_cyclic_defaults
from .errors import SupergraphError
from .model import Supergraph
from .read_links import Features, read_features

# Applied directives that introspection shows; all others mean nothing to clients.
KEPT = frozenset({"deprecated", "specifiedBy", "oneOf"})

DEFER = GraphQLDirective(
    "defer",
    [DirectiveLocation.FRAGMENT_SPREAD, DirectiveLocation.INLINE_FRAGMENT],
    args={
        "if": GraphQLArgument(GraphQLNonNull(GraphQLBoolean), default_value=True),
        "label": GraphQLArgument(GraphQLString),
    },
    description="Deliver the fragment later, when the rest of the response has been sent.",
)

SENT_INLINE = frozenset({DirectiveLocation.FRAGMENT_SPREAD, DirectiveLocation.FRAGMENT_DEFINITION})

NodeT = TypeVar("NodeT", bound=Node)


def api_schema(supergraph: Supergraph, *, defer: bool = False) -> GraphQLSchema:
    """Build the API schema; with ``defer`` it knows the ``@defer`` directive."""
    document = _api_document(supergraph)
    try:
        schema = _built(document)
    except SupergraphError:
        if not drop_cyclic_defaults(document):
            raise
        schema = _built(document)
    # The first request would find them otherwise, and every one after it. graphql-core remembers the outcome.
    if problems := validate_schema(schema):
        raise SupergraphError(
            "The supergraph makes no valid API schema: " + " ".join(p.message for p in problems)
        )
    if defer and not schema.get_directive("defer"):
        schema.directives = (*schema.directives, DEFER)
    for directive in schema.directives:
        directive.locations = _carried(directive.locations)
    schema.directives = tuple(directive for directive in schema.directives if directive.locations)
    return schema


def _carried(locations: tuple[DirectiveLocation, ...]) -> tuple[DirectiveLocation, ...]:
    """The places of a directive from which it gets to subgraphs.

    Fragments are sent as inline ones: where a directive can't stand at these, it is refused at the others,
    and not left out in silence.
    """
    if DirectiveLocation.INLINE_FRAGMENT in locations:
        return locations
    return tuple(location for location in locations if location not in SENT_INLINE)


def _built(document: DocumentNode) -> GraphQLSchema:
    try:
        return build_ast_schema(document, assume_valid_sdl=True)
    except (GraphQLError, TypeError, ValueError, RecursionError) as error:
        raise SupergraphError(f"The supergraph makes no valid API schema: {error}") from error


def print_api_sdl(supergraph: Supergraph) -> str:
    """Print the API schema as SDL. Defaults stay as written (``[String] = "a"``)."""
    return print_ast(_api_document(supergraph)) + "\n"


def _api_document(supergraph: Supergraph) -> DocumentNode:
    hider = _Hider(read_features(supergraph.document), supergraph)
    definitions = (hider.definition(d) for d in supergraph.document.definitions)
    return DocumentNode(definitions=tuple(d for d in definitions if d is not None))


class _Hider:
    """Copies definitions without what clients may not see."""

    def __init__(self, features: Features, supergraph: Supergraph) -> None:
        self._features = features
        self._hidden = {
            d.name.value
            for d in supergraph.document.definitions
            if isinstance(d, TypeDefinitionNode) and self._is_hidden(d)
        }

    def definition(self, node: DefinitionNode) -> DefinitionNode | None:
        """Copy a definition; None leaves it out."""
        match node:
            case SchemaDefinitionNode():
                roots = tuple(r for r in node.operation_types if r.type.name.value not in self._hidden)
                return _changed(node, operation_types=roots, directives=())
            case DirectiveDefinitionNode():
                return self._directive(node)
            case TypeDefinitionNode():
                return self._type(node)
        return None

    def _directive(self, node: DirectiveDefinitionNode) -> DirectiveDefinitionNode | None:
        if self._features.owns_directive(node.name.value):
            return None
        return _changed(node, arguments=self._kept(node.arguments))

    def _type(self, node: TypeDefinitionNode) -> TypeDefinitionNode | None:
        if node.name.value in self._hidden or self._features.owns_type(node.name.value):
            return None
        copy = _changed(node, directives=self._directives(node))
        match copy:
            case ObjectTypeDefinitionNode() | InterfaceTypeDefinitionNode():
                copy.fields = tuple(self._field(f) for f in self._kept(copy.fields))
                copy.interfaces = self._named(copy.interfaces)
            case InputObjectTypeDefinitionNode():
                copy.fields = self._kept(copy.fields)
            case UnionTypeDefinitionNode():
                copy.types = self._named(copy.types)
            case EnumTypeDefinitionNode():
                copy.values = self._kept(copy.values)
        return copy

    def _field(self, node: FieldDefinitionNode) -> FieldDefinitionNode:
        node.arguments = self._kept(node.arguments)
        return node

    def _kept(self, nodes: Iterable[NodeT]) -> tuple[NodeT, ...]:
        return tuple(
            _changed(n, directives=self._directives(n))
            for n in nodes
            if not self._is_hidden(n) and not self._is_of_hidden_type(n)
        )

    def _named(self, nodes: Iterable[NamedTypeNode]) -> tuple[NamedTypeNode, ...]:
        return tuple(n for n in nodes if n.name.value not in self._hidden)

    def _is_hidden(self, node: Node) -> bool:
        return any(d.name.value == self._features.inaccessible for d in node.directives)  # type: ignore[attr-defined]

    def _is_of_hidden_type(self, node: Node) -> bool:
        if not isinstance(node, FieldDefinitionNode | InputValueDefinitionNode):
            return False
        inner = node.type
        while not isinstance(inner, NamedTypeNode):
            inner = inner.type  # type: ignore[attr-defined]
        return inner.name.value in self._hidden

    def _directives(self, node: Node) -> tuple[Node, ...]:
        return tuple(d for d in node.directives if d.name.value in KEPT)  # type: ignore[attr-defined]


def _changed(node: NodeT, **members: object) -> NodeT:
    copy = object.__new__(type(node))
    for key in node.keys:
        setattr(copy, key, getattr(node, key, None))
    copy.loc = None
    for key, value in members.items():
        setattr(copy, key, value)
    return copy
