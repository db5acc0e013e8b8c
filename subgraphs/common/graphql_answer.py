"""What another subgraph has answered: its `data`, if it is whole.

A null beside an error is "failed", never "there is none" (GraphQL, section 6.4.4): who read the one as the
other would tell a customer that a vendor is gone, because a database was away for a second.
"""

from __future__ import annotations

from typing import Any

import orjson

from .errors import CodedError, ErrorCode

# About the caller and what he sent along: passed on to him. All others are about us.
_CALLERS = frozenset(
    {ErrorCode.UNAUTHENTICATED, ErrorCode.FORBIDDEN, ErrorCode.BAD_USER_INPUT, ErrorCode.RATE_LIMITED}
)


def whole_data(body: bytes, who: str) -> dict[str, Any]:
    """The answer's `data`; UNAVAILABLE if it has errors or is none, or the error if it is the caller's."""
    try:
        answer = orjson.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise unavailable(who)
    if answer.get("errors"):
        raise _error_of(answer["errors"], who)
    data = answer.get("data")
    if not isinstance(data, dict):
        raise unavailable(who)
    return data


def unavailable(who: str) -> CodedError:
    """That a subgraph cannot answer now."""
    return CodedError(ErrorCode.UNAVAILABLE, f"The {who} cannot answer.")


def _error_of(errors: object, who: str) -> CodedError:
    for error in errors if isinstance(errors, list) else ():
        extensions = error.get("extensions") if isinstance(error, dict) else None
        code = extensions.get("code") if isinstance(extensions, dict) else None
        for each in _CALLERS:
            if code == each.value:
                return CodedError(each, str(error.get("message") or ""))
    return unavailable(who)
