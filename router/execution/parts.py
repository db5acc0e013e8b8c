"""What is known of a part of a response that comes later."""

from __future__ import annotations

from dataclasses import dataclass

from ..planning.plan import DeferredSelection
from .errors import ClientPath
from .json_codec import JsonObject


@dataclass(frozen=True, slots=True, eq=False)
class PendingPart:
    """An object of which a part was left for later, and where it stands in the client's response.

    No ``type_name``: nothing before needed to know it; the part's own fetches tell.
    """

    deferred: DeferredSelection
    value: JsonObject
    type_name: str | None
    path: ClientPath
