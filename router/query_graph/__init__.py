"""Supergraph → query graph, and the paths of operations through it.

``build_graph(supergraph)`` gives the graph (see ``graph``); ``Explorer(graph, labels)`` finds the ways from
paths to fields (see ``explore``); ``choose`` takes the cheapest of them.
"""

from .budget import Budget, BudgetExceeded
from .build_graph import build_graph
from .choose import choose, price
from .exploration import META_FIELDS, Unreachable
from .explore import Explorer
from .find_context import context_value
from .graph import Edge, Move, Node, QueryGraph
from .paths import Call, ContextValue, Hop, Path, Position

__all__ = [
    "META_FIELDS",
    "Budget",
    "BudgetExceeded",
    "Call",
    "ContextValue",
    "Edge",
    "Explorer",
    "Hop",
    "Move",
    "Node",
    "Path",
    "Position",
    "QueryGraph",
    "Unreachable",
    "build_graph",
    "choose",
    "context_value",
    "price",
]
