"""An ASGI request's body into plain bytes, capped and decompressed."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import Receive

from .encodings import decompress, too_large


class ClientGone(Exception):
    """The client hung up before its request was whole."""


async def read_body(receive: Receive, headers: Mapping[str, str], limit: int) -> bytes:
    """Read all of the body; ``BODY_TOO_LARGE`` as soon as it is known to be."""
    _check_announced(headers.get("content-length"), limit)
    message = await receive()
    body: bytes = message.get("body", b"")
    if message.get("more_body", False):
        body = await _read_rest(receive, body, limit)
    elif message["type"] == "http.disconnect":
        raise ClientGone
    if len(body) > limit:
        raise too_large(limit)
    encodings = headers.get("content-encoding")
    return body if encodings is None else decompress(body, encodings, limit)


def _check_announced(length: str | None, limit: int) -> None:
    """A body that announces too much is refused unread."""
    if length is not None and length.isdecimal() and int(length) > limit:
        raise too_large(limit)


async def _read_rest(receive: Receive, first: bytes, limit: int) -> bytes:
    chunks, size, more = [first], len(first), True
    while more and size <= limit:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk = message.get("body", b"")
        size += len(chunk)
        chunks.append(chunk)
        more = message.get("more_body", False)
    return b"".join(chunks)
