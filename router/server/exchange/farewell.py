"""The answer to what never becomes a request: written by hand, and the connection ends."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from ...errors import RequestError


def farewell(refusal: RequestError, headers: list[tuple[bytes, bytes]]) -> bytes:
    """A whole response that ends the connection."""
    body = refusal.body()
    lines = [
        STATUS_LINE[refusal.status],
        *(b"%b: %b\r\n" % header for header in headers),
        b"content-type: application/json; charset=utf-8\r\n",
        b"content-length: %d\r\nconnection: close\r\n\r\n" % len(body),
        body,
    ]
    return b"".join(lines)
