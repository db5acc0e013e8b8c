"""The bytes before a response's body, the most of them ready."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from ..negotiate import SingleType
from ..reply import CONTENT_TYPES, Header


class ResponseHeads:
    """Heads of responses; what does not differ between them is made once a second, with the date."""

    def __init__(self) -> None:
        self._ready: dict[tuple[int, SingleType], bytes] = {}
        self._common: list[Header] | None = None

    def head(
        self, status: int, media_type: SingleType, common: list[Header], own: list[Header], length: int
    ) -> bytes:
        """Write a head: ``common`` are the server's headers of the moment, ``own`` the response's."""
        if common is not self._common:
            self._common = common
            self._ready.clear()
        start = self._ready.get((status, media_type))
        if start is None:
            lines = _lines([*common, (b"content-type", CONTENT_TYPES[media_type])])
            start = self._ready[status, media_type] = STATUS_LINE[status] + lines
        return b"%scontent-length: %d\r\n%s\r\n" % (start, length, _lines(own))


def _lines(headers: list[Header]) -> bytes:
    return b"".join([b"%s: %s\r\n" % header for header in headers])
