"""The head of a plain POST, read once for all requests with the same bytes but for the body's length.

Enters: bytes up to the empty line. Leaves: what they say, or None where the request is not plain.
A connection's heads repeat, but for that length; reading one costs more than a small request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import httptools

from ....errors import RequestError
from ....execution.deferred import IncrementalSpec
from ....execution.transport import cut_length
from ....planning.plan import OperationKind
from ....settings import ServerSettings
from ...exchange.encodings import Packing, packing_for
from ...exchange.negotiate import SingleType, allowed_kinds, negotiate
from ...exchange.read_request import check_content_type
from ...exchange.requests import REQUEST_ID, read_headers
from ...single_connection.reservations import TOKEN_HEADER
from ..host import host_fault

MAX_KEPT = 512
MAX_HEAD = 4096
"""Bytes. Longer heads are read each time."""

ELSEWHERE = frozenset({"content-encoding", "transfer-encoding", "expect", "upgrade", TOKEN_HEADER})
"""Headers of requests that the ASGI application answers."""


@dataclass(frozen=True, slots=True)
class PostHead:
    """What a head says besides the body's length, which is not in ``headers`` either."""

    headers: Mapping[str, str]
    media_type: SingleType
    allow: frozenset[OperationKind]
    incremental: IncrementalSpec | None
    request_id: str | None
    authorization: str | None
    packing: Packing


Found: TypeAlias = tuple[PostHead, int]
"""What a head says, and the length of the body in bytes."""

T = TypeVar("T")


class PostHeads:
    """Finds heads by their bytes; a bounded number is kept, those that are not plain among them."""

    def __init__(self, settings: ServerSettings) -> None:
        self._settings = settings
        self._known: dict[bytes, Found | None] = {}
        self._shapes: dict[bytes, PostHead | None] = {}
        """By all but the length."""

    def __len__(self) -> int:
        return len(self._known)

    def find(self, head: bytes) -> Found | None:
        """What a head says; None where the request is not plain."""
        known = self._known.get(head)
        return self._look(head) if known is None else known

    def _look(self, head: bytes) -> Found | None:
        if head in self._known:  # and is not plain
            return None
        if len(head) > self._settings.head_limit:
            return None
        found = self._read(head)
        if len(head) <= MAX_HEAD:
            _keep(self._known, head, found)
        return found

    def _read(self, head: bytes) -> Found | None:
        cut = cut_length(head)
        if cut is None or cut[1] > self._settings.body_limit:
            return None
        shape, length = cut
        read = self._shapes.get(shape)
        if read is None and shape not in self._shapes:
            read = read_post_head(head, self._settings)
            if len(shape) <= MAX_HEAD:
                _keep(self._shapes, shape, read)
        return None if read is None else (read, length)


def _keep(known: dict[bytes, T], key: bytes, value: T) -> None:
    """All others make room when there are too many."""
    if len(known) >= MAX_KEPT:
        known.clear()
    known[key] = value


class _Lines:
    """Takes a head from the parser."""

    def __init__(self) -> None:
        self.url = b""
        self.headers: list[tuple[bytes, bytes]] = []
        self.begun = 0

    def on_message_begin(self) -> None:
        self.begun += 1

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))


def read_post_head(head: bytes, settings: ServerSettings) -> PostHead | None:
    """Read a head by uvicorn's own parser; None where the request is not plain or not right."""
    lines = _Lines()
    parser = httptools.HttpRequestParser(lines)
    try:
        parser.feed_data(head)
    except (httptools.HttpParserError, httptools.HttpParserUpgrade):
        return None
    if parser.get_method() != b"POST" or parser.get_http_version() != "1.1" or not parser.should_keep_alive():
        return None
    if lines.begun != 1 or lines.url != settings.graphql_path.encode("latin-1", "replace"):
        return None
    if host_fault(lines.headers, "1.1") is not None:
        return None
    return _plain(read_headers(lines.headers), settings)


def _plain(headers: dict[str, str], settings: ServerSettings) -> PostHead | None:
    if not headers.pop("content-length", "").isdecimal():
        return None
    if not ELSEWHERE.isdisjoint(headers):
        return None
    if "origin" in headers and (settings.cors_origins or settings.cors_origin_regex is not None):
        return None
    try:
        charset = check_content_type(headers.get("content-type"))
        acceptance = negotiate(headers.get("accept"))
    except RequestError:
        return None
    if charset is not None or acceptance.single is None:
        return None
    given = headers.get("x-request-id")
    return PostHead(
        headers,
        acceptance.single,
        allowed_kinds("POST", acceptance),
        None if acceptance.parts is None else acceptance.parts.spec,
        given if given is not None and REQUEST_ID.match(given) else None,
        headers.get("authorization"),
        packing_for(headers.get("accept-encoding"), settings),
    )
