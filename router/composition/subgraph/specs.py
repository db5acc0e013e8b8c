"""The specifications composition knows, by identity and version: their directives and types as SDL.

Names are the specification's own (``@key``, ``FieldSet``); ``links.py`` tells what a schema calls them.
https://specs.apollo.dev describes each.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

from graphql import DirectiveDefinitionNode, TypeDefinitionNode, parse

Version: TypeAlias = tuple[int, int]

SPECS = "https://specs.apollo.dev/"
FEDERATION = SPECS + "federation"
LINK = SPECS + "link"
CORE = SPECS + "core"
CONNECT = SPECS + "connect"
JOIN = SPECS + "join"

LATEST_FEDERATION: Version = (2, 14)

_TAGGED = (
    "FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE"
    " | INPUT_OBJECT | INPUT_FIELD_DEFINITION"
)
_AUTH = "FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM"
_INACCESSIBLE = f"directive @inaccessible on {_TAGGED}"
_AUTHENTICATED = f"directive @authenticated on {_AUTH}"
_SCOPES = f"directive @requiresScopes(scopes: [[Scope!]!]!) on {_AUTH} scalar Scope"
_POLICY = f"directive @policy(policies: [[Policy!]!]!) on {_AUTH} scalar Policy"
_CONTEXT = """
directive @context(name: String!) repeatable on INTERFACE | OBJECT | UNION
directive @fromContext(field: ContextFieldValue) on ARGUMENT_DEFINITION
scalar ContextFieldValue
"""
_COST = """
directive @cost(weight: Int!) on
  ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!],
  requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
"""
_CACHE_TAG = "directive @cacheTag(format: String!) repeatable on OBJECT | FIELD_DEFINITION"
_CONNECT = """
directive @connect(source: String, id: String, http: ConnectHTTP, batch: ConnectBatch,
  errors: ConnectorErrors, selection: JSONSelection!, entity: Boolean = false,
  isSuccess: JSONSelection) repeatable on FIELD_DEFINITION | OBJECT
directive @source(name: String!, http: SourceHTTP!, errors: ConnectorErrors, isSuccess: JSONSelection)
  repeatable on SCHEMA
scalar URLPathTemplate
scalar JSONSelection
input ConnectorErrors { message: JSONSelection extensions: JSONSelection }
input HTTPHeaderMapping { name: String! from: String value: String }
input ConnectBatch { maxSize: Int }
input SourceHTTP { baseURL: String! headers: [HTTPHeaderMapping!] path: JSONSelection
  queryParams: JSONSelection }
input ConnectHTTP { GET: URLPathTemplate POST: URLPathTemplate PUT: URLPathTemplate PATCH: URLPathTemplate
  DELETE: URLPathTemplate body: JSONSelection headers: [HTTPHeaderMapping!] path: JSONSelection
  queryParams: JSONSelection }
"""

# Of one specification, each line adds to or replaces what the lines before it define.
_KNOWN: dict[str, tuple[tuple[Version, str], ...]] = {
    FEDERATION: (
        (
            (2, 0),
            f"""
directive @key(fields: FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
directive @requires(fields: FieldSet!) on FIELD_DEFINITION
directive @provides(fields: FieldSet!) on FIELD_DEFINITION
directive @external(reason: String) on OBJECT | FIELD_DEFINITION
directive @tag(name: String!) repeatable on {_TAGGED}
directive @extends on OBJECT | INTERFACE
directive @shareable on OBJECT | FIELD_DEFINITION
{_INACCESSIBLE}
directive @override(from: String!) on FIELD_DEFINITION
scalar FieldSet""",
        ),
        ((2, 1), "directive @composeDirective(name: String) repeatable on SCHEMA"),
        ((2, 2), "directive @shareable repeatable on OBJECT | FIELD_DEFINITION"),
        (
            (2, 3),
            f"""
directive @interfaceObject on OBJECT
directive @tag(name: String!) repeatable on {_TAGGED} | SCHEMA""",
        ),
        ((2, 5), _AUTHENTICATED + " " + _SCOPES),
        ((2, 6), _POLICY),
        ((2, 7), "directive @override(from: String!, label: String) on FIELD_DEFINITION"),
        ((2, 8), _CONTEXT),
        ((2, 9), _COST),
        ((2, 12), _CACHE_TAG),
    ),
    LINK: (
        (
            (1, 0),
            """
directive @link(url: String, as: String, for: Purpose, import: [Import]) repeatable on SCHEMA
enum Purpose { SECURITY EXECUTION }
scalar Import""",
        ),
    ),
    CORE: (
        ((0, 1), "directive @core(feature: String!, as: String) repeatable on SCHEMA"),
        (
            (0, 2),
            """
directive @core(feature: String!, as: String, for: Purpose) repeatable on SCHEMA
enum Purpose { SECURITY EXECUTION }""",
        ),
    ),
    SPECS + "tag": (
        ((0, 1), "directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | UNION"),
        ((0, 2), f"directive @tag(name: String!) repeatable on {_TAGGED}"),
        ((0, 3), f"directive @tag(name: String!) repeatable on {_TAGGED} | SCHEMA"),
    ),
    SPECS + "inaccessible": (
        ((0, 1), "directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION"),
        ((0, 2), _INACCESSIBLE),
    ),
    SPECS + "authenticated": (((0, 1), _AUTHENTICATED),),
    SPECS + "requiresScopes": (((0, 1), _SCOPES),),
    SPECS + "policy": (((0, 1), _POLICY),),
    SPECS + "context": (((0, 1), _CONTEXT),),
    SPECS + "cost": (((0, 1), _COST),),
    CONNECT: tuple(((0, minor), _CONNECT) for minor in (1, 2, 3, 4)),
}

FEDERATION_1 = """
directive @key(fields: _FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
directive @requires(fields: _FieldSet!) on FIELD_DEFINITION
directive @provides(fields: _FieldSet!) on FIELD_DEFINITION
directive @external(reason: String) on OBJECT | FIELD_DEFINITION
directive @extends on OBJECT | INTERFACE
directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
  | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION
scalar _FieldSet
"""


class Spec:
    """A specification at one version: its directives and its types, by name."""

    __slots__ = ("directives", "types")

    def __init__(self, *texts: str) -> None:
        self.directives: dict[str, DirectiveDefinitionNode] = {}
        self.types: dict[str, TypeDefinitionNode] = {}
        for text in texts:
            for node in parse(text, no_location=True).definitions:
                if isinstance(node, DirectiveDefinitionNode):
                    self.directives[node.name.value] = node
                elif isinstance(node, TypeDefinitionNode):
                    self.types[node.name.value] = node

    def elements(self) -> set[str]:
        """Name what can be imported."""
        return {"@" + name for name in self.directives} | set(self.types)


def is_known(identity: str) -> bool:
    """Whether composition knows the specification, whatever the version."""
    return identity in _KNOWN


@lru_cache(maxsize=256)
def spec(identity: str, version: Version) -> Spec | None:
    """Give a known specification at a version; None if there is no such version."""
    steps = _KNOWN.get(identity, ())
    if not _has_version(identity, steps, version):
        return None
    return Spec(*(text for since, text in steps if since <= version))


@lru_cache(maxsize=1)
def federation_1() -> Spec:
    """Give the directives that a subgraph without ``@link`` may use."""
    return Spec(FEDERATION_1)


def _has_version(identity: str, steps: tuple[tuple[Version, str], ...], version: Version) -> bool:
    if identity == FEDERATION:
        return (2, 0) <= version <= LATEST_FEDERATION
    return any(since == version for since, _ in steps)
