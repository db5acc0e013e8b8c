"""The ``Accept`` header into what may be answered: one response, or a stream of them.

GraphQL over HTTP §Accept, §Body; RFC 9110 §12.5.1. Without a header: ``application/graphql-response+json``
(the specification's default since 2025); for wildcards: ``application/json``, which every client reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from ...errors import RequestError
from ...execution.deferred import IncrementalSpec
from ...planning.plan import OperationKind

SingleType: TypeAlias = Literal["application/graphql-response+json", "application/json"]
StreamType: TypeAlias = Literal["text/event-stream", "multipart/mixed"]

RESPONSE_JSON: SingleType = "application/graphql-response+json"
PLAIN_JSON: SingleType = "application/json"
EVENT_STREAM: StreamType = "text/event-stream"
MULTIPART: StreamType = "multipart/mixed"

STREAMS: dict[str, StreamType] = {
    "text/event-stream": EVENT_STREAM,
    "text/*": EVENT_STREAM,
    "multipart/mixed": MULTIPART,
}

QUERIES: frozenset[OperationKind] = frozenset({"query"})
QUERIES_STREAMED: frozenset[OperationKind] = frozenset({"query", "subscription"})
MUTATIONS: frozenset[OperationKind] = frozenset({"query", "mutation"})
EVERYTHING: frozenset[OperationKind] = frozenset({"query", "mutation", "subscription"})


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
    ranges = _ranges(accept)
    wanted = sorted((item for item in ranges if item.quality > 0), key=lambda item: -item.quality)
    acceptance = Acceptance(_single(ranges), _stream(wanted), _parts(wanted))
    if acceptance.single is None and acceptance.stream is None and acceptance.parts is None:
        known = ", ".join([RESPONSE_JSON, PLAIN_JSON, EVENT_STREAM, f"{MULTIPART};subscriptionSpec=1.0"])
        raise RequestError("NOT_ACCEPTABLE", f"The answer can be any of: {known}.")
    return acceptance


@lru_cache(maxsize=1024)
def prefers_page(accept: str) -> bool:
    """Whether a browser asks, to show what comes: it names HTML, and likes it better than any JSON."""
    ranges = _ranges(accept)
    html = max((item.quality for item in ranges if item.name == "text/html"), default=0.0)
    return html > max(_preference(ranges, choice)[0] for choice in (RESPONSE_JSON, PLAIN_JSON))


def allowed_kinds(method: str, acceptance: Acceptance) -> frozenset[OperationKind]:
    """Which kinds of operation a request's method and ``Accept`` allow."""
    if method == "POST":
        return MUTATIONS if acceptance.stream is None else EVERYTHING
    return QUERIES if acceptance.stream is None else QUERIES_STREAMED


def _single(ranges: list[MediaRange]) -> SingleType | None:
    """The type of the highest quality; of equals the one that is named, and named first."""
    quality, _, choice = max(_preference(ranges, choice) for choice in (RESPONSE_JSON, PLAIN_JSON))
    return choice if quality > 0 else None


def _preference(ranges: list[MediaRange], choice: SingleType) -> tuple[float, tuple[int, int], SingleType]:
    """How a client likes a media type: the most specific range that fits it says so (RFC 9110 §12.5.1).

    Under a wildcard it is ``application/json``, as more clients read it: its name is the greater one, too.
    """
    ranges_from_least = ("*/*", "application/*", choice)
    fitting = [
        (ranges_from_least.index(item.name), -place, item.quality)
        for place, item in enumerate(ranges)
        if item.name in ranges_from_least and _is_utf8(item)
    ]
    specificity, place, quality = max(fitting, default=(0, 0, 0.0))
    return quality, (specificity, place), choice


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
