"""SDL → what clients see, with the access rules that introspection doesn't show.

Enters: supergraph SDL, or the SDL of any schema. Leaves: an ``Api``. Errors: ``ApiError`` (INVALID_SCHEMA).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    EnumTypeDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    Node,
    TypeDefinitionNode,
    TypeExtensionNode,
    build_ast_schema,
    parse,
    validate_schema,
)

from ..supergraph import SupergraphError, api_schema, directive_arguments, directive_names, read_supergraph
from .adopt_extensions import adopt_extensions
from .costs import Cost, read_costs

ACCESS = ("authenticated", "requiresScopes", "policy")
Alternatives = frozenset[frozenset[str]]
"""Sets of scopes (or policies) of which one must be held in full: an OR of ANDs."""


class ApiError(Exception):
    """The text describes no schema."""

    code = "INVALID_SCHEMA"


@dataclass(frozen=True, slots=True)
class Access:
    """Who may read an element."""

    authenticated: bool = False
    scopes: Alternatives = frozenset()
    policies: Alternatives = frozenset()


@dataclass(frozen=True, slots=True)
class Api:
    """An API schema; ``access`` and ``costs`` by the coordinates of elements that bear a rule."""

    schema: GraphQLSchema
    access: Mapping[str, Access]
    costs: Mapping[str, Cost]
    one_of: frozenset[str]
    places: bool
    """Whether nodes know their place in the text."""


def read_api(sdl: str) -> Api:
    """Read SDL; raise ApiError."""
    try:
        document = adopt_extensions(parse(sdl))
        if _is_supergraph(document):
            schema, places = api_schema(read_supergraph(sdl)), False
        else:
            schema, places = build_ast_schema(document, assume_valid_sdl=True), True
    except GraphQLError as error:
        at = f" (line {error.locations[0].line})" if error.locations else ""
        raise ApiError(f"{error.message}{at}") from None
    except (SupergraphError, TypeError, ValueError, RecursionError) as error:
        raise ApiError(str(error)) from None
    if problems := validate_schema(schema):
        raise ApiError(" ".join(problem.message for problem in problems))
    return Api(schema, dict(_access(document)), read_costs(document), frozenset(_one_of(document)), places)


def _is_supergraph(document: DocumentNode) -> bool:
    return any(
        isinstance(d, EnumTypeDefinitionNode) and d.name.value == "join__Graph" for d in document.definitions
    )


def _one_of(document: DocumentNode) -> Iterator[str]:
    for node in _types(document):
        if any(d.name.value == "oneOf" for d in node.directives):
            yield node.name.value


def _types(document: DocumentNode) -> Iterator[TypeDefinitionNode | TypeExtensionNode]:
    return (d for d in document.definitions if isinstance(d, TypeDefinitionNode | TypeExtensionNode))


def _access(document: DocumentNode) -> Iterator[tuple[str, Access]]:
    names = {local: name for local, name in directive_names(document).items() if name in ACCESS}
    for node in _types(document):
        for coordinate, element in _elements(node):
            found = _rule(element, names)
            if found != Access():
                yield coordinate, found


def _elements(node: TypeDefinitionNode | TypeExtensionNode) -> Iterator[tuple[str, Node]]:
    yield node.name.value, node
    for field in getattr(node, "fields", ()):
        yield f"{node.name.value}.{field.name.value}", field


def _rule(element: Node, names: Mapping[str, str]) -> Access:
    said: dict[str, dict[str, object]] = {
        names[d.name.value]: directive_arguments(d)
        for d in element.directives  # type: ignore[attr-defined]
        if d.name.value in names
    }
    return Access(
        "authenticated" in said,
        _alternatives(said.get("requiresScopes", {}).get("scopes")),
        _alternatives(said.get("policy", {}).get("policies")),
    )


def _alternatives(value: object) -> Alternatives:
    if not isinstance(value, list):
        return frozenset()
    found = frozenset(frozenset(map(str, all_of)) for all_of in value if isinstance(all_of, list))
    return frozenset() if frozenset() in found else found  # one that asks for nothing lets everybody in
