"""Structured logs: one JSON object a line, with the request id of the request that wrote it.

No line holds anybody's data: exceptions are written as `describe_error` allows, whoever logs them, and so is
the one that ends a process.
"""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

import orjson

from .describe_error import describe, describe_with_traceback

request_id: ContextVar[str] = ContextVar("request_id", default="")

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


class TextFormatter(logging.Formatter):
    """A line for people: the message, its `extra` fields, and the exception below."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line, and those of a traceback."""
        told = "".join(f" {name}={value}" for name, value in _extra(record).items())
        line = super().formatMessage(_finished(record, self)) + told
        error = _error_of(record)
        return f"{line}\n{describe_with_traceback(error)}" if error else line


class JsonFormatter(logging.Formatter):
    """Formats a record and its `extra` fields as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, without a line break."""
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if current := request_id.get():
            entry["requestId"] = current
        entry.update(_extra(record))
        if error := _error_of(record):
            entry["exception"] = describe_with_traceback(error)
        return orjson.dumps(entry, default=str).decode()


class Handler(logging.StreamHandler[TextIO]):
    """Writes to standard error; a line that it cannot write is not shown by other ways."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Say so, and why; `logging` itself would print the exception that was to be logged."""
        why = describe(sys.exc_info()[1] or Exception())
        if sys.__stderr__:
            with suppress(OSError, ValueError):
                sys.__stderr__.write(f"a line of {record.name} could not be logged: {why}\n")


def configure_logs(level: str, style: str) -> None:
    """Send all logs, and the exception that ends the process, to standard error (`json` or `text`)."""
    handler = Handler()
    handler.setFormatter(JsonFormatter() if style == "json" else TextFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    asyncio_log = logging.getLogger("asyncio")
    if _first_line not in asyncio_log.filters:
        asyncio_log.addFilter(_first_line)
    sys.excepthook = _log_the_end


def _first_line(record: logging.LogRecord) -> bool:
    """What asyncio adds below is the `repr` of a task with its exception's; the exception comes by itself."""
    record.msg, record.args = record.getMessage().partition("\n")[0], None
    return True


def _log_the_end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if isinstance(error, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("waybill").critical("the process ends", exc_info=(kind, error, trace))


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {key: value for key, value in vars(record).items() if key not in _STANDARD}


def _error_of(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if record.exc_info else None


def _finished(record: logging.LogRecord, formatter: logging.Formatter) -> logging.LogRecord:
    """With what `logging` itself fills in before a line is made."""
    record.message = record.getMessage()
    record.asctime = formatter.formatTime(record)
    return record
