"""A parsed document → whether it is valid beyond doubt.

::

    check_selections   fields, arguments, fragments, directives → variables used, fragments spread
    check_variables    definitions against uses, through the fragments of each operation
    check_overlaps     fields of one response key are the same field
"""

from __future__ import annotations

from collections.abc import Iterator

from graphql import DocumentNode, FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode

from .check_overlaps import check_overlaps
from .check_selections import Uses, check_selections
from .check_variables import check_variables
from .doubt import Doubt
from .schema_facts import SchemaFacts


class Acceptor:
    """Knows one schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._facts = SchemaFacts(schema)

    def accepts(self, document: DocumentNode) -> bool:
        """Whether the document is valid beyond doubt."""
        try:
            self._check(document)
        except Doubt:
            return False
        return True

    def _check(self, document: DocumentNode) -> None:
        operations, fragments = _parted(document)
        facts = self._facts
        uses: dict[str, Uses] = {}
        for name, fragment in fragments.items():
            if fragment.directives:
                raise Doubt
            on = facts.composite(fragment.type_condition.name.value)
            uses[name] = check_selections(fragment.selection_set, on, facts, fragments)
        reached = set[str]()
        for operation in operations:
            root = facts.root(operation.operation)
            own = check_selections(operation.selection_set, root, facts, fragments)
            spread = _closure(own, uses)
            reached |= spread
            check_variables(operation, [own, *(uses[name] for name in spread)], facts)
            check_overlaps(operation.selection_set, root, facts, fragments)
        if len(reached) != len(fragments):
            raise Doubt  # a fragment that nobody spreads


def _parted(
    document: DocumentNode,
) -> tuple[list[OperationDefinitionNode], dict[str, FragmentDefinitionNode]]:
    operations: list[OperationDefinitionNode] = []
    fragments: dict[str, FragmentDefinitionNode] = {}
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            if node.directives:
                raise Doubt
            operations.append(node)
        elif isinstance(node, FragmentDefinitionNode) and node.name.value not in fragments:
            fragments[node.name.value] = node
        else:
            raise Doubt
    names = {node.name.value if node.name else None for node in operations}
    if len(names) != len(operations) or (None in names and len(names) > 1):
        raise Doubt
    return operations, fragments


def _closure(own: Uses, uses: dict[str, Uses]) -> set[str]:
    """Follow spreads; a cycle is a doubt."""
    done, open_ = set[str](), set[str]()
    pending: list[tuple[str, Iterator[str]]] = [("", iter(own.spreads))]
    while pending:
        of, spread = pending[-1]
        for name in spread:
            if name in open_:
                raise Doubt
            if name not in done:
                open_.add(name)
                pending.append((name, iter(uses[name].spreads)))
                break
        else:
            pending.pop()
            open_.discard(of)
            done.add(of)
    done.discard("")
    return done
