"""What a subgraph calls a type by a name of its own, where the supergraph's (``Query``) is another.

The join specification has no place for it. So composition adds an optional one, which other routers ignore:

    schema @link(url: "https://specs.waybill.dev/waybill/v0.1")
    directive @waybill__name(graph: join__Graph!, name: String!) repeatable on OBJECT
    type Query @join__type(graph: A) @waybill__name(graph: A, name: "Reads") { … }

Enters: a supergraph document. Leaves: for each value of join__Graph, types' names → what it calls them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from graphql import DocumentNode, TypeDefinitionNode

from .errors import SupergraphError
from .read_directives import applied
from .read_links import linked_directives

OWN_NAMES_URL = "https://specs.waybill.dev/waybill/v0.1"

OwnNames: TypeAlias = dict[str, dict[str, str]]

_NAME = re.compile("[_A-Za-z][_0-9A-Za-z]*")


def read_own_names(
    document: DocumentNode, definitions: Sequence[TypeDefinitionNode], graphs: Mapping[str, str]
) -> OwnNames:
    """Read the names; none without the link. SupergraphError where one is no name, or two types'."""
    names: OwnNames = {}
    for directive in _directives(document):
        for definition in definitions:
            for said in applied(definition, directive):
                _check(definition.name.value, said["name"], said["graph"], graphs)
                names.setdefault(said["graph"], {})[definition.name.value] = said["name"]
    for graph, found in names.items():
        if len(set(found.values())) < len(found):
            raise SupergraphError(f"Two types have one name of their own in the graph {graph}: {found}.")
    return names


def _directives(document: DocumentNode) -> Iterator[str]:
    """What the directive is called: the link may bring it under another prefix."""
    prefixes = {local for local, _, url in linked_directives(document) if url == OWN_NAMES_URL}
    yield from (f"{prefix}__name" for prefix in prefixes)


def _check(type_: str, name: object, graph: object, graphs: Mapping[str, str]) -> None:
    """Refuse what would not be a name in the operations that the subgraph gets."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise SupergraphError(f"{type_}: a subgraph can't call it {name!r}, which is no name.")
    if graph not in graphs:
        raise SupergraphError(f"{type_}: a name is said of the graph {graph}, which join__Graph lacks.")
