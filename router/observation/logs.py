"""Log lines: JSON objects for machines, text for a terminal; both with what `extra` gives.

No line holds anybody's data: exceptions are written as ``describe_error`` allows, whoever logs them, and so
is the one that ends the process.
"""

from __future__ import annotations

import logging
import sys
import time
from contextlib import suppress
from types import TracebackType
from typing import Any, TextIO

import orjson

from ..settings import ServerSettings
from .describe_error import describe, describe_with_traceback

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


def set_up_logs(settings: ServerSettings) -> None:
    """Send all of the process's logs, and the exception that ends it, to stderr in the settings' form."""
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())
    handler = Handler()
    handler.setFormatter(JsonFormatter() if as_json else TextFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level.upper())
    for noisy in ("uvicorn.error", "httpx", "asyncio", "websockets.server"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    asyncio_log = logging.getLogger("asyncio")
    if first_line not in asyncio_log.filters:
        asyncio_log.addFilter(first_line)
    sys.excepthook = log_the_end


def first_line(record: logging.LogRecord) -> bool:
    """Drop what asyncio adds below: the ``repr`` of a task with its exception's, which comes by itself."""
    record.msg, record.args = record.getMessage().partition("\n")[0], None
    return True


def log_the_end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Log the exception that ends the process."""
    if isinstance(error, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("router").critical("The process ends", exc_info=(kind, error, trace))


def extras(record: logging.LogRecord) -> dict[str, Any]:
    """The fields given as ``extra``."""
    return {name: value for name, value in vars(record).items() if name not in STANDARD}


class Handler(logging.StreamHandler[TextIO]):
    """Writes to standard error; a line that it cannot write is not shown by other ways."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Say so, and why; ``logging`` itself would print the exception that was to be logged."""
        why = describe(sys.exc_info()[1] or Exception())
        if sys.__stderr__:
            with suppress(OSError, ValueError):
                sys.__stderr__.write(f"a line of {record.name} could not be logged: {why}\n")


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Give time (UTC), level, logger, message, the extra fields, and a traceback where there is one."""
        line = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **extras(record),
        }
        if record.exc_info and record.exc_info[1]:
            line["exception"] = describe_with_traceback(record.exc_info[1])
        return orjson.dumps(line, default=str).decode()


class TextFormatter(logging.Formatter):
    """Time, level and message, then the extra fields as name=value."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Append the extra fields."""
        fields = "".join(f" {name}={value}" for name, value in extras(record).items() if value is not None)
        return super().formatMessage(record) + fields

    def format(self, record: logging.LogRecord) -> str:
        """The line, and those of a traceback."""
        record.message = record.getMessage()
        record.asctime = self.formatTime(record, self.datefmt)
        line = self.formatMessage(record)
        error = record.exc_info[1] if record.exc_info else None
        return f"{line}\n{describe_with_traceback(error)}" if error else line
