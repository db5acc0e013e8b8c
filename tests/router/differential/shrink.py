"""A case that fails → the smallest one that still fails: less of the operation, then less of the graph.

Data do not change with what is left out, as each value follows from its own place alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from copy import deepcopy
from functools import partial
from random import Random
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    Node,
    OperationDefinitionNode,
    VariableNode,
    build_schema,
    parse,
    print_ast,
    validate,
    visit,
)
from graphql.language import REMOVE, Visitor

from tests.router.differential.case import Mismatch, Servers, serve_case
from tests.router.differential.graph import Graph
from tests.router.differential.operation import RandomOperation
from tests.router.differential.print_sdl import whole_sdl
from tests.router.differential.random_graph import graph_of_seed
from tests.router.differential.run_case import check
from tests.router.differential.spelling import Spelling

REMOVABLE = ("field", "inline_fragment", "fragment_spread", "directive", "argument")
Fails = Callable[[Graph, RandomOperation], Awaitable[str | None]]


async def shrink(seed: int, found: Mismatch, servers: Servers) -> tuple[Graph, RandomOperation, str]:
    """Make a failing case smaller; gives it, and what it says."""
    assert found.operation is not None

    async def fails(graph: Graph, operation: RandomOperation) -> str | None:
        try:
            if validate(build_schema(whole_sdl(graph)), parse(operation.text)):
                return None
            async with serve_case(seed, graph, servers) as case:
                await check(seed, case, found.kind, operation)
        except Mismatch as mismatch:
            return str(mismatch) if "does not compose" not in str(mismatch) else None
        except Exception:
            return None
        return None

    graph, operation = graph_of_seed(seed, Random(seed)), found.operation
    said = str(found)
    for _ in range(3):
        before = operation.text
        operation, said = await _shrunk_operation(graph, operation, fails, said)
        graph, said = await _shrunk_graph(graph, operation, fails, said)
        if operation.text == before:
            break
    return graph, operation, said


async def _shrunk_operation(
    graph: Graph, operation: RandomOperation, fails: Fails, said: str
) -> tuple[RandomOperation, str]:
    number = 0
    while True:
        smaller = _without(operation, number)
        if smaller is None:
            return operation, said
        now = await fails(graph, smaller) if smaller.text != operation.text else None
        if now is None:
            number += 1
        else:
            operation, said = smaller, now


def _without(operation: RandomOperation, number: int) -> RandomOperation | None:
    """Leave out the ``number``-th thing that can be; None if there are not so many."""
    remover = _Remover(number)
    document: DocumentNode = visit(parse(operation.text, no_location=True), remover)
    if not remover.done:
        return None
    try:
        document = visit(document, _Tidier(document))
        text = " ".join(print_ast(document).split())
        parse(text)
    except (GraphQLError, TypeError):
        return RandomOperation(operation.text, operation.variables)
    kept = {name: value for name, value in operation.variables.items() if f"${name}:" in text}
    return RandomOperation(text, kept)


class _Remover(Visitor):
    def __init__(self, number: int) -> None:
        super().__init__()
        self._left = number
        self.done = False

    def enter(self, node: Node, *_: Any) -> Any:
        if self.done or node.kind not in REMOVABLE:
            return None
        if self._left:
            self._left -= 1
            return None
        self.done = True
        return REMOVE


class _Tidier(Visitor):
    """Drops variables and fragments that nothing uses any more."""

    def __init__(self, document: DocumentNode) -> None:
        super().__init__()
        self._variables: set[str] = set()
        self._spreads: set[str] = set()
        for definition in document.definitions:
            self._look(definition)

    def _look(self, node: Any) -> None:
        for inner in _nodes(node):
            if inner.kind == "fragment_spread":
                self._spreads.add(inner.name.value)
            elif isinstance(inner, VariableNode):
                self._variables.add(inner.name.value)

    def enter_variable_definition(self, node: Any, *_: Any) -> Any:
        return None if node.variable.name.value in self._variables else REMOVE

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_: Any) -> Any:
        return None if node.name.value in self._spreads else REMOVE


def _nodes(node: Any) -> Iterator[Any]:
    if isinstance(node, Node):
        yield node
        for key in node.keys:
            if not (isinstance(node, OperationDefinitionNode) and key == "variable_definitions"):
                yield from _nodes(getattr(node, key))
    elif isinstance(node, list | tuple):
        for item in node:
            yield from _nodes(item)


async def _shrunk_graph(
    graph: Graph, operation: RandomOperation, fails: Fails, said: str
) -> tuple[Graph, str]:
    number = 0
    while True:
        smaller = deepcopy(graph)
        changes = list(_changes(smaller))
        if number >= len(changes):
            return graph, said
        changes[number]()
        now = await fails(smaller, operation)
        if now is None:
            number += 1
        else:
            graph, said = smaller, now


def _changes(graph: Graph) -> Iterator[Callable[[], Any]]:
    """List what may be left out of a graph."""
    for name, spelling in graph.spellings.items():
        if spelling != Spelling():
            yield partial(graph.spellings.update, {name: Spelling()})
    yield from (partial(graph.abstracts.pop, name) for name in list(graph.abstracts))
    for type_ in graph.types.values():
        yield from (partial(type_.fields.pop, name) for name in list(type_.fields))
        for keys in type_.keys.values():
            yield from (partial(keys.remove, key) for key in keys if len(keys) > 1)
    yield from (partial(graph.types.pop, name) for name in list(graph.types)[3:])
    for each in graph.all_fields():
        for attribute in ("requires", "provides", "overrides", "label"):
            if getattr(each, attribute):
                yield partial(setattr, each, attribute, None)
        if each.arguments:
            yield partial(setattr, each, "arguments", "")
        if len(each.owners) > 1:
            for owner in each.owners:
                yield partial(setattr, each, "owners", tuple(x for x in each.owners if x != owner))
