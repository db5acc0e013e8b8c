"""The ``Accept`` header into what may be answered: one response, or a stream of them.

GraphQL over HTTP §Accept, §Body; RFC 9110 §12.5.1. Without a header: ``application/graphql-response+json``
(the specification's default since 2025); for wildcards: ``application/json``, which every client reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from ..execution.deferred import IncrementalSpec
from .errors import RequestError

SingleType: TypeAlias = Literal["application/graphql-response+json", "application/json"]
StreamType: TypeAlias = Literal["text/event-stream", "multipart/mixed"]

RESPONSE_JSON: SingleType = "application/graphql-response+json"
PLAIN_JSON: SingleType = "application/json"
EVENT_STREAM: StreamType = "text/event-stream"
MULTIPART: StreamType = "multipart/mixed"

SINGLES: dict[str, SingleType] = {
    "application/graphql-response+json": RESPONSE_JSON,
    "application/json": PLAIN_JSON,
    "application/*": PLAIN_JSON,
    "*/*": PLAIN_JSON,
}
STREAMS: dict[str, StreamType] = {"text/event-stream": EVENT_STREAM, "multipart/mixed": MULTIPART}


@dataclass(frozen=True, slots=True)
class PartsType:
    """A media type for the parts of one response, and their format."""

    media: StreamType
    spec: IncrementalSpec


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What a client reads: ``single`` for one response, ``stream`` for several; None: not at all.

    ``parts``: how it takes one response in parts (``@defer``).
    """

    single: SingleType | None
    stream: StreamType | None = None
    parts: PartsType | None = None


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One item of ``Accept``; ``parameters`` without ``q``, names in lower case."""

    name: str
    quality: float
    parameters: dict[str, str]


@lru_cache(maxsize=1024)
def negotiate(accept: str | None) -> Acceptance:
    """Choose the media types; ``NOT_ACCEPTABLE`` where none is known."""
    if accept is None or not accept.strip():
        return Acceptance(RESPONSE_JSON)
    ranges = sorted(_ranges(accept), key=lambda item: -item.quality)
    refused = {item.name for item in ranges if item.quality == 0}
    wanted = [item for item in ranges if item.quality > 0]
    acceptance = Acceptance(_single(wanted, refused), _stream(wanted), _parts(wanted))
    if acceptance.single is None and acceptance.stream is None and acceptance.parts is None:
        known = ", ".join([RESPONSE_JSON, PLAIN_JSON, EVENT_STREAM, f"{MULTIPART};subscriptionSpec=1.0"])
        raise RequestError("NOT_ACCEPTABLE", f"The answer can be any of: {known}.")
    return acceptance


def _single(wanted: list[MediaRange], refused: set[str]) -> SingleType | None:
    for item in wanted:
        choice = SINGLES.get(item.name)
        if choice is None or not _is_utf8(item):
            continue
        if choice not in refused:
            return choice
        if "*" in item.name and RESPONSE_JSON not in refused:
            return RESPONSE_JSON
    return None


def _stream(wanted: list[MediaRange]) -> StreamType | None:
    """Multipart is answered to whoever names the protocol; a bare ``multipart/mixed`` is another one."""
    for item in wanted:
        if item.name == MULTIPART and item.parameters.get("subscriptionspec") != "1.0":
            continue
        if item.name in STREAMS:
            return STREAMS[item.name]
    return None


def _parts(wanted: list[MediaRange]) -> PartsType | None:
    """Choose how to send deferred parts. Multipart must name the format; server-sent events may."""
    for item in wanted:
        spec = _incremental_spec(item)
        if item.name in STREAMS and spec is not None:
            return PartsType(STREAMS[item.name], spec)
    return None


def _incremental_spec(item: MediaRange) -> IncrementalSpec | None:
    if item.parameters.get("incrementalspec") == "v0.2":
        return "v0.2"
    is_named = item.parameters.get("deferspec") == "20220824"
    return "20220824" if is_named or item.name == EVENT_STREAM else None


def _is_utf8(item: MediaRange) -> bool:
    return item.parameters.get("charset", "utf-8").lower() in ("utf-8", "utf8")


def _ranges(accept: str) -> list[MediaRange]:
    return [_range(item) for item in accept.split(",") if item.strip()]


def _range(item: str) -> MediaRange:
    name, *pairs = item.split(";")
    parameters = {}
    for pair in pairs:
        key, _, value = pair.partition("=")
        parameters[key.strip().lower()] = value.strip().strip('"')
    return MediaRange(name.strip().lower(), _quality(parameters.pop("q", "1")), parameters)


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 1.0
