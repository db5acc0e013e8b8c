"""What is known of a part of a response that comes later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from ..planning.plan import DeferredSelection
from .errors import ClientPath
from .json_codec import JsonObject


@dataclass(frozen=True, slots=True, eq=False)
class PendingPart:
    """An object of which a part was left for later, and where it stands in the client's response.

    No ``type_name``: nothing before needed to know it; the part's own fetches tell. No ``fast``: the
    interpreter projects the part.
    """

    deferred: DeferredSelection
    value: JsonObject
    type_name: str | None
    path: ClientPath
    fast: FastPart | None = None


ProjectPart: TypeAlias = Callable[[JsonObject, "str | None"], JsonObject]
"""An object and its type → what a part answers of it; raises where the data are not regular."""

FindPending: TypeAlias = Callable[[JsonObject, "str | None", ClientPath, "list[PendingPart]"], None]
"""An object, its type, its place in the response: adds the parts that are deferred within it."""


@dataclass(frozen=True, slots=True)
class FastPart:
    """A part's generated functions, for as long as a run is regular. The first answer is a part too."""

    project: ProjectPart
    find_pending: FindPending
