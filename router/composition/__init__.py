"""Subgraph SDLs into supergraph SDL: validate, merge, prove satisfiable."""

from .compose import Composition, compose
from .contract import Contract
from .report import CompositionError, Hint, Location
from .settings import CompositionSettings
from .subgraph.model import SubgraphSource

__all__ = [
    "Composition",
    "CompositionError",
    "CompositionSettings",
    "Contract",
    "Hint",
    "Location",
    "SubgraphSource",
    "compose",
]
