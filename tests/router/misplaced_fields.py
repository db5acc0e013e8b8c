"""Fields that a plan asks of subgraphs that don't have them, by the supergraph's own word."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)

from router.planning.plan import Fetch, QueryPlan
from router.supergraph import SubgraphType, Supergraph


def misplaced_fields(plan: QueryPlan, supergraph: Supergraph) -> list[str]:
    """Name them as ``subgraph: Type.field``; the plan is right if there are none."""
    return [found for fetch in plan.fetches for found in _of_fetch(fetch, supergraph)]


def _of_fetch(fetch: Fetch, supergraph: Supergraph) -> Iterator[str]:
    definitions = parse(fetch.document).definitions
    operation = next(d for d in definitions if isinstance(d, OperationDefinitionNode))
    fragments = {d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)}
    root = "_entities" if fetch.requires else supergraph.roots[fetch.kind]
    checker = _Checker(fetch.service, supergraph.subgraph_types[fetch.service], fragments)
    return checker.check(operation.selection_set, root)


class _Checker:
    def __init__(
        self,
        subgraph: str,
        types: object,
        fragments: dict[str, FragmentDefinitionNode],
    ) -> None:
        assert isinstance(types, dict)
        self.subgraph, self.fragments = subgraph, fragments
        self.types: dict[str, SubgraphType] = types

    def check(self, selections: SelectionSetNode, parent: str) -> Iterator[str]:
        for node in selections.selections:
            match node:
                case FieldNode():
                    yield from self.field(node, parent)
                case InlineFragmentNode(type_condition=None):
                    yield from self.check(node.selection_set, parent)
                case InlineFragmentNode():
                    yield from self.narrowed(node.selection_set, node.type_condition.name.value)
                case FragmentSpreadNode():
                    fragment = self.fragments[node.name.value]
                    yield from self.narrowed(fragment.selection_set, fragment.type_condition.name.value)

    def narrowed(self, selections: SelectionSetNode, to: str) -> Iterator[str]:
        if to not in self.types:
            yield f"{self.subgraph}: {to}"
        else:
            yield from self.check(selections, to)

    def field(self, node: FieldNode, parent: str) -> Iterator[str]:
        name = node.name.value
        if parent == "_entities" and name == "_entities":
            assert node.selection_set is not None
            yield from self.check(node.selection_set, "")
            return
        if name == "__typename":
            return
        found = self.types[parent].fields.get(name) if parent in self.types else None
        if found is None:
            yield f"{self.subgraph}: {parent}.{name}"
        elif node.selection_set is not None:
            yield from self.narrowed(node.selection_set, found.type.name)
