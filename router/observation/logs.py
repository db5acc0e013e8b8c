"""Log lines: JSON objects for machines, text for a terminal; both with what `extra` gives."""

from __future__ import annotations

import logging
import sys
import time
from typing import Any

import orjson

from ..settings import ServerSettings

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


def set_up_logs(settings: ServerSettings) -> None:
    """Send all of the process's logs to stderr in the form of the settings."""
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if as_json else TextFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level.upper())
    for noisy in ("uvicorn.error", "httpx", "asyncio", "websockets.server"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def extras(record: logging.LogRecord) -> dict[str, Any]:
    """The fields given as ``extra``."""
    return {name: value for name, value in vars(record).items() if name not in STANDARD}


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
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


class TextFormatter(logging.Formatter):
    """Time, level and message, then the extra fields as name=value."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Append the extra fields."""
        fields = "".join(f" {name}={value}" for name, value in extras(record).items() if value is not None)
        return super().formatMessage(record) + fields
