"""What an input changes: a field that is absent leaves things as they are, null clears.

    @strawberry.input
    class SaveThingInput:
        id: strawberry.ID
        name: strawberry.Maybe[str | None]
        note: strawberry.Maybe[str | None]

    changes_of(input, {"name": NEVER_EMPTY, "note": ""})  # {"note": ""} for {id: …, note: null}

Every field that an existing object may keep is a `Maybe`: a default in the schema could not be told from a
value that was sent, and would be written over what is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from strawberry.types.maybe import Some
from strawberry.utils.str_converters import to_camel_case

from .errors import CodedError, ErrorCode


class _NeverEmpty:
    """Its type, which has no other value."""


NEVER_EMPTY: Final = _NeverEmpty()
"""Of a field that null cannot clear."""


def changes_of(input: object, emptied: Mapping[str, object]) -> dict[str, Any]:
    """The fields that were sent, with their values; null as what `emptied` says that a cleared field is.

    BAD_USER_INPUT for null where nothing can be cleared.
    """
    return {
        name: _value_of(name, sent.value, empty)
        for name, empty in emptied.items()
        if isinstance(sent := getattr(input, name), Some)
    }


def _value_of(name: str, value: object, empty: object) -> object:
    if value is not None:
        return value
    if isinstance(empty, _NeverEmpty):
        message = "This cannot be cleared: leave it out, or give it a value."
        raise CodedError(ErrorCode.BAD_USER_INPUT, message, to_camel_case(name))
    return empty
