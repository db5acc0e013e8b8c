"""Nodes → the fields whose objects may be of other types in one subgraph than in another.

``Box.cover`` is one where north gives ``union Side = Plain | Gilded`` and south ``union Side = Plain |
Carved`` (or a ``Plain``). What is asked below it depends on all the ways there are to it: docs/adr/0013.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..supergraph import Supergraph
from .graph import Node

Coordinate = tuple[str, str]


def fields_of_differing_members(
    nodes: Mapping[tuple[str, str], Node], supergraph: Supergraph
) -> frozenset[Coordinate]:
    """Name them as (type, field); of an interface also those that differ in one of its types."""
    known: dict[Coordinate, frozenset[str]] = {}
    differing = set[Coordinate]()
    for node in nodes.values():
        for edge in (*node.edges.values(), *node.externals.values()):
            if edge.target is None or edge.target.is_interface_object:  # stands for objects of any type
                continue
            members = frozenset(edge.target.members)
            if known.setdefault((node.name, edge.name), members) != members:
                differing.add((node.name, edge.name))
    return frozenset(differing | {each for at in differing for each in _of_interfaces(at, supergraph)})


def _of_interfaces(at: Coordinate, supergraph: Supergraph) -> list[Coordinate]:
    name, field = at
    interfaces = supergraph.types[name].interfaces
    return [(each, field) for each in interfaces if field in supergraph.types[each].fields]
