"""A GraphQL federation router. As a library: ``compose(subgraphs) -> Composition`` (docs/composition.md).

The names below are imported when they are first used: the commands start without the composer.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .composition import (
        Composition,
        CompositionError,
        CompositionSettings,
        Contract,
        Hint,
        Location,
        SubgraphSource,
        compose,
    )

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


def __getattr__(name: str) -> object:
    if name in __all__:
        return getattr(import_module(".composition", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
