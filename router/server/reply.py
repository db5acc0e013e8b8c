"""One HTTP response: status by media type, compression, request id."""

from __future__ import annotations

import asyncio
from typing import TypeAlias

from starlette.types import Send

from ..settings import ServerSettings
from ..traffic.messages import SingleResult
from .encodings import choose_encoding, compress
from .errors import RequestError
from .negotiate import PLAIN_JSON, SingleType
from .status_codes import media_type_of, status_of_error, status_of_result

Header: TypeAlias = tuple[bytes, bytes]

CONTENT_TYPES: dict[SingleType, bytes] = {
    "application/json": b"application/json; charset=utf-8",
    "application/graphql-response+json": b"application/graphql-response+json; charset=utf-8",
}
VARY: Header = (b"vary", b"accept, accept-encoding")
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
        allow = [(b"allow", b"POST")] if status == 405 else []
        await self.json(status, result.body, allow)
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
        encodable = len(body) >= self._settings.compression_minimum
        if encodable or self.cacheable:
            headers.append(VARY)
        if encodable and self._accept_encoding is not None:
            body = await self._compress(self._accept_encoding, body, headers)
        await self.send(status, headers, body)

    async def _compress(self, accept: str, body: bytes, headers: list[Header]) -> bytes:
        encoding = choose_encoding(accept, self._settings.compression)
        if encoding is None:
            return body
        headers.append((b"content-encoding", encoding.encode()))
        if len(body) < THREAD_MINIMUM:
            return compress(body, encoding)
        return await asyncio.to_thread(compress, body, encoding)

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
