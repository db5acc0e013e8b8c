"""The bytes before a response's body, the most of them ready."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from ....settings import Edition
from ...exchange.encodings import Header, Packing
from ...exchange.negotiate import SingleType
from ...exchange.reply import CONTENT_TYPES
from ...exchange.status_codes import headers_of_status, media_type_of

Kind: TypeAlias = tuple[int, SingleType, Packing]
"""A response's status, the media type that its client likes best, and how the body is sent."""

MAX_KEPT = 512


class ResponseHeads:
    """Heads of responses; what does not differ between them is made once a second, with the date."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._ready: dict[Kind, bytes] = {}
        self._common: list[Header] | None = None

    def begin(self, kind: Kind, common: list[Header]) -> bytes:
        """The head up to the length's value; ``common`` are the server's headers of the moment."""
        start = self._ready.get(kind) if common is self._common else None
        return self._write(kind, common) if start is None else start

    def _write(self, kind: Kind, common: list[Header]) -> bytes:
        if common is not self._common or len(self._ready) >= MAX_KEPT:
            self._common = common
            self._ready.clear()
        status, accepted, packing = kind
        content_type = CONTENT_TYPES[media_type_of(self._edition, accepted, status)]
        headers = [*common, (b"content-type", content_type), *headers_of_status(status), *packing.headers]
        start = self._ready[kind] = b"%s%scontent-length: " % (STATUS_LINE[status], lines(headers))
        return start


def end(length: int, request_id: str, own: str) -> bytes:
    """The rest of a head; ``own``: the lines of further headers, in ASCII as ids are."""
    return f"{length}\r\nx-request-id: {request_id}\r\n{own}\r\n".encode()


def lines(headers: Iterable[Header]) -> bytes:
    """Headers as they are sent."""
    return b"".join([b"%s: %s\r\n" % header for header in headers])
