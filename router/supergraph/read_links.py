"""Schema definition → the features it links, so that their types and directives can be told apart.

``@link(url: "https://specs.apollo.dev/join/v0.5")`` names the feature ``join``: ``@join__type`` and
``join__Graph`` are its own. Join spec v0.1 and v0.2 documents say ``@core(feature: …)`` instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    ConstDirectiveNode,
    DocumentNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    Visitor,
    visit,
)

from .errors import SupergraphError
from .read_directives import checked, directive_arguments


@dataclass(frozen=True, slots=True)
class Features:
    """Names in the document by the feature's own names: ``inaccessible`` may be imported as ``hidden``."""

    prefixes: frozenset[str]
    directives: frozenset[str]
    types: frozenset[str]
    inaccessible: str
    context: str
    join_version: str

    def owns_directive(self, name: str) -> bool:
        """Whether a directive belongs to a linked feature."""
        return name in self.directives or name.split("__", 1)[0] in self.prefixes

    def owns_type(self, name: str) -> bool:
        """Whether a type belongs to a linked feature."""
        prefix, mark, _ = name.partition("__")
        return name in self.types or (bool(mark) and prefix in self.prefixes)


def read_features(document: DocumentNode) -> Features:
    """Collect the linked features of a supergraph document."""
    prefixes, directives, types = {"join", "link", "core"}, set[str](), set[str]()
    inaccessible, context, version = "inaccessible", "context", ""
    for arguments in _links(document):
        name, release = _identity(str(arguments.get("url") or arguments.get("feature") or ""))
        alias = arguments.get("as") or name
        prefixes.add(alias)
        version = release if name == "join" else version
        inaccessible = alias if name == "inaccessible" else inaccessible
        context = alias if name == "context" else context
        for item, local in _imports(arguments):
            (directives if local.startswith("@") else types).add(local.lstrip("@"))
            inaccessible = local[1:] if (name, item) == ("inaccessible", "@inaccessible") else inaccessible
            context = local[1:] if (name, item) == ("context", "@context") else context
    return Features(
        frozenset(prefixes), frozenset(directives), frozenset(types), inaccessible, context, version
    )


def directive_names(document: DocumentNode) -> dict[str, str]:
    """Map each linked directive's name in this document to its own: ``{"auth": "authenticated"}``.

    What no link renames is called as it is, and maps to itself.
    """
    names = {local: own for local, own, _ in linked_directives(document)}
    renamed = set(names.values())
    return {d: d for d in _applied_names(document) if d not in renamed} | names


def linked_directives(document: DocumentNode) -> Iterator[tuple[str, str, str]]:
    """Give each linked directive's name in this document, its own, and the URL of the link that brings it."""
    for arguments in _links(document):
        url = str(arguments.get("url") or arguments.get("feature") or "")
        name, _ = _identity(url)
        yield str(arguments.get("as") or name), name, url
        for item, local in _imports(arguments):
            if item.startswith("@"):
                yield local.lstrip("@"), item[1:], url


def _applied_names(document: DocumentNode) -> set[str]:
    found: set[str] = set()

    class Collect(Visitor):
        def enter_directive(self, node: ConstDirectiveNode, *_: object) -> None:
            found.add(node.name.value)

    visit(document, Collect())
    return found


def _links(document: DocumentNode) -> Iterator[dict[str, Any]]:
    for definition in document.definitions:
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode):
            for directive in definition.directives:
                if directive.name.value in ("link", "core"):
                    yield checked(directive.name.value, directive_arguments(directive))


def _identity(url: str) -> tuple[str, str]:
    parts = url.rstrip("/").split("/")
    if len(parts) > 1 and parts[-1][:1] == "v" and parts[-1][1:2].isdigit():
        return parts[-2], parts[-1]
    return parts[-1], ""


def _imports(arguments: dict[str, Any]) -> Iterator[tuple[str, str]]:
    imported = arguments.get("import", ())
    if not isinstance(imported, list | tuple):
        raise SupergraphError(f"A feature imports {imported!r}, which is no list.")
    for item in imported:
        if isinstance(item, dict):
            yield str(item.get("name")), str(item.get("as") or item.get("name"))
        else:
            yield str(item), str(item)
