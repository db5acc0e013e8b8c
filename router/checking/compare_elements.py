"""What all elements have: descriptions and deprecations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .changes import Change, change
from .places import place_of


def compare_description(coordinate: str, old: Any, new: Any) -> Iterator[Change]:
    """Compare the descriptions of two elements."""
    if (old.description or "") != (new.description or ""):
        what = "changed" if old.description and new.description else "added" if new.description else "removed"
        yield change("DESCRIPTION_CHANGED", coordinate, f"The description is {what}", place=place_of(new))


def compare_deprecation(coordinate: str, old: Any, new: Any) -> Iterator[Change]:
    """Compare descriptions and deprecations of two elements that may be deprecated."""
    yield from compare_description(coordinate, old, new)
    before, after = old.deprecation_reason, new.deprecation_reason
    if before == after:
        return
    if before is None:
        yield change("DEPRECATED", coordinate, f"{coordinate} is deprecated: {after}", place=place_of(new))
    elif after is None:
        yield change("UNDEPRECATED", coordinate, f"{coordinate} is deprecated no more", place=place_of(new))
    else:
        said = f"{coordinate} is deprecated for another reason: {after}"
        yield change("DEPRECATION_REASON_CHANGED", coordinate, said, place=place_of(new))


def notice(element: Any) -> str:
    """Tell whether clients were warned before something went."""
    return " (it was deprecated)" if element.deprecation_reason is not None else ""
