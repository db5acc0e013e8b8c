"""Supergraph SDL (join spec v0.1–v0.5) → flat maps, and the API schema that clients see.

Enter: supergraph SDL, whoever composed it. Leave: ``Supergraph`` (what each subgraph can resolve, as frozen
maps) and graphql-core's ``GraphQLSchema`` without inaccessible elements and machinery.
"""

from .api_schema import api_schema, print_api_sdl
from .errors import SupergraphError
from .find_protected import find_protected
from .model import (
    ContextArgument,
    Key,
    RootKind,
    Subgraph,
    SubgraphField,
    SubgraphType,
    Supergraph,
    SupergraphField,
    SupergraphType,
    TypeKind,
    TypeRef,
)
from .own_names import OWN_NAMES_URL
from .read_directives import directive_arguments
from .read_links import directive_names
from .read_supergraph import read_supergraph

__all__ = [
    "OWN_NAMES_URL",
    "ContextArgument",
    "Key",
    "RootKind",
    "Subgraph",
    "SubgraphField",
    "SubgraphType",
    "Supergraph",
    "SupergraphError",
    "SupergraphField",
    "SupergraphType",
    "TypeKind",
    "TypeRef",
    "api_schema",
    "directive_arguments",
    "directive_names",
    "find_protected",
    "print_api_sdl",
    "read_supergraph",
]
