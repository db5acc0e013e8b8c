"""Why a compiled run started over: counted by reason, and logged where it is a fault of our own.

Enters: the exception that ended the straight run. Leaves: a count in the metrics, and a line in the log with
the hash of the operation, whose text may hold what is nobody's business.
"""

from __future__ import annotations

import logging
from enum import StrEnum
from hashlib import sha256

import msgspec

from ..observation.metrics import Metrics
from .transport import TransportError

logger = logging.getLogger(__name__)


class Reason(StrEnum):
    """What generated code was not written for. All but ``FAULT`` are answers that are irregular."""

    TRANSPORT = "transport"
    """There was no answer: no connection, a broken one, too slow, too large."""
    STATUS = "status"
    """Its HTTP status is not 200."""
    JSON = "json"
    """It is not JSON, or nested too deeply."""
    ERRORS = "errors"
    """It has errors."""
    NO_DATA = "no_data"
    """It has no data."""
    VALUE = "value"
    """A value does not fit the schema: of another kind, or null where none may be."""
    COUNT = "count"
    """It has another number of entities than were asked for."""
    HOLE = "hole"
    """Something that no null may stand for is absent: a key, an entity, an object's type."""
    FAULT = "fault"
    """Anything else: the router's own."""


class Irregular(Exception):
    """Something that generated code was not written for."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def reason_of(error: Exception) -> Reason:
    """Say what an exception tells of the answer."""
    match error:
        case Irregular():
            return error.reason
        case TransportError():
            return Reason.TRANSPORT
        case msgspec.ValidationError():
            return Reason.VALUE
        case msgspec.DecodeError() | UnicodeDecodeError() | RecursionError():
            return Reason.JSON
    return Reason.FAULT


def report_start_over(reason: Reason, error: Exception | None, text: str, metrics: Metrics) -> None:
    """Count a run of the operation ``text`` that starts over; a fault of our own is told with its trace."""
    metrics.started_over(reason)
    if reason is Reason.FAULT:
        logger.error(
            "A compiled run started over by a fault of the router's own",
            extra={"operation": sha256(text.encode("utf-8", "replace")).hexdigest()},
            exc_info=error,
        )
