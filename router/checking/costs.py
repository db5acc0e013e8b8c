"""``@cost`` and ``@listSize``, by which some routers limit operations; introspection doesn't show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import DocumentNode, InputValueDefinitionNode, Node, TypeDefinitionNode, TypeExtensionNode

from ..supergraph import directive_arguments, directive_names

NAMES = ("cost", "listSize")


@dataclass(frozen=True, slots=True)
class Cost:
    """What an element costs. ``weight`` is None where nothing is said; so are the parts of ``@listSize``.

    ``one_of`` are the slicing arguments of which an operation must give exactly one.
    """

    weight: int | None = None
    assumed_size: int | None = None
    sizing: frozenset[str] = frozenset()
    one_of: frozenset[str] = frozenset()


def read_costs(document: DocumentNode) -> dict[str, Cost]:
    """Read the costs of all elements, by coordinate; those without any are left out."""
    names = {local: name for local, name in directive_names(document).items() if name in NAMES}
    found = {c: _cost(node, names) for c, node in _elements(document)} if names else {}
    return {coordinate: cost for coordinate, cost in found.items() if cost != Cost()}


def _elements(document: DocumentNode) -> Iterator[tuple[str, Node]]:
    for node in document.definitions:
        if isinstance(node, TypeDefinitionNode | TypeExtensionNode):
            yield node.name.value, node
            for field in getattr(node, "fields", ()):
                yield f"{node.name.value}.{field.name.value}", field
                for argument in () if isinstance(field, InputValueDefinitionNode) else field.arguments:
                    yield f"{node.name.value}.{field.name.value}({argument.name.value}:)", argument


def _cost(element: Node, names: Mapping[str, str]) -> Cost:
    said: dict[str, dict[str, object]] = {
        names[d.name.value]: directive_arguments(d)
        for d in element.directives  # type: ignore[attr-defined]
        if d.name.value in names
    }
    size = said.get("listSize", {})
    slicing = _texts(size.get("slicingArguments"))
    one_of = slicing if size.get("requireOneSlicingArgument") is not False else frozenset[str]()
    sizing = slicing | _texts(size.get("sizedFields"))
    return Cost(_number(said.get("cost", {}).get("weight")), _number(size.get("assumedSize")), sizing, one_of)


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _texts(value: object) -> frozenset[str]:
    return frozenset(map(str, value)) if isinstance(value, list) else frozenset()
