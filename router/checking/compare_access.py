"""Access rules: whether a type or field asks more, or less, of who reads it."""

from __future__ import annotations

from collections.abc import Iterator

from .changes import Change, change
from .elements import element_at
from .places import place_of
from .read_api import Access, Alternatives, Api

OPEN = Access()


def compare_access(old: Api, new: Api) -> Iterator[Change]:
    """Compare the rules of all elements that both schemas have."""
    for coordinate in sorted(old.access.keys() | new.access.keys()):
        before, after = old.access.get(coordinate, OPEN), new.access.get(coordinate, OPEN)
        if before != after and element_at(coordinate, old) and element_at(coordinate, new):
            stricter = not _allows_all_of(before, after)
            kind = "ACCESS_STRICTER" if stricter else "ACCESS_LOOSER"
            said = f"{coordinate} asked for {_said(before)}, and asks for {_said(after)} now"
            yield change(kind, coordinate, said, place=place_of(element_at(coordinate, new)))


def _allows_all_of(old: Access, new: Access) -> bool:
    """Whether whoever might read before may still."""
    return (
        (old.authenticated or not new.authenticated)
        and _implied(old.scopes, new.scopes)
        and _implied(old.policies, new.policies)
    )


def _implied(old: Alternatives, new: Alternatives) -> bool:
    """Whether each way to satisfy the old rule satisfies the new one; no alternatives: no rule."""
    if not new:
        return True
    return bool(old) and all(any(less <= held for less in new) for held in old)


def _said(access: Access) -> str:
    parts = ["a login"] if access.authenticated else []
    parts += [f"the scopes {_either(access.scopes)}"] if access.scopes else []
    parts += [f"the policies {_either(access.policies)}"] if access.policies else []
    return " and ".join(parts) or "nothing"


def _either(alternatives: Alternatives) -> str:
    return " or ".join(sorted(" with ".join(sorted(all_of)) or "none" for all_of in alternatives))
