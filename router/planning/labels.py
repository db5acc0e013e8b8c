"""Which ``@override`` labels may change an operation's plan: by the names of the fields it can touch."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphql import FieldNode, FragmentSpreadNode, SelectionSetNode

from ..operation import Operation
from ..supergraph import Supergraph

_NAME = re.compile(r"\w+")


class Labels:
    """The labels of a supergraph.

    A plan touches fields that the operation names, and those that keys, ``@requires`` and contexts name. A
    label on another field cannot matter, and its outcome need not tell variants apart.
    """

    def __init__(self, supergraph: Supergraph) -> None:
        self._fields: dict[str, set[str]] = {}
        for types in supergraph.subgraph_types.values():
            for found in types.values():
                for field in found.fields.values():
                    if field.label:
                        self._fields.setdefault(field.label, set()).add(field.name)
        self._internal = frozenset(_names_in_field_sets(supergraph)) if self._fields else frozenset()

    def of(self, operation: Operation) -> frozenset[str]:
        """Name the labels that may matter to an operation."""
        if not self._fields:
            return frozenset()
        names = self._internal | set(_names(operation))
        return frozenset(label for label, fields in self._fields.items() if not fields.isdisjoint(names))


def _names_in_field_sets(supergraph: Supergraph) -> Iterator[str]:
    for types in supergraph.subgraph_types.values():
        for found in types.values():
            for key in found.keys:
                yield from _NAME.findall(key.fields)
            for field in found.fields.values():
                yield from _NAME.findall(field.requires or "")
                for context in field.context_arguments:
                    yield from _NAME.findall(context.selection)


def _names(operation: Operation) -> Iterator[str]:
    syntax = operation.read()
    pending: list[SelectionSetNode] = [syntax.definition.selection_set]
    pending += [fragment.selection_set for fragment in syntax.fragments.values()]
    while pending:
        for node in pending.pop().selections:
            if isinstance(node, FieldNode):
                yield node.name.value
            if not isinstance(node, FragmentSpreadNode) and node.selection_set:  # type: ignore[attr-defined]
                pending.append(node.selection_set)  # type: ignore[attr-defined]
