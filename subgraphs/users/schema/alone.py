"""An operation may try to log in once: aliases would make a thousand guesses of one request."""

from __future__ import annotations

from subgraphs.common.errors import CodedError, ErrorCode
from subgraphs.common.execution import root_fields

from ..resources import Info

# Each of them looks at a secret.
_TRIES = frozenset({"register", "login", "refresh", "acceptInvitation", "changePassword", "changePhone"})


def check_alone(info: Info) -> None:
    """TOO_MANY_ATTEMPTS, of every such field, if the operation has several; nothing of it is tried."""
    raw = info._raw_info
    if sum(name in _TRIES for name in root_fields(raw.operation, raw.fragments).values()) > 1:
        message = f"One of {', '.join(sorted(_TRIES))} may stand in an operation, and once."
        raise CodedError(ErrorCode.TOO_MANY_ATTEMPTS, message)
