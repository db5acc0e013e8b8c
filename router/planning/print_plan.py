"""Query plan → the text grammar that federation routers share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from graphql import (
    FieldNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    print_ast,
)

from .build_tree import plan_tree
from .plan import (
    Fetch,
    FetchNode,
    Outline,
    ParallelNode,
    PartOutline,
    Path,
    PathItems,
    PlanNode,
    QueryPlan,
    Representation,
    RepresentationField,
    SequenceNode,
)


def print_plan(plan: QueryPlan) -> str:
    """Print a plan: ``QueryPlan { Fetch(service: "a") { … } }``, indented by two spaces."""
    lines = plan_lines(plan)
    if not lines:
        return "QueryPlan {}\n"
    return "\n".join(["QueryPlan {", *_indented(lines), "}"]) + "\n"


def plan_lines(plan: QueryPlan) -> list[str]:
    """Print what stands inside ``QueryPlan { … }``."""
    tree = plan_tree(plan)
    if plan.outline is not None:
        return list(_DeferPrinter(plan.outline).lines(0, plan.outline.text, tree))
    if tree is None:
        return []
    return list(_subscription(plan) if plan.kind == "subscription" else _node(tree))


def subscription_rest(plan: QueryPlan) -> PlanNode | None:
    """What runs for each event of a subscription: the tree without the stream."""
    tree = plan_tree(plan)
    if not isinstance(tree, SequenceNode):
        return None
    rest = tree.nodes[1:]
    return rest[0] if len(rest) == 1 else SequenceNode(rest)


def _subscription(plan: QueryPlan) -> Iterator[str]:
    yield "Subscription {"
    yield "  Primary: {"
    yield from _indented(_fetch(plan.fetches[0]), 2)
    yield "  },"
    rest = subscription_rest(plan)
    if rest is not None:
        yield "  Rest: {"
        yield from _indented(_node(rest), 2)
        yield "  }"
    yield "}"


class _DeferPrinter:
    """Prints a ``Defer`` node, nested as the parts are."""

    def __init__(self, outline: Outline) -> None:
        self._parts = outline.parts
        self._named = frozenset(number for part in outline.parts for number in part.depends_on)

    def lines(self, number: int, text: str, tree: PlanNode | None) -> Iterator[str]:
        """Print the first answer of part ``number``, then what is deferred inside it."""
        yield "Defer {"
        yield "  Primary {"
        yield from _indented(self._group(text, tree), 2)
        yield "  }, ["
        for part in self._parts:
            if part.parent == number:
                yield from _indented(self._part(part), 2)
        yield "  ]"
        yield "},"

    def _part(self, part: PartOutline) -> Iterator[str]:
        label = "" if part.label is None else f', label: "{part.label}"'
        depends = ", ".join(map(str, part.depends_on))
        yield f'Deferred(depends: [{depends}], path: "{".".join(part.path)}"{label}) {{'
        if any(other.parent == part.id for other in self._parts):
            yield from _indented(self.lines(part.id, part.text, part.tree))
        else:
            yield from _indented(self._group(part.text, part.tree))
        yield "},"

    def _group(self, text: str, tree: PlanNode | None) -> Iterator[str]:
        *lines, last = _pretty(text)
        yield from lines
        yield last + (":" if tree else "")
        if tree is not None:
            yield from _node(tree, self._named)


def _node(node: PlanNode, named: Set[int] = frozenset()) -> Iterator[str]:
    match node:
        case FetchNode(fetch=fetch):
            yield from _fetch(fetch, named)
        case SequenceNode(nodes=nodes):
            yield from _block("Sequence {", nodes, named)
        case ParallelNode(nodes=nodes):
            yield from _block("Parallel {", nodes, named)


def _block(head: str, nodes: Iterable[PlanNode], named: Set[int]) -> Iterator[str]:
    yield head
    for node in nodes:
        yield from _indented(_node(node, named))
    yield "},"


def _fetch(fetch: Fetch, named: Set[int] = frozenset()) -> Iterator[str]:
    if fetch.path:
        yield f'Flatten(path: "{path_text(fetch.path)}") {{'
        yield from _indented(_bare_fetch(fetch, named))
        yield "},"
    else:
        yield from _bare_fetch(fetch, named)


def _bare_fetch(fetch: Fetch, named: Set[int]) -> Iterator[str]:
    number = f", id: {fetch.id}" if fetch.id in named else ""
    yield f'Fetch(service: "{fetch.service}"{number}) {{'
    if fetch.requires:
        yield "  {"
        yield from _indented((line for r in fetch.requires for line in _representation(r)), 2)
        yield "  } =>"
    yield from _indented(_document(fetch))
    yield "},"


def path_text(path: Path) -> str:
    """Print a path: ``products.@.brand``."""
    return ".".join("@" if isinstance(e, PathItems) else e.name for e in path)


def _representation(item: Representation) -> Iterator[str]:
    for on in _type_conditions(item):
        yield f"... on {on} {{" if on else "{"
        yield "  __typename"
        yield from _indented(line for f in item.fields for line in _field(f))
        yield "}"


def _type_conditions(item: Representation) -> list[str]:
    if item.typename:
        return [item.typename]
    return sorted(item.on or ())


def _field(item: RepresentationField) -> Iterator[str]:
    if item.selections is None:
        yield item.name
        return
    yield f"{item.name} {{"
    for share in item.selections:
        if share.on is None:
            yield from _indented(line for f in share.fields for line in _field(f))
        else:
            yield from _indented(_representation(share))
    yield "}"


def _document(fetch: Fetch) -> list[str]:
    return print_ast(_selection_set(fetch)).splitlines()


def _pretty(text: str) -> list[str]:
    return print_ast(parse(text, no_location=True)).splitlines()


def _selection_set(fetch: Fetch) -> SelectionSetNode:
    definition = parse(fetch.document, no_location=True).definitions[0]
    assert isinstance(definition, OperationDefinitionNode)
    if not fetch.requires:
        return definition.selection_set
    entities = definition.selection_set.selections[0]
    assert isinstance(entities, FieldNode)
    assert entities.selection_set
    return entities.selection_set


def _indented(lines: Iterable[str], levels: int = 1) -> Iterator[str]:
    return ("  " * levels + line for line in lines)
