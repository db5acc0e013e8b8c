"""An object's ``__typename`` as a subgraph sent it: whatever it is, it may be looked up."""

from __future__ import annotations

from .json_codec import JsonObject


def typename_of(value: JsonObject) -> str | None:
    """Give the name; None if there is none, or it is no string (which need not be hashable)."""
    name = value.get("__typename")
    return name if type(name) is str else None
