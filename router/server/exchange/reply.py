"""One HTTP response: status by media type, compression, request id."""

from __future__ import annotations

import asyncio

from starlette.types import Send

from ...errors import RequestError
from ...settings import ServerSettings
from ...traffic.messages import SingleResult
from .encodings import VARY, Header, compress, packing_for
from .negotiate import PLAIN_JSON, SingleType
from .status_codes import headers_of_status, media_type_of, status_of_error, status_of_result

CONTENT_TYPES: dict[SingleType, bytes] = {
    "application/json": b"application/json; charset=utf-8",
    "application/graphql-response+json": b"application/graphql-response+json; charset=utf-8",
}
# Compressing this much takes about a millisecond: long enough to be worth a thread.
THREAD_MINIMUM = 128_000


class Reply:
    """Sends one response, once."""

    __slots__ = (
        "_accept_encoding",
        "_request_id",
        "_send",
        "_settings",
        "cacheable",
        "media_type",
        "started",
    )

    def __init__(
        self, send: Send, settings: ServerSettings, request_id: str, accept_encoding: str | None
    ) -> None:
        self._send = send
        self._settings = settings
        self._request_id = request_id.encode("latin-1")
        self._accept_encoding = accept_encoding
        self.media_type: SingleType = PLAIN_JSON
        self.started = False
        self.cacheable = False

    async def single(self, result: SingleResult) -> int:
        """Send the engine's answer; returns the status that was sent."""
        status = status_of_result(self._settings.http_edition, self.media_type, result)
        await self.json(status, result.body, list(headers_of_status(status)))
        return status

    async def refuse(self, error: RequestError) -> int:
        """Send a request error of the server's own; returns its status."""
        status = status_of_error(self._settings.http_edition, error)
        await self.json(status, error.body(), list(error.headers))
        return status

    async def json(self, status: int, body: bytes, headers: list[Header]) -> None:
        """Send a JSON body in the negotiated media type."""
        media_type = media_type_of(self._settings.http_edition, self.media_type, status)
        headers.append((b"content-type", CONTENT_TYPES[media_type]))
        packing = packing_for(self._accept_encoding, self._settings).of(len(body))
        headers += packing.headers
        if self.cacheable and VARY not in headers:
            headers.append(VARY)
        if packing.encoding is not None and len(body) >= THREAD_MINIMUM:
            body = await asyncio.to_thread(compress, body, packing.encoding)
        else:
            body = compress(body, packing.encoding)
        await self.send(status, headers, body)

    async def send(self, status: int, headers: list[Header], body: bytes) -> None:
        """Send a whole response."""
        headers.append((b"content-length", b"%d" % len(body)))
        await self.start(status, headers)
        await self._send({"type": "http.response.body", "body": body})

    async def empty(self, status: int, headers: list[Header]) -> None:
        """Send a response that has no body (204), and so no length (RFC 9110 §8.6)."""
        await self.start(status, headers)
        await self._send({"type": "http.response.body", "body": b""})

    async def start(self, status: int, headers: list[Header]) -> None:
        """Send the head alone; a stream follows."""
        headers.append((b"x-request-id", self._request_id))
        self.started = True
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def write(self, chunk: bytes, *, more: bool = True) -> None:
        """Send a part of a stream."""
        await self._send({"type": "http.response.body", "body": chunk, "more_body": more})
