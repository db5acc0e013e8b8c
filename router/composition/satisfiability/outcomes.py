"""The outcomes of progressive @override on a path: each label decides for the whole of a request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from ...query_graph import Edge
from ...supergraph import Supergraph
from .state import Labels


class LabelOutcomes:
    """Tells which labels a field brings up, and which edges are open once they are decided."""

    def __init__(self, supergraph: Supergraph) -> None:
        self.supergraph = supergraph
        self._of: dict[tuple[str, str], frozenset[str]] = {}
        self._below: dict[str, frozenset[str]] = {}

    def decide(self, type_name: str, field: str, decided: Labels) -> Iterator[Labels]:
        """Give every way to decide the labels that a field depends on, beside those decided before."""
        known = {label for label, _ in decided}
        undecided = sorted(self._labels_of(type_name, field) - known)
        for values in product((True, False), repeat=len(undecided)):
            yield decided | frozenset(zip(undecided, values, strict=True))

    def _labels_of(self, type_name: str, field: str) -> frozenset[str]:
        if not self.supergraph.labels:
            return frozenset()
        key = (type_name, field)
        if key not in self._of:
            self._of[key] = frozenset(self._find_labels(type_name, field))
        return self._of[key]

    def _find_labels(self, type_name: str, field: str) -> Iterator[str]:
        """An interface's field may be asked of its objects, an object's of an interface object."""
        merged = self.supergraph.types[type_name]
        names = {type_name} | merged.members | merged.interfaces
        for types in self.supergraph.subgraph_types.values():
            for name in names & types.keys():
                found = types[name].fields.get(field)
                if found is not None and found.label is not None:
                    yield found.label

    def relevant(self, type_name: str, decided: Labels) -> Labels:
        """Drop what decides nothing below a type any more."""
        if not decided:
            return decided
        below = self._labels_below(type_name)
        return frozenset(d for d in decided if d[0] in below)

    def _labels_below(self, type_name: str) -> frozenset[str]:
        if type_name not in self._below:
            found: set[str] = set()
            for name in _types_below(self.supergraph, type_name):
                for field in self.supergraph.types[name].fields:
                    found |= self._labels_of(name, field)
            self._below[type_name] = frozenset(found)
        return self._below[type_name]


def _types_below(supergraph: Supergraph, type_name: str) -> set[str]:
    found, waiting = {type_name}, [type_name]
    while waiting:
        merged = supergraph.types[waiting.pop()]
        targets = {f.type.name for f in merged.fields.values()} | merged.members
        new = (targets & supergraph.types.keys()) - found
        found |= new
        waiting += new
    return found


def open_edges(edges: Iterable[Edge], labels: Labels) -> list[Edge]:
    """Keep the edges that exist where the labels are decided so."""
    return [e for e in edges if e.field.label is None or (e.field.label, e.field.label_value) in labels]
